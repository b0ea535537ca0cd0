"""The background: calls that are no planted problem, spread over the whole city by type, season and hour."""

import numpy as np
from numpy.typing import NDArray

from .catalog import Catalog
from .drafts import NOT_PLANTED, Drafts, Spots
from .geometry import Ints
from .rhythm import Year, draw_times
from .town import Town

TWIN_SHARE, TWIN_FAMILIES = 0.03, frozenset(("trees", "signals", "noise"))
SECRET_PLACES, SECRET_CALLS = 14, 9


def draw_background(catalog: Catalog, year: Year, town: Town, spots: Spots, rng: np.random.Generator) -> list[Drafts]:
    """A year's background: single calls, twins by another channel within minutes, and repeated confidential calls."""
    demand = _demand_of_areas(town, rng)
    parts = []
    for index, service in enumerate(catalog.services):
        rhythm = catalog.rhythms[service.family]
        count = service.calls
        corner = rng.random(count) < rhythm.corners
        spot = _draw_houses(demand, count, rng)
        spot[corner] = rng.integers(spots.houses, len(spots.points), corner.sum())
        single = _background(draw_times(year, rhythm, count, rng), index, spot)
        parts.append(single)
        if service.family in TWIN_FAMILIES and service.weight:
            parts.append(_twins(single, year, rng))
        if not service.counts:
            parts.append(_secret_repeats(index, service.code, year, spots, rng))
    return parts


def _background(at: NDArray[np.float64], service: int, spot: Ints) -> Drafts:
    return Drafts(at, np.full(at.size, service), spot, np.full(at.size, NOT_PLANTED))


def _demand_of_areas(town: Town, rng: np.random.Generator) -> NDArray[np.float64]:
    """Cumulated weight of every house: neighborhoods differ a little, and houses with many dwellings call more."""
    of_area = rng.uniform(0.8, 1.25, town.area.max() + 1)
    weight = of_area[town.area] * (1 + 0.15 * town.houses.units)
    return np.cumsum(weight / weight.sum())


def _draw_houses(demand: NDArray[np.float64], count: int, rng: np.random.Generator) -> Ints:
    return np.minimum(np.searchsorted(demand, rng.random(count)), demand.size - 1)


def _twins(single: Drafts, year: Year, rng: np.random.Generator) -> Drafts:
    """The same event once more, some minutes later."""
    kept = rng.random(single.at.size) < TWIN_SHARE
    later = np.floor(single.at[kept] + rng.uniform(60, 1800, kept.sum()))
    return Drafts(np.minimum(later, year.last_s), single.service[kept], single.spot[kept], single.problem[kept])


def _secret_repeats(index: int, code: str, year: Year, spots: Spots, rng: np.random.Generator) -> Drafts:
    """Confidential and test calls that come again and again from one place, and still must never make a case."""
    places = 1 if code == "test-call" else SECRET_PLACES
    spot = np.repeat(rng.integers(0, spots.houses, places), SECRET_CALLS)
    start = np.repeat(rng.uniform(year.first_s, year.last_s - 20 * 86_400, places), SECRET_CALLS)
    at = np.floor(start + rng.uniform(0, 20 * 86_400, spot.size))
    return _background(at, index, spot)
