"""The planted problems: places that a good grouping must find, drawn so that the rules of `rules.toml` can.

A chronic place has 6 to 40 calls of one family over weeks; a near repeat is a burst at several neighboring addresses;
a same event (a broken main) is called in by many within minutes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalog import Catalog, Rule
from .drafts import Drafts, Spots
from .geometry import Ints
from .rhythm import DAY_S, DAYS, Year, draw_hours

CHRONIC, NEAR_REPEAT, SAME_EVENT = "chronic", "near_repeat", "same_event"
PER_FAMILY = {CHRONIC: (11, 20), NEAR_REPEAT: (4, 9), SAME_EVENT: (11, 18)}
"""Fewest and most problems of a kind that a family has in the year."""
APART = 4.0
"""Anchors of one family lie at least this many radii apart, so that two problems never are one."""
LONGEST_DAYS = 250
SHORT_SEASON = frozenset(("snow",))


@dataclass(frozen=True, slots=True)
class Problem:
    """A planted problem by its kind and family."""

    family: str
    kind: str


class Planter:
    """Draws the problems of one year, family by family."""

    def __init__(self, catalog: Catalog, year: Year, spots: Spots, rng: np.random.Generator) -> None:
        """Nothing is planted yet."""
        self._catalog, self._year, self._spots, self._rng = catalog, year, spots, rng
        self.problems: list[Problem] = []
        self.parts: list[Drafts] = []
        self.anchors: dict[str, list[int]] = {}
        """By family, the spots at which its problems are."""

    def plant(self) -> None:
        """Every kind of problem for every family whose calls count."""
        for family, rule in self._catalog.rules.items():
            services = [i for i, one in enumerate(self._catalog.services) if one.family == family]
            services = [i for i in services if self._catalog.services[i].counts and self._catalog.services[i].weight]
            if services:
                kinds = (CHRONIC, NEAR_REPEAT, SAME_EVENT) if rule.distinct_days == 1 else (CHRONIC, NEAR_REPEAT)
                self._plant_family(family, rule, np.array(services), kinds)

    def _plant_family(self, family: str, rule: Rule, services: Ints, kinds: tuple[str, ...]) -> None:
        anchors = self.anchors.setdefault(family, [])
        for kind in kinds:
            for _ in range(self._rng.integers(*PER_FAMILY[kind], endpoint=True)):
                anchor = self._choose_anchor(family, rule, anchors)
                anchors.append(anchor)
                at = self._draw_times(family, rule, kind)
                spot = self._draw_spots(anchor, rule, kind, at.size)
                problem = np.full(at.size, len(self.problems))
                self.parts.append(Drafts(at, self._draw_services(services, at.size), spot, problem))
                self.problems.append(Problem(family, kind))

    def _choose_anchor(self, family: str, rule: Rule, taken: list[int]) -> int:
        points, houses = self._spots.points, self._spots.houses
        at_corner = self._rng.random() < self._catalog.rhythms[family].corners
        low, high = (houses, len(points)) if at_corner else (0, houses)
        while True:
            anchor = int(self._rng.integers(low, high))
            gaps = np.hypot(*(points[taken] - points[anchor]).T)
            if gaps.size == 0 or gaps.min() > APART * rule.radius_m:
                return anchor

    def _draw_services(self, services: Ints, count: int) -> Ints:
        """Mostly one service of the family, sometimes its sisters."""
        calls = np.array([self._catalog.services[i].calls for i in services], float)
        usual = self._rng.choice(services, p=calls / calls.sum())
        return np.where(self._rng.random(count) < 0.8, usual, self._rng.choice(services, count))

    def _draw_times(self, family: str, rule: Rule, kind: str) -> NDArray[np.float64]:
        rng = self._rng
        if kind == SAME_EVENT:
            count = int(rng.integers(rule.threshold + 1, 10))
            day = self._choose_day(family, 1)
            begin = self._year.clamp(day * DAY_S + draw_hours(self._catalog.rhythms[family], 1, rng))
            return np.floor(np.minimum(begin + np.sort(rng.uniform(0, 5400, count)), self._year.last_s))
        if kind == NEAR_REPEAT:
            count = int(rng.integers(rule.threshold + 2, 13))
            span = min(0.7 * rule.window_days, 2.0 * count)
        else:
            gap = min(0.75 * rule.window_days / (rule.threshold + 1), 9.0)
            longest = 14 if family in SHORT_SEASON else min(40, int(LONGEST_DAYS / gap))
            count = min(max(6, rule.threshold + 2) + int(rng.gamma(1.4, 6.0)), longest)
            span = count * gap
        day = self._choose_day(family, span)
        days = np.floor(day + (np.arange(count) + rng.uniform(0, 1, count)) / count * span)
        return self._year.clamp(days * DAY_S + draw_hours(self._catalog.rhythms[family], count, rng))

    def _choose_day(self, family: str, span: float) -> int:
        """A first day in the family's season, a little likelier late in the year, so that much is alive at its end."""
        season = self._year.season(self._catalog.rhythms[family])
        fits = np.arange(DAYS + 1) <= DAYS - span
        whole = np.minimum(season, np.roll(season, -int(span))) if family in SHORT_SEASON else season
        weights = whole * fits * (0.6 + 0.8 * np.arange(DAYS + 1) / DAYS)
        return int(self._rng.choice(DAYS + 1, p=weights / weights.sum()))

    def _draw_spots(self, anchor: int, rule: Rule, kind: str, count: int) -> Ints:
        """The anchor and its neighbors: most chronic calls name the anchor, near repeats name many addresses."""
        points = self._spots.points
        reach = (0.75 if kind == NEAR_REPEAT else 0.5) * rule.radius_m
        near = np.flatnonzero(np.hypot(*(points[: self._spots.houses] - points[anchor]).T) <= reach)
        near = near if near.size else np.array([anchor])
        at_anchor = {CHRONIC: 0.75, NEAR_REPEAT: 0.3, SAME_EVENT: 0.5}[kind]
        spot = np.where(self._rng.random(count) < at_anchor, anchor, self._rng.choice(near, count))
        spot[:2] = anchor
        return spot
