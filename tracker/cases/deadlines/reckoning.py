"""The dates of running deadlines, written anew when working time or a pause has changed."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from ...clock import utc_now
from ...extensions import db
from ...places.city import find_city
from .business_time import Stretch
from .dates import reckon_dates, to_the_minute
from .models import CaseDeadline, CasePause
from .working_calendar import CityTime, newest_version, read_city_time

PORTION = 500
RUNS = (CaseDeadline.met_at.is_(None), CaseDeadline.dropped_at.is_(None))


def pauses_of(case_ids: Sequence[int]) -> dict[int, list[CasePause]]:
    """The pauses of these cases, oldest first."""
    found: dict[int, list[CasePause]] = defaultdict(list)
    query = select(CasePause).where(CasePause.case_id.in_(case_ids)).order_by(CasePause.started_at, CasePause.id)
    for pause in db.session.scalars(query):
        found[pause.case_id].append(pause)
    return found


def over(pauses: Sequence[CasePause]) -> list[Stretch]:
    """The pauses whose end is known."""
    return to_the_minute((one.started_at, one.ended_at) for one in pauses if one.ended_at is not None)


def reckon(deadline: CaseDeadline, time: CityTime, pauses: Sequence[CasePause]) -> None:
    """Write the dates of a running deadline as they follow from its measure, working time and pauses."""
    dates = reckon_dates(
        deadline.started_at, deadline.measure, deadline.extra, time.calendar, [*time.still, *over(pauses)]
    )
    deadline.warn_at, deadline.due_at, deadline.escalate_at = dates.warn_at, dates.due_at, dates.escalate_at
    deadline.calendar_id = time.version


def running_deadlines(case_ids: Sequence[int]) -> dict[int, list[CaseDeadline]]:
    """The running deadlines of each of these cases, as the database has them."""
    found: dict[int, list[CaseDeadline]] = defaultdict(list)
    query = select(CaseDeadline).where(CaseDeadline.case_id.in_(case_ids), *RUNS).order_by(CaseDeadline.id)
    for deadline in db.session.scalars(query.execution_options(populate_existing=True)):
        found[deadline.case_id].append(deadline)
    return found


def reckon_stale(limit: int = PORTION) -> int:
    """Reckon at most `limit` running deadlines anew that an older calendar dates; returns how many. Flushes.

    Nothing is locked for longer than a portion takes; until its turn comes a deadline keeps its old date.
    """
    city = find_city()
    version = newest_version(moving=True)
    if city is None or not version:
        return 0
    stale = select(CaseDeadline).where(CaseDeadline.calendar_id < version, *RUNS).order_by(CaseDeadline.id)
    rows = db.session.scalars(stale.limit(limit).with_for_update(skip_locked=True)).all()
    if rows:
        time, pauses = read_city_time(city, utc_now()), pauses_of(sorted({row.case_id for row in rows}))
        for row in rows:
            reckon(row, time, pauses[row.case_id])
        db.session.flush()
    return len(rows)
