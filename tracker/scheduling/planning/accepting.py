"""Write down what a person takes of a plan; what is not possible any more is refused in words, and the rest stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..bookings.booking import book_order, mark_of, move_booking, standing_booking
from ..bookings.conflicts import say_span
from ..bookings.models import Booking
from ..bookings.taking_time import free_time
from ..bookings.waiting import with_neighbors
from ..bookings.weather import hold_weather
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from ..resources.models import CityResource
from .proposal import LeftOut

_ROUNDS = 4
"""What found its place taken is tried again after the others have moved, so often at most."""
TAKEN_BEFORE = "This plan was taken over before, and the booking has changed since. Ask for a new plan."


@dataclass(frozen=True, slots=True)
class Choice:
    """One booking to make: which order by which resource from when, and why there."""

    order_id: int
    resource_id: int
    starts_at: datetime
    reason: str = ""
    moves_booking_id: int | None = None
    """The booking that it moves; None: the order is not booked yet."""
    seen: str = ""
    """The mark of that booking when somebody looked at the plan; empty: nobody has."""
    is_by_hand: bool = False
    """A person placed it: she may move what is confirmed too."""


@dataclass(slots=True)
class Accepted:
    """What became of the choices: bookings made or moved, how many stood just so, what is not possible any more."""

    booked: list[Booking] = field(default_factory=list)
    standing: int = 0
    refused: list[LeftOut] = field(default_factory=list)
    moved: list[Booking] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wanted:
    choice: Choice
    order: WorkOrder
    resource: CityResource


def accept_plan(choices: Iterable[Choice], actor: User | None) -> Accepted:
    """Book and move as chosen; what is no longer possible is refused with its reason, and the rest still stand.

    Accepting the same choices twice books nothing twice: what stands already just so is only counted.
    """
    hold_weather()
    accepted = Accepted()
    chosen = sorted(choices, key=lambda choice: (choice.starts_at, choice.resource_id))  # what comes first, first
    orders = _lock_orders(with_neighbors({choice.order_id for choice in chosen}))  # what each verb locks, all at once
    resources = {resource.id: resource for resource in db.session.scalars(select(CityResource))}
    wanted: list[_Wanted] = []
    for choice in chosen:
        order, resource = orders.get(choice.order_id), resources.get(choice.resource_id)
        if order is None or resource is None:
            accepted.refused.append(LeftOut(choice.order_id, "The order or the resource no longer exists."))
        elif _stands(order, choice):
            accepted.standing += 1
        else:
            wanted.append(_Wanted(choice, order, resource))
    moves = [one for one in wanted if one.choice.moves_booking_id is not None]
    if len(moves) > 1 and _move_together(moves, actor, accepted):
        wanted = [one for one in wanted if one.choice.moves_booking_id is None]
    _take_in_rounds(wanted, actor, accepted)
    places = {choice.order_id: place for place, choice in enumerate(chosen)}
    accepted.refused.sort(key=lambda left: places[left.order_id])
    return accepted


def count_standing(choices: Iterable[Choice]) -> Accepted:
    """Book nothing: count what stands as chosen; the rest is refused, because the plan was taken over before."""
    chosen = list(choices)
    orders = _lock_orders({choice.order_id for choice in chosen})
    left = [one for one in chosen if one.order_id not in orders or not _stands(orders[one.order_id], one)]
    return Accepted(standing=len(chosen) - len(left), refused=[LeftOut(one.order_id, TAKEN_BEFORE) for one in left])


def _take_in_rounds(wanted: list[_Wanted], actor: User | None, accepted: Accepted) -> None:
    """One by one, moves first; again as long as something found its place, because a move makes room for others."""
    waiting = sorted(wanted, key=lambda one: one.choice.moves_booking_id is None)
    refused: dict[int, str] = {}
    for _ in range(_ROUNDS):
        before = len(waiting)
        waiting = [one for one in waiting if not _is_taken_over(one, actor, accepted, refused)]
        if len(waiting) in (0, before):
            break
    accepted.refused += [LeftOut(one.order.id, refused[one.order.id]) for one in waiting]


def _is_taken_over(one: _Wanted, actor: User | None, accepted: Accepted, refused: dict[int, str]) -> bool:
    try:
        _take(one, actor, accepted)
    except (Conflict, Invalid) as refusal:
        refused[one.order.id] = str(refusal)
        return False
    return True


def _take(one: _Wanted, actor: User | None, accepted: Accepted) -> None:
    choice = one.choice
    if choice.moves_booking_id is not None:
        booking = _movable(one)
        accepted.moved.append(_move(booking, one, actor))
    else:
        _check_unbooked(one.order)
        accepted.booked.append(book_order(one.order, one.resource, choice.starts_at, actor, reason=choice.reason))


def _move(booking: Booking, one: _Wanted, actor: User | None) -> Booking:
    moved = move_booking(booking, one.resource, one.choice.starts_at, actor, seen=one.choice.seen)
    moved.reason = one.choice.reason or moved.reason
    return moved


def _move_together(moves: list[_Wanted], actor: User | None, accepted: Accepted) -> bool:
    """All moves at once, so that two may change places; False when one is not possible, and then nothing has moved."""
    try:
        with db.session.begin_nested():
            bookings = [_movable(one) for one in moves]
            for booking in bookings:
                free_time(booking)
            moved = [_move(booking, one, actor) for booking, one in zip(bookings, moves, strict=True)]
    except (Conflict, Invalid):
        return False
    accepted.moved += moved
    return True


def _movable(one: _Wanted) -> Booking:
    """The booking that the plan knew; raises `Conflict` when it may not be moved any more."""
    booking, choice = standing_booking(one.order), one.choice
    if booking is None or booking.id != choice.moves_booking_id:
        raise Conflict("Its booking stands no longer as it did when the plan was made. Plan again.")
    if choice.seen not in ("", mark_of(booking)):
        raise Conflict(f"Somebody moved its booking meanwhile, to {_when(booking)}. Plan again, or leave it there.")
    if booking.is_pinned or not _is_free(one):
        raise Conflict("Its booking may not be moved any more: it was confirmed, pinned or begun. Plan again.")
    return booking


def _is_free(one: _Wanted) -> bool:
    return one.order.status is WorkStatus.PLANNED or (one.choice.is_by_hand and not one.order.status.is_under_way)


def _check_unbooked(order: WorkOrder) -> None:
    booking = standing_booking(order)
    if booking is not None:
        raise Conflict(f"Somebody booked it meanwhile: {_when(booking)}.")


def _when(booking: Booking) -> str:
    return f"{booking.resource.name}, {say_span(booking.starts_at, booking.ends_at, city_zone(the_city()))}"


def _stands(order: WorkOrder, choice: Choice) -> bool:
    """Whether the order is booked already exactly as chosen: the same answer came twice."""
    booking = standing_booking(order)
    return booking is not None and (booking.resource_id, booking.starts_at) == (choice.resource_id, choice.starts_at)


def note_left_out(left_out: Iterable[LeftOut]) -> None:
    """Keep with every order that stays requested why the plan left it out: a statement for some hundred of a reason."""
    by_reason: dict[str, set[int]] = defaultdict(set)
    for left in left_out:
        by_reason[left.reason].add(left.order_id)
    for reason, order_ids in by_reason.items():
        for some in in_chunks(sorted(order_ids)):
            waiting = update(WorkOrder).where(WorkOrder.id.in_(some), WorkOrder.status == WorkStatus.REQUESTED)
            db.session.execute(waiting.values(reason=reason))


def _lock_orders(order_ids: set[int]) -> dict[int, WorkOrder]:
    """Read orders anew and lock them, always by ascending id, so that two plans wait for each other and never cross."""
    query = select(WorkOrder).options(joinedload(WorkOrder.case, innerjoin=True)).order_by(WorkOrder.id)
    found: dict[int, WorkOrder] = {}
    ids = sorted(order_ids)
    for start in range(0, len(ids), 500):
        some = query.where(WorkOrder.id.in_(ids[start : start + 500])).with_for_update(of=WorkOrder)
        found |= {order.id: order for order in db.session.scalars(some.execution_options(populate_existing=True))}
    return found
