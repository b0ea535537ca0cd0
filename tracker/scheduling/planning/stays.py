"""What a day would look like: everybody's stays at places, as they stand and as a draft would have them. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from .travel import STREET_FACTOR

Point = tuple[int, int]
"""Decimetres east and north of the city's origin."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A resource's time at a place: a booking that stands, or a draft's visit (`is_new`)."""

    order_id: int
    resource_id: int
    parts: frozenset[int]
    """Whose time it takes: the resource and its team's members."""
    day: date
    starts_at: datetime
    ends_at: datetime
    point: Point
    title: str
    address: str
    is_new: bool = False
    is_move: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Stays:
    """The same days twice: as they stand, and as they would be."""

    before: Sequence[Stay]
    after: Sequence[Stay]


def in_the_way(stays: Iterable[Stay], parts: frozenset[int], starts_at: datetime, ends_at: datetime) -> list[Stay]:
    """The stays that take time of any of the parts between two instants, in order."""
    found = [one for one in stays if one.parts & parts and one.starts_at < ends_at and starts_at < one.ends_at]
    return sorted(found, key=lambda one: (one.starts_at, one.order_id))


def clashes(stays: Sequence[Stay]) -> dict[int, Stay]:
    """For every new stay that another one stands in the way of, by order, the first of these."""
    by_part: dict[int, list[Stay]] = defaultdict(list)
    for stay in sorted(stays, key=lambda one: (one.starts_at, one.order_id)):
        for part in stay.parts:
            by_part[part].append(stay)
    found: dict[int, Stay] = {}
    for own in by_part.values():
        reaching = own[0]
        for stay in own[1:]:
            if stay.starts_at < reaching.ends_at:
                for one, other in ((stay, reaching), (reaching, stay)):
                    if one.is_new:
                        found.setdefault(one.order_id, other)
            reaching = max(reaching, stay, key=lambda one: one.ends_at)
    return found


def routes(stays: Iterable[Stay]) -> dict[tuple[date, int], list[Stay]]:
    """By day and resource its stays in order of time."""
    found: dict[tuple[date, int], list[Stay]] = defaultdict(list)
    for stay in sorted(stays, key=lambda one: (one.starts_at, one.order_id)):
        found[stay.day, stay.resource_id].append(stay)
    return dict(found)


def kilometers(stays: Iterable[Stay], bases: Mapping[int, Point]) -> float:
    """By road, every resource's day from its base and back to it."""
    total = 0.0
    for (_, resource_id), route in routes(stays).items():
        way = [bases[resource_id], *(stay.point for stay in route), bases[resource_id]]
        total += sum(math.dist(start, goal) for start, goal in pairwise(way))
    return STREET_FACTOR * total / 10_000
