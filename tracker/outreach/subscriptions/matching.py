"""Which wish an event concerns: the rule, by public points only. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from ...published.call_search import Circle
from ...published.circles import is_within
from .models import SubscriptionKind


@dataclass(frozen=True, slots=True)
class Happening:
    """What of an event decides whom it concerns; its place is the public point, its areas those that hold the point."""

    case_ids: frozenset[int]
    """Its case and those that were merged into it."""
    call_ids: frozenset[int]
    family_id: int
    lat: float
    long: float
    area_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Followed:
    """What a subscription follows."""

    kind: SubscriptionKind
    case_id: int | None = None
    call_id: int | None = None
    area_id: int | None = None
    circle: Circle | None = None
    family_id: int | None = None


REACHES: dict[SubscriptionKind, Callable[[Followed, Happening], bool]] = {
    SubscriptionKind.CASE: lambda wish, event: wish.case_id in event.case_ids,
    SubscriptionKind.REPORT: lambda wish, event: wish.call_id in event.call_ids,
    SubscriptionKind.CIRCLE: lambda wish, event: bool(wish.circle and is_within(wish.circle, event.lat, event.long)),
    SubscriptionKind.NEIGHBORHOOD: lambda wish, event: wish.area_id in event.area_ids,
    SubscriptionKind.CENTER: lambda wish, event: wish.area_id in event.area_ids,
    SubscriptionKind.ALL: lambda wish, event: True,
}


def concerns(wish: Followed, event: Happening) -> bool:
    """Whether whoever follows this hears of that."""
    is_of_family = wish.family_id is None or wish.family_id == event.family_id
    return is_of_family and REACHES[wish.kind](wish, event)
