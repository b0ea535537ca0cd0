"""Work that comes again: promised for a case every so many days, made into orders a little before each is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ...cases.models import CaseStatus, ProblemCase
from ...cases.touching import hold_case
from ...clock import can_be_meant, utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...formatters import plural
from ...places.city import city_today, city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from .chains import cases_behind, surviving_case
from .entry import OrderEntry, check_entry
from .models import RecurringOrder, WorkOrder
from .ordering import add_order

AHEAD_DAYS = 14
"""So many days before it is due, an order is made."""
LONGEST_EVERY = 731
MOST_PER_CASE = 50
PORTION = 50


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many days, from the first day on which it is due until the last, if there is one."""

    every_days: int
    first_on: date
    ends_on: date | None = None


def repeat_work(
    case: ProblemCase, actor: User, rhythm: Rhythm, entry: OrderEntry, *, key: str = ""
) -> RecurringOrder:  # fmt: skip
    """Promise work of an open case again and again; what falls due soon is ordered at once. Flushes.

    Of the entry everything counts but place and times, and its day is the rhythm's first.
    """
    hold_case(case)
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}, so no work is promised for it. Reopen it first.")
    check_entry(entry, city_zone(the_city()))
    _check_rhythm(rhythm)
    if len(recurring_of(case.id)) >= MOST_PER_CASE:
        raise Invalid(f"A case has at most {MOST_PER_CASE} kinds of work that come again. End one first.")
    recurring = RecurringOrder(
        case=case, title=entry.title, skill=entry.skill, minutes=entry.minutes, people=entry.people,
        needs=[need for need in entry.needs if need != entry.skill], priority=entry.priority or case.priority,
        every_days=rhythm.every_days, next_on=rhythm.first_on, ends_on=rhythm.ends_on, created_by_id=actor.id,
    )  # fmt: skip
    db.session.add(recurring)
    db.session.flush()
    until = f" until {rhythm.ends_on:%d %b %Y}" if rhythm.ends_on else ""
    _say(recurring, "work_repeats", f"«{entry.title}» comes again: {say_every(recurring)}{until}.", actor, key=key)
    _make_due(recurring, city_today())
    return recurring


def end_recurring(recurring: RecurringOrder, actor: User | None, *, reason: str) -> None:
    """It comes no more; orders that were made of it stay. Raises `Conflict` when it has ended."""
    lock_recurring(recurring)
    if recurring.ended_at is not None:
        raise Conflict("This has ended already. Nothing more comes of it.")
    recurring.ended_at = utc_now()
    _say(recurring, "work_repeats_no_more", f"«{recurring.title}» comes no more: {reason}", actor)


def find_recurring(recurring_id: int) -> RecurringOrder:
    """The recurring work with its case; raises `NotFound`."""
    recurring = db.session.get(RecurringOrder, recurring_id, options=[joinedload(RecurringOrder.case)])
    if recurring is None:
        raise NotFound("There is no such recurring work. Look at the page of its case.")
    return recurring


def recurring_of(case_id: int) -> Sequence[RecurringOrder]:
    """What comes again in a case and those merged into it, the next due first."""
    query = select(RecurringOrder).where(
        RecurringOrder.case_id.in_(cases_behind([case_id])), RecurringOrder.ended_at.is_(None)
    )
    return db.session.scalars(query.order_by(RecurringOrder.next_on, RecurringOrder.id).limit(MOST_PER_CASE * 2)).all()


def say_every(recurring: RecurringOrder) -> str:
    """«every day», «every 14 days»."""
    return f"every {plural(recurring.every_days, 'day') if recurring.every_days > 1 else 'day'}"


def make_recurring_orders(today: date) -> Iterator[int]:
    """Make the orders of all recurring work that is due within `AHEAD_DAYS`; yields how many, for a commit each time.

    Whatever stops it, the next run goes on where it stood: what is made moves the day of the next in one transaction.
    """
    last = 0
    while True:
        query = select(RecurringOrder.id).where(RecurringOrder.ended_at.is_(None), RecurringOrder.id > last)
        query = query.where(
            or_(RecurringOrder.next_on <= today + timedelta(days=AHEAD_DAYS), RecurringOrder.ends_on < today)
        )
        ids = list(db.session.scalars(query.order_by(RecurringOrder.id).limit(PORTION)))
        if not ids:
            return
        for recurring_id in ids:
            yield _make(recurring_id, today)
        last = ids[-1]


def lock_recurring(recurring: RecurringOrder) -> None:
    """Hold it until the transaction ends and read it anew."""
    db.session.execute(select(RecurringOrder.id).where(RecurringOrder.id == recurring.id).with_for_update())
    db.session.refresh(recurring)


def _make(recurring_id: int, today: date) -> int:
    recurring = find_recurring(recurring_id)
    case = surviving_case(recurring.case)
    hold_case(case)  # before the row, as people do
    lock_recurring(recurring)
    if recurring.ended_at is not None:
        return 0  # somebody ended it meanwhile
    if case.status is not CaseStatus.OPEN:
        end_recurring(recurring, None, reason=f"the case is {case.status.value}.")
        return 0
    recurring.case = case
    return len(_make_due(recurring, today))


def _make_due(recurring: RecurringOrder, today: date) -> list[WorkOrder]:
    """The orders that are due by now, and the day of the next. Days that passed while nobody looked are left out."""
    step, made = timedelta(days=recurring.every_days), []
    if recurring.next_on < today:
        missed = -((recurring.next_on - today).days // recurring.every_days)
        recurring.next_on += step * missed
    while recurring.next_on <= today + timedelta(days=AHEAD_DAYS) and not _is_over(recurring):
        made.append(
            add_order(
                recurring.case, None, recurring_id=recurring.id, title=recurring.title, skill=recurring.skill,
                minutes=recurring.minutes, people=recurring.people, needs=tuple(recurring.needs),
                priority=recurring.priority, due_on=recurring.next_on,
            )
        )  # fmt: skip
        recurring.next_on += step
    if _is_over(recurring):
        recurring.ended_at = utc_now()
    db.session.flush()
    return made


def _is_over(recurring: RecurringOrder) -> bool:
    return recurring.ends_on is not None and recurring.next_on > recurring.ends_on


def _check_rhythm(rhythm: Rhythm) -> None:
    if not 1 <= rhythm.every_days <= LONGEST_EVERY:
        raise Invalid(f"Work comes again every 1 to {LONGEST_EVERY} days.")
    if rhythm.first_on < city_today():
        raise Invalid("The first day is past. Choose one from today on.")
    if rhythm.ends_on is not None and (rhythm.ends_on < rhythm.first_on or not can_be_meant(rhythm.ends_on)):
        raise Invalid("It would end before it begins. Change one of the two days.")


def _say(recurring: RecurringOrder, verb: str, text: str, actor: User | None, *, key: str = "") -> None:
    recurring.case.is_touched = True
    data = {"recurring_id": recurring.id} | ({"key": key} if key else {})
    append_log("case", recurring.case_id, verb, text, actor=actor, data=data)
    db.session.flush()
