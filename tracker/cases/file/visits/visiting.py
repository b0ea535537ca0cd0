"""Visits are planned, made, or called off. One that was typed without network is recorded once, whenever it arrives."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from ....clock import utc_now
from ....errors import Conflict, Invalid, NotFound
from ....extensions import db
from ....staff.models import User
from ...models import CaseStatus, ProblemCase
from ...touching import hold_case, touch_case
from ..standing import require_own_file
from .conditions import condition_words, known_conditions
from .models import CaseVisit, Weather

_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What somebody found at the place. `key` is the form's own; `made_at`: when she was there, aware."""

    key: str
    made_at: datetime
    purpose: str = ""
    seen: str = ""
    people_met: str = ""
    conditions: list[str] = field(default_factory=list)
    weather: Weather = Weather.UNKNOWN
    next_step: str = ""


def plan_visit(
    case: ProblemCase, *, on: date, today: date, visitor: User, purpose: str, actor: User, key: str = ""
) -> CaseVisit:
    """Plan a visit of the place for a day that is not over. Flushes."""
    require_own_file(case)
    if not purpose.strip():
        raise Invalid("Say what is to be found out there.")
    if on < today:
        raise Invalid("That day is over. Record the visit instead, or choose another day.")
    if visitor.disabled_at is not None:
        raise Invalid(f"{visitor.display_name} works here no longer. Choose somebody else.")
    visit = CaseVisit(
        case_id=case.id, visitor=visitor, purpose=purpose.strip(), planned_on=on, planned_by_id=actor.id, conditions=[]
    )
    db.session.add(visit)
    words = f"Visit planned for {on:%-d %b %Y} by {visitor.display_name}."
    touch_case(case, actor, "visit_planned", words, key=key)
    return visit


def record_visit(case: ProblemCase, report: VisitReport, *, actor: User, planned: CaseVisit | None = None) -> CaseVisit:
    """Write a visit down: the planned one if that is still open, else a new one. Flushes.

    The same key gives the visit that was recorded with it, so sending it again adds nothing. A visit of a case that was
    merged meanwhile is written into the one that it goes on in. Raises `Invalid` when nothing was found at all, and
    `Conflict` when the key has been used for other words or for another case.
    """
    before = visit_as_reported(case, report, actor)
    if before is not None:
        return before
    if not (report.seen.strip() or report.conditions):
        raise Invalid("Say what you saw, or tick at least one condition.")
    case = _where_it_goes_on(case)[-1]
    visit = planned if planned is not None and planned.is_open and planned.case_id == case.id else None
    if visit is None:
        visit = CaseVisit(case_id=case.id, planned_by_id=actor.id)
        db.session.add(visit)
    visit.key, visit.visitor, visit.made_at, visit.recorded_at = report.key, actor, report.made_at, utc_now()
    visit.purpose = report.purpose.strip() or visit.purpose or ""
    for name, value in _found(report).items():
        setattr(visit, name, value)
    touch_case(case, actor, "visited", _words(visit), key=report.key)
    return visit


def call_off_visit(visit: CaseVisit, *, reason: str, actor: User) -> None:
    """Call a planned visit off, with a reason."""
    if not visit.is_open:
        raise Conflict(f"The visit was {'made' if visit.made_at else 'called off'} already.")
    if not reason.strip():
        raise Invalid("Say why the visit is called off; the reason stays in the file.")
    visit.cancelled_at, visit.cancelled_reason = utc_now(), reason.strip()
    touch_case(visit.case, actor, "visit_called_off", "A planned visit was called off.")


def visit_as_reported(case: ProblemCase, report: VisitReport, actor: User) -> CaseVisit | None:
    """The visit of this case that was recorded with this key; of nobody else, and with these words, else `Conflict`.

    What was mended after the first sending, the case's number too, would be dropped if that visit were taken for it.
    """
    visit = db.session.scalars(select(CaseVisit).where(CaseVisit.key == report.key)).first() if report.key else None
    if visit is None:
        return None
    if visit.visitor_id != actor.id:
        raise Conflict("Somebody else sent a visit from this form. Reload the page and send yours again.")
    if visit.case_id not in {one.id for one in _where_it_goes_on(case)}:
        there = visit.case.public_id
        raise Conflict(f"The visit is in the file of case {there} already. Send it again to add it here too.")
    if any(getattr(visit, name) != value for name, value in _found(report).items()):
        raise Conflict("The visit is in the file already, with other words. Send it again to add what stands here now.")
    return visit


def find_visit(case: ProblemCase, visit_id: int) -> CaseVisit:
    """A visit of this case; raises `NotFound`."""
    visit = db.session.get(CaseVisit, visit_id)
    if visit is None or visit.case_id != case.id:
        raise NotFound("The case has no such visit. Look at its file as it stands now.")
    return visit


def _where_it_goes_on(case: ProblemCase) -> list[ProblemCase]:
    """The case, and after it those that it was merged into, one by one, held; the last one is where it goes on."""
    line = [case]
    while len(line) < _LONGEST_CHAIN and line[-1].status is CaseStatus.MERGED and line[-1].merged_into is not None:
        line.append(line[-1].merged_into)
        hold_case(line[-1])
    return line


def _found(report: VisitReport) -> dict[str, object]:
    """What was found, as the columns of a visit hold it."""
    return {
        "seen": report.seen.strip(), "people_met": report.people_met.strip(), "next_step": report.next_step.strip(),
        "conditions": known_conditions(report.conditions), "weather": report.weather,
    }  # fmt: skip


def _words(visit: CaseVisit) -> str:
    """What the log says: what was ticked, and none of the free text, which may name people."""
    found = ", ".join(condition_words(visit.conditions))
    return f"Visited. Found: {found}." if found else "Visited; what was seen is in the file."
