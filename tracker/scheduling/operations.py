"""Order work for a case, book it, move it, finish it. Every verb flushes, never commits, and tells the case's log."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from ..cases.models import CaseStatus, ProblemCase
from ..cases.touching import hold_case
from ..clock import can_be_meant, local_date, utc_now
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..places.city import city_zone, the_city
from ..staff.log import append_log
from ..staff.models import User
from .conflicts import say_span
from .locking import lock_row
from .models import Booking, CityResource, Playbook, WorkOrder
from .slots import SLOT_MINUTES, slot_at, slots_needed
from .step_kinds import StepKind
from .taking_time import check_time, free_time, take_time
from .work_status import WorkStatus, check_change


def create_order(
    case: ProblemCase,
    actor: User | None,
    *,
    title: str,
    skill: str,
    minutes: int,
    due_on: date,
    priority: int | None = None,
    key: str = "",
) -> WorkOrder:
    """Order work of `minutes` for an open case, by default with the case's priority.

    `key` is the form's own random key, kept in the log, so that a form that is sent twice orders once.
    Raises `Conflict` when the case is not open and `Invalid` when the work takes no time or the year is a slip.
    """
    hold_case(case)
    return _add_order(case, actor, title=title, skill=skill, minutes=minutes, due_on=due_on, priority=priority, key=key)


def _add_order(
    case: ProblemCase, actor: User | None, *, title: str, skill: str, minutes: int, due_on: date,
    priority: int | None = None, key: str = "",
) -> WorkOrder:  # fmt: skip
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}, so no work is ordered for it. Reopen it first.")
    if minutes < 1:
        raise Invalid("Work takes at least a minute; say how long.")
    if not can_be_meant(due_on):
        raise Invalid(f"Work cannot be due on {due_on}. Check the year.")
    order = WorkOrder(
        case=case, title=title, skill=skill, minutes=minutes, due_on=due_on, priority=priority or case.priority,
        created_by_id=actor.id if actor else None,
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    _say(order, "work_ordered", f"Work ordered: «{title}», due {due_on:%d %b %Y}.", actor, key=key)
    return order


def create_orders_from_playbook(case: ProblemCase, actor: User | None) -> list[WorkOrder]:
    """Order every crew's step of the playbook of the case's family, due as many days from today as the step says.

    The plan does this for urgent cases; the other steps want an owner, and wait until a person applies the playbook.
    Raises `NotFound` when the family has no playbook, and `Conflict` when the case has orders already or is not open:
    pressing the button twice orders nothing twice.
    """
    hold_case(case)
    playbook = db.session.scalar(select(Playbook).where(Playbook.family_id == case.family_id))
    if playbook is None:
        raise NotFound(f"The family «{case.family.name}» has no playbook. Order the work by hand.")
    wanted = select(WorkOrder.id).where(WorkOrder.case_id == case.id, WorkOrder.status != WorkStatus.CANCELLED)
    if db.session.scalar(wanted.limit(1)) is not None:
        raise Conflict("This case has work orders already. Add further ones by hand.")
    today = local_date(utc_now(), city_zone(the_city()))
    return [
        _add_order(
            case,
            actor,
            title=step.title,
            skill=step.skill,
            minutes=step.minutes,
            due_on=today + timedelta(days=step.due_days),
        )
        for step in playbook.steps
        if step.kind is StepKind.WORK_ORDER
    ]


def book_order(
    order: WorkOrder, resource: CityResource, starts_at: datetime, actor: User | None, *, reason: str = ""
) -> Booking:
    """Give the order the resource's time from `starts_at`, for its minutes rounded up to quarter hours.

    Raises `Conflict` when the order may not be planned any more or the time is taken (naming by what), and `Invalid`
    when the resource lacks the skill, is retired, does not work then, or the time is past.
    """
    lock_row(order)
    check_change(order.status, WorkStatus.PLANNED)
    _check_skill(order, resource)
    ends_at = _end_of(order, starts_at)
    check_time(resource, starts_at, ends_at)
    booking = Booking(work_order_id=order.id, reason=reason, booked_by_id=actor.id if actor else None)
    take_time(booking, resource, starts_at, ends_at)
    order.status, order.reason = WorkStatus.PLANNED, ""
    _say(order, "work_booked", f"«{order.title}» booked: {_when(booking)}.", actor, booking)
    return booking


def mark_of(booking: Booking) -> str:
    """Where a booking stands, as a form keeps it to notice that somebody moved the booking meanwhile."""
    return f"{booking.id}.{booking.resource_id}.{slot_at(booking.starts_at)}"


def move_booking(
    booking: Booking, resource: CityResource, starts_at: datetime, actor: User | None, *, seen: str = ""
) -> Booking:
    """Move a standing booking to another time or resource; raises as `book_order` does, and then it stays.

    `seen`: its `mark_of` when the person looked; raises `Conflict` when somebody has moved it since.
    """
    order = _lock_standing(booking)
    if seen not in ("", mark_of(booking)):
        raise Conflict(f"Somebody moved this booking meanwhile, to {_when(booking)}. Send it again if you know better.")
    _check_skill(order, resource)
    ends_at = _end_of(order, starts_at)
    check_time(resource, starts_at, ends_at)
    before = _when(booking)
    take_time(booking, resource, starts_at, ends_at)
    booking.reason = "Moved by hand." if actor else booking.reason
    _say(order, "booking_moved", f"«{order.title}» moved from {before} to {_when(booking)}.", actor, booking)
    return booking


def cancel_booking(booking: Booking, actor: User | None, *, reason: str) -> WorkOrder:
    """Give the time back and ask for the work again. The row stays, with the instant at which it was cancelled."""
    order = _lock_standing(booking)
    check_change(order.status, WorkStatus.REQUESTED)
    _release(booking)
    order.status, order.reason = WorkStatus.REQUESTED, reason
    _say(
        order, "booking_cancelled", f"Booking of «{order.title}» cancelled ({_when(booking)}): {reason}", actor, booking
    )
    return order


def finish_order(order: WorkOrder, actor: User | None, *, note: str = "") -> WorkOrder:
    """The work is done. A booking that had not begun gives its time back."""
    _end(order, WorkStatus.DONE, note)
    _say(order, "work_done", f"Done: «{order.title}». {note}".strip(), actor)
    return order


def could_not_do(order: WorkOrder, actor: User | None, *, reason: str) -> WorkOrder:
    """The work was tried, or looked at, and could not be done; `reason` says why."""
    _end(order, WorkStatus.NOT_DONE, reason)
    _say(order, "work_not_done", f"Could not be done: «{order.title}». {reason}", actor)
    return order


def cancel_order(order: WorkOrder, actor: User | None, *, reason: str) -> WorkOrder:
    """The work is not wanted any more. A booking that had not begun gives its time back."""
    _end(order, WorkStatus.CANCELLED, reason)
    _say(order, "work_cancelled", f"Work order cancelled: «{order.title}». {reason}", actor)
    return order


def request_again(order: WorkOrder, actor: User | None) -> WorkOrder:
    """Ask again for work that was not done, or take back «done» or «cancelled»."""
    lock_row(order)
    check_change(order.status, WorkStatus.REQUESTED)
    if order.status is WorkStatus.PLANNED:
        raise Conflict("This work order is booked. Cancel its booking instead.")
    order.status, order.reason = WorkStatus.REQUESTED, ""
    _say(order, "work_requested_again", f"Asked for again: «{order.title}».", actor)
    return order


def standing_booking(order: WorkOrder) -> Booking | None:
    """The booking by which a planned order is planned: its newest that was not cancelled; None for any other order."""
    if order.status is not WorkStatus.PLANNED:
        return None
    query = select(Booking).where(Booking.work_order_id == order.id, Booking.cancelled_at.is_(None))
    return db.session.scalars(query.order_by(Booking.id.desc()).limit(1)).first()


def _lock_standing(booking: Booking) -> WorkOrder:
    order = booking.work_order
    lock_row(order)
    db.session.refresh(booking)
    if standing_booking(order) is not booking:
        raise Conflict(f"This booking stands no longer: the work order is {order.status.label}. Look at it again.")
    return order


def _end(order: WorkOrder, status: WorkStatus, reason: str) -> None:
    lock_row(order)
    check_change(order.status, status)
    booking = standing_booking(order)
    if booking is not None and booking.starts_at > utc_now():
        _release(booking)
    order.status, order.reason = status, reason


def _release(booking: Booking) -> None:
    booking.cancelled_at = utc_now()
    free_time(booking)


def _check_skill(order: WorkOrder, resource: CityResource) -> None:
    if order.skill not in {row.skill for row in resource.skills}:
        raise Invalid(f"{resource.name} does not have the skill «{order.skill}» that this work needs.")


def _end_of(order: WorkOrder, starts_at: datetime) -> datetime:
    return starts_at + timedelta(minutes=slots_needed(order.minutes) * SLOT_MINUTES)


def _when(booking: Booking) -> str:
    zone = city_zone(the_city())
    return f"{booking.resource.name}, {say_span(booking.starts_at, booking.ends_at, zone)}"


def _say(
    order: WorkOrder, verb: str, text: str, actor: User | None, booking: Booking | None = None, *, key: str = ""
) -> None:
    """Append to the case's log. Work touches its case, whoever ordered it: no scan may take the case from under it."""
    case = order.case
    case.is_touched = True
    data = {"work_order_id": order.id} | ({"booking_id": booking.id} if booking else {}) | ({"key": key} if key else {})
    append_log("case", case.id, verb, text, actor=actor, data=data)
    db.session.flush()
