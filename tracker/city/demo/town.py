"""The demo city as built from its seed: streets, crossings, addresses, and where each of them lies in degrees."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...places.projection import EARTH_RADIUS_M
from .areas import neighborhood_of
from .geometry import Ints, Points
from .houses import Houses, build_houses
from .layout import draw_roads
from .network import Network, build_network
from .plan import ORIGIN
from .street_names import name_roads

_METERS_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180


@dataclass(frozen=True, slots=True)
class Town:
    """Streets, crossings and addresses; `area` is the index of the neighborhood of each address's block."""

    network: Network
    houses: Houses
    area: Ints


@lru_cache(maxsize=2)
def build_town(seed: int) -> Town:
    """The same town for the same seed; kept, for the profile and the calls are both written from it."""
    roads = name_roads(draw_roads(np.random.default_rng([seed, 1])), np.random.default_rng([seed, 2]))
    network = build_network(roads)
    houses = build_houses(network.blocks, np.random.default_rng([seed, 3]))
    middles = np.array([(block.line[0] + block.line[-1]) / 2 for block in network.blocks])
    return Town(network, houses, neighborhood_of(middles)[houses.block])


def to_degrees(points: Points) -> NDArray[np.float64]:
    """Latitude and longitude of points in metres, shape (n, 2), rounded to 1e-6 degrees (about 0.1 m)."""
    lat = ORIGIN[0] + points[:, 1] / _METERS_PER_DEGREE
    long = ORIGIN[1] + points[:, 0] / (_METERS_PER_DEGREE * np.cos(np.radians(ORIGIN[0])))
    return np.round(np.column_stack([lat, long]), 6)
