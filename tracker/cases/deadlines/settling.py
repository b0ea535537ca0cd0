"""Deadlines begin and end as a case does: reckoned from what stands in the database, however often it is asked.

`touching.py` calls this for every change of a case, so nothing here may import it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, literal_column, or_, select

from ...batches import in_chunks
from ...calls.as_of import as_of
from ...clock import utc_now
from ...extensions import db
from ...places.city import find_city
from ...places.models import City
from ...staff.log import VIEWING
from ...staff.models import LogEntry
from ..alive import alive_at, lapsed_at
from ..models import CaseAssignment, CaseStatus, ProblemCase, SaraPhase
from ..sara.phase_steps import REACHED_BY
from .defaults import Measure
from .ends import End, Standing, begins_at, ended, is_over, wanted_kinds
from .kinds import DeadlineKind
from .measures import MeasureBook, read_measures
from .models import CaseDeadline, CasePause
from .reckoning import RUNS, pauses_of, reckon, running_deadlines
from .working_calendar import CityTime, read_city_time

PORTION = 100
STEPS = (*REACHED_BY, "dismissed", "merged")
ONE_LOOK = timedelta(hours=1)
"""What somebody does to a case within this time is one look at it."""
NO_LOOK = frozenset({"paused", "resumed", "extended", "acknowledged"})
"""Verbs by which somebody changes the clock and not the case."""
_IS_REVIEW = CaseDeadline.kind == literal_column("'review'")  # said outright, so that SQLite takes the index for it


class Desk:
    """What the cases of a portion are held against; most changes begin nothing, and then nothing of it is read."""

    def __init__(self, city: City, now: datetime, case_ids: Sequence[int]) -> None:
        self.city, self.now, self._case_ids = city, now, case_ids

    @cached_property
    def time(self) -> CityTime:
        """The city's working time."""
        return read_city_time(self.city, self.now)

    @cached_property
    def measures(self) -> MeasureBook:
        """The measures in force."""
        return read_measures()

    @cached_property
    def pauses(self) -> dict[int, list[CasePause]]:
        """The pauses of each case."""
        return pauses_of(self._case_ids)


@dataclass(frozen=True, slots=True)
class Held:
    """A case that this transaction holds."""

    id: int
    status: CaseStatus
    phase: SaraPhase
    family_id: int
    version: int
    is_touched: bool


def settle_deadlines(case_ids: Sequence[int]) -> int:
    """Begin, end or leave the deadlines of these cases as they stand now; returns how many began or ended. Flushes.

    Idempotent. Before a city is loaded there is no clock, and nothing is done.
    """
    city = find_city()
    if city is None or not case_ids:
        return 0
    db.session.flush()
    now = utc_now()
    return sum(_settle_portion(ids, Desk(city, now, ids)) for ids in in_chunks(sorted(set(case_ids)), PORTION))


def start_deadlines(limit: int = PORTION) -> int:
    """Begin the deadlines of at most `limit` cases that are alive and have none; returns how many cases. Flushes.

    A case that is alive always waits at least for its next look, so that one tells whether it was begun.
    """
    city = find_city()
    if city is None:
        return 0
    begun = select(CaseDeadline.id).where(CaseDeadline.case_id == ProblemCase.id, _IS_REVIEW, *RUNS)
    waiting = select(ProblemCase.id).where(alive_at(as_of(city)), ~begun.exists()).limit(limit)
    ids = list(db.session.scalars(waiting))
    return len(ids) if settle_deadlines(ids) else 0


def settle_changed(limit: int = PORTION) -> int:
    """Settle at most `limit` cases that changed or lapsed since their deadlines took notice; returns how many."""
    city = find_city()
    if city is None:
        return 0
    changed = or_(
        ProblemCase.version != CaseDeadline.case_version,
        ProblemCase.status != CaseStatus.OPEN,
        lapsed_at(as_of(city)),
    )
    query = (
        select(CaseDeadline.case_id)
        .join(ProblemCase, ProblemCase.id == CaseDeadline.case_id)
        .where(_IS_REVIEW, *RUNS, changed)
    )
    ids = list(db.session.scalars(query.limit(limit)))
    settle_deadlines(ids)
    return len(ids)


def revive_deadlines(case_id: int, since: datetime) -> None:
    """Let go on what was dropped since then, and the pause that the program ended with it. Flushes.

    For a case that is again what it was, as if nothing had been between: what was late is late. Call it before the
    case is settled anew.
    """
    db.session.flush()
    dropped = select(func.max(CaseDeadline.id)).where(CaseDeadline.case_id == case_id, CaseDeadline.dropped_at >= since)
    for deadline in db.session.scalars(
        select(CaseDeadline).where(CaseDeadline.id.in_(dropped.group_by(CaseDeadline.kind)))
    ):
        deadline.dropped_at = None
    ended = select(CasePause).where(
        CasePause.case_id == case_id, CasePause.ended_at >= since, CasePause.ended_by_id.is_(None)
    )
    for pause in db.session.scalars(ended.order_by(CasePause.id.desc()).limit(1)):
        pause.ended_at = None
    db.session.flush()


def _settle_portion(case_ids: list[int], desk: Desk) -> int:
    """A case that somebody else holds is being changed: it is left to her, or to the next time."""
    columns = (ProblemCase.id, ProblemCase.status, ProblemCase.phase, ProblemCase.family_id, ProblemCase.version,
               ProblemCase.is_touched)  # fmt: skip
    held = select(*columns).where(ProblemCase.id.in_(case_ids)).order_by(ProblemCase.id)
    cases = [Held(*row) for row in db.session.execute(held.with_for_update(key_share=True, skip_locked=True))]
    running = running_deadlines([case.id for case in cases])
    standings = _standings(cases, running, desk.city)
    count = 0
    fresh: list[CaseDeadline] = []
    for case in cases:
        standing = standings[case.id]
        left = [one for one in running[case.id] if not _has_ended(one, case, standing, desk)]
        count += len(running[case.id]) - len(left)
        fresh += _begin(case, standing, {one.kind for one in left}, desk)
        for one in left:
            one.case_version = case.version
        if case.status is not CaseStatus.OPEN:
            _end_pause(desk.pauses[case.id], desk.now)
    db.session.flush()  # what ended makes room before what is new takes it
    db.session.add_all(fresh)
    db.session.flush()
    return count + len(fresh)


def _has_ended(deadline: CaseDeadline, case: Held, standing: Standing, desk: Desk) -> bool:
    """End a deadline whose end has come. A look in time lets the wait for the next one begin anew in the same row."""
    end = ended(deadline.kind, deadline.started_at, standing, desk.now)
    looked = standing.looked_at
    if end is None and deadline.kind is DeadlineKind.REVIEW and looked and looked > deadline.started_at + ONE_LOOK:
        # What the supervisors were told of ends here even if there was more time since: they are told of the next, too.
        if looked > deadline.due_at or deadline.escalated_at is not None:
            deadline.met_at = looked
            return True
        _measure_anew(deadline, desk.measures.of(case.family_id, deadline.kind))
        deadline.started_at, deadline.extra_minutes, deadline.is_extended = looked, 0, False
        reckon(deadline, desk.time, desk.pauses[case.id])
    if end is not None:
        at = max(end.at, deadline.started_at)
        deadline.met_at, deadline.dropped_at = (at, None) if end.how is End.MET else (None, at)
    return end is not None


def _measure_anew(deadline: CaseDeadline, measure: Measure) -> None:
    deadline.working_hours, deadline.warn_before_hours = measure.working_hours, measure.warn_before_hours
    deadline.grace_hours = measure.grace_hours


def _begin(case: Held, standing: Standing, kinds: set[DeadlineKind], desk: Desk) -> list[CaseDeadline]:
    fresh = []
    for kind in sorted(wanted_kinds(standing) - kinds):
        pauses = desk.pauses[case.id]
        deadline = CaseDeadline(
            case_id=case.id, kind=kind, started_at=begins_at(kind, standing, desk.now), extra_minutes=0,
            case_version=case.version,
            paused_at=next((one.started_at for one in pauses if one.ended_at is None), None),
        )  # fmt: skip
        _measure_anew(deadline, desk.measures.of(case.family_id, kind))
        reckon(deadline, desk.time, pauses)
        fresh.append(deadline)
    return fresh


def _end_pause(pauses: list[CasePause], now: datetime) -> None:
    for pause in pauses:
        if pause.ended_at is None:
            pause.ended_at = now  # what is over waits for nothing


def _standings(cases: list[Held], running: dict[int, list[CaseDeadline]], city: City) -> dict[int, Standing]:
    """What the rules of `ends.py` want to know of each case: a few queries for a portion."""
    ids = [case.id for case in cases]
    over = [one.id for one in cases if any(is_over(row.kind, one.status, one.phase) for row in running[one.id])]
    alive, assigned, looks, steps = _alive(cases, city), _assigned(ids), _looks(ids), _steps(over)
    return {
        case.id: Standing(
            status=case.status,
            phase=case.phase,
            is_alive=case.id in alive,
            assigned_at=assigned.get(case.id, (None, None))[0],
            accepted_at=assigned.get(case.id, (None, None))[1],
            changed=steps[case.id],
            looked_at=looks.get(case.id),
        )
        for case in cases
    }


def _alive(cases: list[Held], city: City) -> set[int]:
    """Calls are asked about only where nobody works on the case."""
    is_open = [case for case in cases if case.status is CaseStatus.OPEN]
    alive, doubtful = ({case.id for case in is_open if case.is_touched is told} for told in (True, False))
    if doubtful:
        still = select(ProblemCase.id).where(ProblemCase.id.in_(doubtful), alive_at(as_of(city)))
        alive |= set(db.session.scalars(still))
    return alive


def _assigned(case_ids: list[int]) -> dict[int, tuple[datetime, datetime | None]]:
    """When the present owner got each case, and accepted it."""
    newest = select(func.max(CaseAssignment.id)).where(CaseAssignment.case_id.in_(case_ids))
    columns = (CaseAssignment.case_id, CaseAssignment.assigned_at, CaseAssignment.accepted_at)
    rows = db.session.execute(select(*columns).where(CaseAssignment.id.in_(newest.group_by(CaseAssignment.case_id))))
    return {case_id: (assigned_at, accepted_at) for case_id, assigned_at, accepted_at in rows}


def _looks(case_ids: list[int]) -> dict[int, datetime]:
    """When a person last did something about each case."""
    query = select(LogEntry.subject_id, func.max(LogEntry.at)).where(
        LogEntry.subject_kind == "case",
        LogEntry.subject_id.in_(case_ids),
        LogEntry.actor_id.is_not(None),
        LogEntry.verb.not_in(VIEWING | NO_LOOK),
    )
    return dict(db.session.execute(query.group_by(LogEntry.subject_id)).all())


def _steps(case_ids: list[int]) -> dict[int, list[datetime]]:
    """When phase or status of each case changed, oldest first."""
    found: dict[int, list[datetime]] = defaultdict(list)
    if not case_ids:
        return found
    query = select(LogEntry.subject_id, LogEntry.at).where(
        LogEntry.subject_kind == "case", LogEntry.subject_id.in_(case_ids), LogEntry.verb.in_(STEPS)
    )
    for case_id, at in db.session.execute(query.order_by(LogEntry.id)):
        found[case_id].append(at)
    return found
