"""What comes next in a case, whose it is and by when: read from what exists, for a whole page of cases at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from ..clock import local_date, utc_now
from ..extensions import db
from ..places.city import city_today, city_zone, the_city
from ..staff.models import User
from .deadlines.kinds import ASKED, DeadlineKind
from .deadlines.queries import running_of
from .deadlines.working_calendar import read_clock
from .file.visits.queries import open_visits_of
from .models import CaseAssignment, CaseStatus, Contact, ProblemCase, SaraPhase
from .response.open_steps import open_steps_of

FIRST, DATED, USUAL = 0, 1, 2
"""What cannot wait (its day has come, or nobody has taken it on); what has its day; what its phase usually asks for."""

PHASE_WORDS = {
    SaraPhase.SCANNING: "Look whether it is one problem",
    SaraPhase.ANALYSIS: "Find out why it keeps coming back",
    SaraPhase.RESPONSE: "Get something done about it",
    SaraPhase.ASSESSMENT: "See whether it worked",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step: what, whose (empty: nobody's yet), the last day for it if there is one, and whether that is past."""

    what: str
    whose: str = ""
    due_on: date | None = None
    is_late: bool = False
    rank: int = DATED
    deadline: DeadlineKind | None = None
    """Which deadline it is, if it is one: pages that show deadlines too then say it once."""


WORDS = {**ASKED, DeadlineKind.ACCEPT: "Accept it"}
"""A deadline as a step."""
NEEDS_OWNER = "Give it an owner"

Steps = dict[int, list[NextStep]]
Source = Callable[[Sequence[int], date], Steps]


def next_steps(case_ids: Iterable[int], today: date | None = None) -> dict[int, NextStep]:
    """The next step of each of these cases (at most a page of them), with a query or two per source."""
    ids, day = list(case_ids), today or city_today()
    if not ids:
        return {}
    found: Steps = {}
    for source in SOURCES:
        for case_id, steps in source(ids, day).items():
            found.setdefault(case_id, []).extend(steps)
    return {case_id: first_step(steps) for case_id, steps in found.items()}


def first_step(steps: Sequence[NextStep]) -> NextStep:
    """The one to take first: by rank, then the earliest day, then the order in which they were given."""
    return min(steps, key=lambda step: (step.rank, step.due_on is None, step.due_on or date.min))


def _given_steps(ids: Sequence[int], today: date) -> Steps:
    """Open tasks, and what partners were asked for, whoever has them."""
    steps: Steps = {}
    for step in open_steps_of(ids):
        steps.setdefault(step.case_id, []).append(dated_step(step.what, step.owner_name, step.due_on, today))
    return steps


def _visit_steps(ids: Sequence[int], today: date) -> Steps:
    """Planned visits."""
    steps: Steps = {}
    for visit in open_visits_of(ids):
        steps.setdefault(visit.case_id, []).append(dated_step(f"Visit: {visit.what}", visit.who, visit.on, today))
    return steps


def _deadline_steps(ids: Sequence[int], today: date) -> Steps:
    """The deadlines, unless their clock stands still. A case has an owner before it is accepted."""
    running, clock = [one for one in running_of(ids) if one.paused_at is None], read_clock(utc_now())
    owners, zone = _owners_of({one.case_id for one in running}), city_zone(the_city())
    # During an emergency the clock of deadlines stands: what was not late when it began becomes neither late nor first.
    day = min(today, local_date(clock, zone))
    steps: Steps = {}
    for one in running:
        owner, is_first = owners.get(one.case_id, ""), one.kind is DeadlineKind.ACCEPT
        what = WORDS[one.kind] if owner or not is_first else NEEDS_OWNER
        due_on = local_date(one.due_at, zone)
        rank = FIRST if is_first or due_on <= day else DATED
        steps.setdefault(one.case_id, []).append(NextStep(what, owner, due_on, one.is_late(clock), rank, one.kind))
    return steps


def _owners_of(ids: Iterable[int]) -> dict[int, str]:
    query = select(ProblemCase.id, User.display_name).join(Contact, Contact.id == ProblemCase.contact_id)
    query = query.join(User, User.id == Contact.user_id).where(ProblemCase.id.in_(list(ids)))
    return dict(db.session.execute(query).all())


def dated_step(what: str, whose: str, due_on: date, today: date) -> NextStep:
    """A step with its day: first as soon as that has come."""
    return NextStep(what, whose, due_on, due_on < today, FIRST if due_on <= today else DATED)


def _standing_steps(ids: Sequence[int], today: date) -> Steps:
    """What the case itself asks for: an owner, to be accepted, to be watched, or the usual step of its phase."""
    given = aliased(CaseAssignment)
    query = (
        select(ProblemCase.id, ProblemCase.status, ProblemCase.phase, ProblemCase.monitored_until,
               ProblemCase.confirmed_at, User.display_name, given.id)
        .outerjoin(Contact, Contact.id == ProblemCase.contact_id)
        .outerjoin(User, User.id == Contact.user_id)
        .outerjoin(given, (given.case_id == ProblemCase.id) & given.ended_at.is_(None) & given.accepted_at.is_(None)
                   & given.contact_id.is_not(None))
        .where(ProblemCase.id.in_(ids))
    )  # fmt: skip
    zone = city_zone(the_city())
    steps: Steps = {}
    for case_id, status, phase, watched, confirmed, owner, waits in db.session.execute(query):
        until = local_date(watched, zone) if watched and confirmed is None else None
        step = _standing_step(status, phase, until, owner or "", waits is not None)
        if step is not None:
            steps[case_id] = [step]
    return steps


def _standing_step(
    status: CaseStatus, phase: SaraPhase, watched_until: date | None, owner: str, waits: bool
) -> NextStep | None:
    if status is CaseStatus.CLOSED and watched_until is not None:
        return NextStep(f"Watched until {watched_until:%-d %b %Y}", rank=USUAL)
    if status is not CaseStatus.OPEN:
        return None
    if not owner:
        return NextStep(NEEDS_OWNER, rank=FIRST)
    return NextStep("Accept it", owner, rank=FIRST) if waits else NextStep(PHASE_WORDS[phase], owner, rank=USUAL)


SOURCES: list[Source] = [_given_steps, _visit_steps, _deadline_steps, _standing_steps]
"""Where steps come from, each a query or two for all cases asked about. Add one here: it gives steps by case id."""


def step_source(source: Source) -> Source:
    """Let a floor above tell steps too, such as the work of crews."""
    SOURCES.append(source)
    return source
