"""Cases that the demo's staff solved over the past year: a city that works has more of them behind it than before it.

They are told before the stories, which have the first choice of the cases, and say no more than what came of each.
"""

import tomllib
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...calls.as_of import as_of
from ...cases.assigning import current_assignment
from ...cases.closing import MONITORING_DAYS, close_case, confirm_watched
from ...cases.models import ProblemCase
from ...clock import from_local, told_as_of
from ...extensions import db
from ...places.city import city_zone, the_city
from .script import working_day

_AT_THE_DESK, _AT_NIGHT = time(14, 20), time(2, 0)
_SHARE = 5
"""One quiet case of so many is left as it is: not all that becomes quiet was solved."""
_SPREAD = 17
_WEEK = timedelta(days=7)


@cache
def _outcomes() -> dict[str, str]:
    """What came of such cases, by family."""
    return tomllib.loads(Path(__file__).with_name("earlier.toml").read_text("utf-8"))


def solve_earlier(playing: Collection[ProblemCase], until: datetime) -> int:
    """Close the cases that became quiet, watch them, confirm them; gives how many. `playing` have stories. Flushes."""
    plan = {case: _closing_day(case) for case in _quiet_cases(playing, until)}
    days = [(day, 1, case) for case, day in plan.items()]
    for day, _, case in sorted([*days, *_mondays(plan.values())], key=lambda one: one[:2]):
        hour = _AT_THE_DESK if case else _AT_NIGHT
        with told_as_of(from_local(datetime.combine(day, hour), city_zone(the_city()))):
            _close(case) if case else _confirm()
    return len(plan)


def _quiet_cases(playing: Collection[ProblemCase], until: datetime) -> list[ProblemCase]:
    """Those that nobody works on, and whose calls stopped long enough ago for all of a watch."""
    long_ago = until - timedelta(days=MONITORING_DAYS + 2 * _SPREAD) - _WEEK
    query = (
        select(ProblemCase)
        .options(joinedload(ProblemCase.family), joinedload(ProblemCase.contact))
        .where(ProblemCase.last_call_at < long_ago, ProblemCase.contact_id.is_not(None))
        .where(ProblemCase.is_touched.is_(False), ProblemCase.id % _SHARE != 0)
        .order_by(ProblemCase.id)
    )
    return [case for case in db.session.scalars(query) if case not in playing and case.family.code in _outcomes()]


def _closing_day(case: ProblemCase) -> date:
    """Between two and five weeks after its last call, on a working day."""
    return working_day((case.last_call_at or case.opened_at).date(), _SPREAD + case.id % _SPREAD)


def _mondays(closed: Collection[date]) -> Iterator[tuple[date, int, None]]:
    """The nights on which watches are found to have ended: one a week is enough for a show."""
    if not closed:
        return
    day, last = min(closed), max(closed) + timedelta(days=MONITORING_DAYS) + _WEEK
    while day <= last:
        day += timedelta(days=7 - day.weekday())
        yield day, 0, None


def _close(case: ProblemCase) -> None:
    if case.contact is not None:
        current_assignment(case).assigned_at = case.opened_at  # the import gave it to her at the first start only
        close_case(case, outcome=_outcomes()[case.family.code], actor=case.contact.user)


def _confirm() -> None:
    for _ in confirm_watched(as_of(the_city())):
        pass
