"""A year of calls as columns: what, when, where, by which channel, and what became of its position on the way."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .background import draw_background
from .catalog import Catalog, read_catalog
from .channels import WEB, draw_channels, draw_closings
from .drafts import Drafts, Spots, join_drafts, list_spots
from .geometry import Ints, Points
from .planted import Planter, Problem
from .rhythm import Seconds, Year, make_year
from .simmering import simmer
from .town import build_town, to_degrees
from .wording import DICE

LOCATED, ON_SINK, ON_HIDDEN_SINK, WITHOUT_POINT, NOWHERE = range(5)
FATES = (0.908, 0.03, 0.004, 0.05, 0.008)
"""Share of calls with coordinates, on either sink, with an address only, and with neither."""
PIN_SHARE, PIN_M = 0.3, 7.0
"""Some reports by web carry the pin that a thumb has put near the house."""
TEXT_DICE = 2


class Drawn(NamedTuple):
    """The columns, shape (n,) and in order of time. `positions` (n, 2) are degrees; `dice` choose the words."""

    drafts: Drafts
    problems: list[Problem]
    year: Year
    fate: Ints
    channel: Ints
    closed: Seconds
    updated: Seconds
    positions: NDArray[np.float64]
    dice: NDArray[np.float64]  # (n, DICE + TEXT_DICE)


@lru_cache(maxsize=1)
def draw_calls(seed: int, until: datetime) -> Drawn:
    """Draw the year of calls that ends at `until` (aware); the same seed and instant give the same columns."""
    catalog, town, rng = read_catalog(), build_town(seed), np.random.default_rng([seed, 4])
    spots = list_spots(town)
    year = make_year(until, catalog.rhythms["snow"], rng)
    planter = Planter(catalog, year, spots, np.random.default_rng([seed, 5]))
    planter.plant()
    background = draw_background(catalog, year, town, spots, np.random.default_rng([seed, 6]))
    known = simmer(catalog, year, spots, planter, np.random.default_rng([seed, 7]))
    drafts = join_drafts([*background, *planter.parts, *known])
    count = drafts.at.size
    channel = _draw_channels(catalog, drafts, year, rng)
    closed, updated = draw_closings(drafts.at, drafts.service, catalog.services, year, rng)
    return Drawn(
        drafts=drafts,
        problems=planter.problems,
        year=year,
        fate=rng.choice(len(FATES), count, p=FATES),
        channel=channel,
        closed=closed,
        updated=updated,
        positions=to_degrees(_pinned(spots, drafts, channel, rng)),
        dice=rng.random((count, DICE + TEXT_DICE)),
    )


def _draw_channels(catalog: Catalog, drafts: Drafts, year: Year, rng: np.random.Generator) -> Ints:
    is_night = np.array([catalog.rhythms[service.family].is_night for service in catalog.services])
    is_test = np.array([service.code == "test-call" for service in catalog.services])
    return draw_channels(drafts.at, is_night[drafts.service], is_test[drafts.service], year, rng)


def _pinned(spots: Spots, drafts: Drafts, channel: Ints, rng: np.random.Generator) -> Points:
    """Where each call lies, in metres: at its spot, or some steps beside it where a pin was put by hand."""
    pinned = (channel == WEB) & (rng.random(channel.size) < PIN_SHARE)
    slip = pinned[:, None] * rng.uniform(-PIN_M, PIN_M, (channel.size, 2))
    return np.asarray(spots.points[drafts.spot] + slip)
