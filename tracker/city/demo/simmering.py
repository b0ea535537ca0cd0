"""Places that were known long before they became a problem: so that an assessment has something to compare with.

Calls come all spring, too rarely for any rule; then more and more of them, which is the planted problem; then none.
"""

import numpy as np

from .catalog import Catalog
from .drafts import NOT_PLANTED, Drafts, Spots
from .planted import APART, CHRONIC, Planter, Problem
from .rhythm import DAY_S, Year

FAMILIES = ("noise", "parking", "disorder")
FIRST_DAY, FLARE_DAY, LAST_DAY = 15, 158, 192
_MOST_TRIES = 200


def simmer(
    catalog: Catalog, year: Year, spots: Spots, planter: Planter, rng: np.random.Generator
) -> list[Drafts]:  # fmt: skip
    """Such a place for each of `FAMILIES`: its problem goes to the planter's, all its calls are given."""
    parts = []
    for family in FAMILIES:
        rule = catalog.rules[family]
        service = next(i for i, one in enumerate(catalog.services) if one.family == family and one.weight == 1)
        anchor = _choose_house(spots, APART * rule.radius_m, planter.anchors[family], rng)
        before = np.arange(FIRST_DAY, FLARE_DAY - 5, rule.window_days / (rule.threshold - 2))
        flare = np.concatenate([FLARE_DAY + np.arange(rule.threshold + 2), np.arange(FLARE_DAY + 10, LAST_DAY, 3.5)])
        days = np.concatenate([before, flare])
        at = np.sort(year.clamp(np.floor(days) * DAY_S + np.floor(rng.uniform(19, 23, days.size) * 3600)))
        problem = np.where(np.arange(days.size) < before.size, NOT_PLANTED, len(planter.problems))
        parts.append(Drafts(at, np.full(days.size, service), np.full(days.size, anchor), problem))
        planter.problems.append(Problem(family, CHRONIC))
    return parts


def _choose_house(spots: Spots, apart_m: float, taken: list[int], rng: np.random.Generator) -> int:
    """A house that lies far enough from every problem of the family."""
    for _ in range(_MOST_TRIES):
        house = int(rng.integers(0, spots.houses))
        if np.hypot(*(spots.points[taken] - spots.points[house]).T).min() > apart_m:
            return house
    raise LookupError("The demo town has no room for another problem of this family.")
