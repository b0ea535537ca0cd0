"""What somebody still has to do in a case goes to whoever takes the case over, and comes back with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from ...extensions import db
from ...formatters import plural
from ...staff.log import append_log
from ...staff.models import User
from ..file.visits.models import CaseVisit
from ..models import ProblemCase
from ..response.models import CaseTask, PartnerRequest

KINDS: dict[str, tuple[type[Any], InstrumentedAttribute[int], str]] = {
    "task": (CaseTask, CaseTask.owner_id, "open task"),
    "request": (PartnerRequest, PartnerRequest.owner_id, "request to a partner"),
    "visit": (CaseVisit, CaseVisit.visitor_id, "planned visit"),
}
"""Each kind of work: its table, whose it is, and what one is called."""

Moved = dict[str, list[int]]
"""The ids of what changed hands, by kind."""


def pass_on(case: ProblemCase, giver_id: int, taker: User, actor: User) -> Moved:
    """What the giver still has to do in the case is the taker's now. Flushes."""
    moved: Moved = {}
    for name in KINDS:
        ids = _open(name, case, giver_id)
        if ids:
            _give(name, case, ids, taker, actor)
            moved[name] = ids
    return moved


def pass_back(case: ProblemCase, moved: Mapping[str, Sequence[int]], holder_id: int, owner: User, actor: User) -> None:
    """Of what was moved, the owner gets back what is still open and still the holder's. Flushes."""
    for name, ids in moved.items():
        still = [number for number in _open(name, case, holder_id) if number in ids]
        if still:
            _give(name, case, still, owner, actor)


def say_moved(moved: Mapping[str, Sequence[int]]) -> str:
    """«2 open tasks, 1 planned visit»; empty for nothing."""
    return ", ".join(plural(len(ids), KINDS[name][2]) for name, ids in moved.items() if ids)


def _open(name: str, case: ProblemCase, user_id: int) -> list[int]:
    table, whose, _ = KINDS[name]
    query = select(table.id).where(table.case_id == case.id, whose == user_id, table.is_open)
    return list(db.session.scalars(query.order_by(table.id)))


def _give(name: str, case: ProblemCase, ids: Sequence[int], taker: User, actor: User) -> None:
    table, whose, called = KINDS[name]
    for row in db.session.scalars(select(table).where(table.id.in_(ids)).order_by(table.id)):
        setattr(row, whose.key, taker.id)
    words = f"{plural(len(ids), called)} for {taker.display_name} now."
    append_log("case", case.id, "work_passed_on", words, actor=actor)
    db.session.flush()
