"""Whom a lot of events concerns: one query per kind of wish for all of them, then the rule for each pair."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, and_, select

from ...batches import in_chunks
from ...cases.models import CaseCall, CaseStatus, ProblemCase
from ...extensions import db
from ...places.areas import AreaIndex
from ...places.models import AreaKind
from ...published.call_search import Circle
from ...published.circles import MOST_M, box_around
from ...published.entry_events import Told
from .matching import Followed, Happening, concerns
from .models import Rhythm, Subscription, SubscriptionKind

LIVE = (Subscription.confirmed_at.is_not(None), Subscription.ended_at.is_(None))
_AREAS = (AreaKind.NEIGHBORHOOD, AreaKind.SERVICE_CENTER)


def happenings_of(told: Sequence[Told]) -> list[Happening]:
    """What decides whom each of them concerns."""
    case_ids = {one.case_id for one in told}
    merged, calls = _merged_into(case_ids), _calls_of(case_ids)
    lat, long = (np.array([getattr(one.event, axis) for one in told]) for axis in ("lat", "long"))
    areas = [AreaIndex.load(kind).locate(lat, long).tolist() for kind in _AREAS] if told else []
    return [
        Happening(
            frozenset({one.case_id, *merged[one.case_id]}), frozenset(calls[one.case_id]), one.family_id,
            one.event.lat, one.event.long, frozenset(found[place] for found in areas if found[place]),
        )
        for place, one in enumerate(told)
    ]  # fmt: skip


def find_concerned(happenings: Sequence[Happening], rhythm: Rhythm) -> dict[Subscription, list[int]]:
    """Each confirmed subscription of this rhythm that some of them concern, with their places in the sequence."""
    places = _Places(happenings)
    found: dict[Subscription, list[int]] = {}
    for subscription in _candidates(places, rhythm):
        wish = followed_by(subscription)
        own = [place for place in places.near(subscription) if concerns(wish, happenings[place])]
        if own:
            found[subscription] = own
    return found


def followed_by(subscription: Subscription) -> Followed:
    """What a subscription follows."""
    circle = None
    if subscription.lat is not None and subscription.long is not None and subscription.radius_m is not None:
        circle = Circle(subscription.lat, subscription.long, subscription.radius_m)
    return Followed(
        subscription.kind, subscription.case_id, subscription.call_id, subscription.area_id, circle,
        subscription.family_id,
    )  # fmt: skip


class _Places:
    """Happenings by what they may be found by, so that not each is held against each subscription."""

    def __init__(self, happenings: Sequence[Happening]) -> None:
        self.cases: dict[int, list[int]] = defaultdict(list)
        self.calls: dict[int, list[int]] = defaultdict(list)
        self.areas: dict[int, list[int]] = defaultdict(list)
        for place, one in enumerate(happenings):
            for number in one.case_ids:
                self.cases[number].append(place)
            for number in one.call_ids:
                self.calls[number].append(place)
            for number in one.area_ids:
                self.areas[number].append(place)
        self.every = range(len(happenings))
        self.lat, self.long = (np.array([getattr(one, axis) for one in happenings]) for axis in ("lat", "long"))

    def near(self, wish: Subscription) -> Iterable[int]:
        """What may concern it, in order."""
        if wish.kind is SubscriptionKind.CASE:
            return self.cases.get(wish.case_id or 0, [])
        if wish.kind is SubscriptionKind.REPORT:
            return self.calls.get(wish.call_id or 0, [])
        if wish.area_id is not None:
            return self.areas.get(wish.area_id, [])
        if wish.lat is None or wish.long is None or wish.radius_m is None:
            return self.every
        box = box_around(Circle(wish.lat, wish.long, wish.radius_m + 1))  # the rule decides about the edge
        inside = (self.lat >= box.south) & (self.lat <= box.north) & (self.long >= box.west) & (self.long <= box.east)
        return [int(place) for place in np.flatnonzero(inside)]


def _candidates(places: _Places, rhythm: Rhythm) -> list[Subscription]:
    if not places.every:
        return []
    low, high = (Circle(pick(places.lat), pick(places.long), MOST_M * 1.05) for pick in (np.min, np.max))
    south_west, north_east = box_around(low), box_around(high)
    wanted: list[ColumnElement[bool]] = [
        Subscription.kind == SubscriptionKind.ALL,
        and_(
            Subscription.kind == SubscriptionKind.CIRCLE,
            Subscription.lat >= float(south_west.south), Subscription.lat <= float(north_east.north),
            Subscription.long >= float(south_west.west), Subscription.long <= float(north_east.east),
        ),
    ]  # fmt: skip
    columns: tuple[tuple[Any, dict[int, list[int]]], ...] = (
        (Subscription.case_id, places.cases),
        (Subscription.call_id, places.calls),
        (Subscription.area_id, places.areas),
    )  # fmt: skip
    for column, known in columns:
        wanted += [column.in_(chunk) for chunk in in_chunks(sorted(known))]
    found = [
        one
        for condition in wanted
        for one in db.session.scalars(select(Subscription).where(*LIVE, Subscription.rhythm == rhythm, condition))
    ]
    return sorted(found, key=lambda one: one.id)


def _merged_into(case_ids: set[int]) -> dict[int, list[int]]:
    merged: dict[int, list[int]] = defaultdict(list)
    for chunk in in_chunks(sorted(case_ids)):
        query = select(ProblemCase.merged_into_id, ProblemCase.id).where(
            ProblemCase.merged_into_id.in_(chunk), ProblemCase.status == CaseStatus.MERGED
        )
        for into, number in db.session.execute(query):
            merged[into or 0].append(number)
    return merged


def _calls_of(case_ids: set[int]) -> dict[int, list[int]]:
    """The calls that somebody follows, by their cases: of all calls few are followed."""
    calls: dict[int, list[int]] = defaultdict(list)
    followed = select(Subscription.call_id).where(*LIVE, Subscription.call_id.is_not(None))
    for chunk in in_chunks(sorted(case_ids)):
        query = select(CaseCall.case_id, CaseCall.call_id).where(
            CaseCall.case_id.in_(chunk), CaseCall.unlinked_at.is_(None), CaseCall.call_id.in_(followed)
        )
        for case_id, call_id in db.session.execute(query):
            calls[case_id].append(call_id)
    return calls
