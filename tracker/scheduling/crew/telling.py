"""Take in what a crew tells: each step once, in whatever order the network brings it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from ...cases.file.papers.keeping import keep_papers
from ...cases.file.papers.reading import SentPaper
from ...cases.file.privacy import Privacy
from ...cases.models import CaseStatus, ProblemCase
from ...cases.touching import hold_case
from ...errors import Conflict, Invalid
from ...extensions import db
from ...staff.models import User
from ..bookings.models import Booking
from ..bookings.on_the_day import arrive, call_back, could_not, finish, set_out
from ..bookings.waiting import lock_with_neighbors
from ..bookings.why_not import WhyNot
from ..orders.ordering import say_of_order
from .agreed import settle_appointment
from .models import CrewStep, StepKind
from .whose import check_on_sheet, find_work

_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Step:
    """What a crew tells. `key` is the phone's own; `at` when it happened."""

    key: str
    booking_id: int
    kind: StepKind
    at: datetime
    note: str = ""
    worked_minutes: int | None = None
    why: WhyNot | None = None
    next_try_on: date | None = None
    photos: Sequence[SentPaper] = field(default_factory=tuple)


def take_step(step: Step, actor: User) -> Booking:
    """Do what the step tells, unless its key was taken in before. Flushes.

    Raises `NotFound` for work that is not the person's, `Invalid` and `Conflict` as the verbs of the day do, and
    `Conflict` when the key was used for something else.
    """
    if not step.key:
        raise Invalid("The form lost its key. Open the sheet again and tell it once more.")
    booking = find_work(actor, step.booking_id)
    # Of two sendings at once the second waits here. Never both: whoever holds an order may come to want its case.
    if step.kind is StepKind.NOTE:
        hold_case(booking.work_order.case)
    else:
        lock_with_neighbors(booking.work_order)
    if _was_taken(step, actor):
        return booking
    db.session.refresh(booking)
    check_on_sheet(actor, booking)
    if booking.finished_at is None:  # else it was settled, and what is agreed now is about another booking
        # Before the step: its promise does not bind a next try. What is no longer the order's own the step refuses.
        settle_appointment(booking.work_order, step.kind, step.why, actor)
    _TAKE[step.kind](booking, step, actor)
    db.session.add(
        CrewStep(key=step.key, booking_id=booking.id, kind=step.kind, told_by_id=actor.id, happened_at=step.at)
    )
    db.session.flush()
    return booking


def _was_taken(step: Step, actor: User) -> bool:
    before = db.session.get(CrewStep, step.key)
    if before is None:
        return False
    if (before.booking_id, before.kind, before.told_by_id) != (step.booking_id, step.kind, actor.id):
        raise Conflict("This key was used for another step. Open the sheet again and tell it once more.")
    return True


def _could_not(booking: Booking, step: Step, actor: User) -> None:
    if step.why is None:
        raise Invalid("Choose what stood in the way.")
    could_not(
        booking, actor, at=step.at, why=step.why, words=step.note, next_try_on=step.next_try_on,
        worked_minutes=step.worked_minutes,
    )  # fmt: skip


def _note(booking: Booking, step: Step, actor: User) -> None:
    order, note = booking.work_order, step.note.strip()
    if not (note or step.photos):
        raise Invalid("Write a note, or choose a photo.")
    if note:
        say_of_order(order, "crew_note", f"{booking.resource.name} on «{order.title}»: {note}", actor)
    if step.photos:
        case = _where_it_goes_on(order.case)
        caption = f"From the crew: {order.title}"
        keep_papers(case, step.photos, actor=actor, caption=caption, privacy=Privacy.WORKERS)


def _where_it_goes_on(case: ProblemCase) -> ProblemCase:
    """The case, or the one in which it goes on after it was merged; held."""
    for _ in range(_LONGEST_CHAIN):
        if case.status is not CaseStatus.MERGED or case.merged_into is None:
            break
        case = case.merged_into
        hold_case(case)
    return case


_TAKE: dict[StepKind, Callable[[Booking, Step, User], object]] = {
    StepKind.SET_OUT: lambda booking, step, actor: set_out(booking, actor, at=step.at),
    StepKind.ARRIVE: lambda booking, step, actor: arrive(booking, actor, at=step.at),
    StepKind.FINISH: lambda booking, step, actor: finish(
        booking, actor, at=step.at, worked_minutes=step.worked_minutes, note=step.note
    ),
    StepKind.COULD_NOT: _could_not,
    StepKind.CALL_BACK: lambda booking, step, actor: call_back(booking, actor, at=step.at, reason=step.note),
    StepKind.NOTE: _note,
}
