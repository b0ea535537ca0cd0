"""`scan --rebuild`: group anew what no person has touched, under today's rules."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from ..calls.models import ServiceRequest
from ..extensions import db
from ..staff.log import append_log
from .intake import take_calls
from .models import CaseAssignment, CaseCall, LooseCall, ProblemCase
from .turns import take_turns


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many cases were kept because people touched them, came out the same, are gone, are new."""

    touched: int
    unchanged: int
    gone: int
    new: int


def rebuild_cases() -> Rebuilt:
    """Take back every untouched case and take its calls anew. Flushes; a caller who only looks rolls back.

    A case that comes out with the same calls keeps its number, so that links to it stay right.
    """
    take_turns()
    before = _members(untouched_only=True)
    touched = len(_members(untouched_only=False)) - len(before)
    numbers = {calls: public_id for public_id, calls in before.items()}
    _take_back()
    opened = set(take_calls().opened)
    after = _members(untouched_only=True, among=opened)
    same = {public_id: numbers[calls] for public_id, calls in after.items() if calls in numbers}
    for new_number, old_number in same.items():
        db.session.execute(
            update(ProblemCase).where(ProblemCase.public_id == new_number).values(public_id=old_number),
            execution_options={"synchronize_session": False},
        )
    db.session.expire_all()
    result = Rebuilt(touched, len(same), len(before) - len(same), len(after) - len(same))
    text = f"Cases regrouped: {result.unchanged} the same, {result.gone} gone, {result.new} new."
    append_log("city", 1, "rebuilt", text)
    db.session.flush()
    return result


def _members(*, untouched_only: bool, among: set[int] | None = None) -> dict[str, frozenset[int]]:
    """Public id to the calls actively linked, for every case (or every untouched one)."""
    query = select(ProblemCase.id, ProblemCase.public_id, CaseCall.call_id).outerjoin(
        CaseCall, (CaseCall.case_id == ProblemCase.id) & CaseCall.unlinked_at.is_(None)
    )
    if untouched_only:
        query = query.where(ProblemCase.is_touched.is_(False))
    members: dict[str, set[int]] = defaultdict(set)
    for case_id, public_id, call_id in db.session.execute(query):
        if among is None or case_id in among:
            members[public_id] |= {call_id} - {None}
    return {public_id: frozenset(calls) for public_id, calls in members.items()}


def _take_back() -> None:
    untouched = select(ProblemCase.id).where(ProblemCase.is_touched.is_(False))
    for table in (CaseCall, CaseAssignment):
        db.session.execute(
            delete(table).where(table.case_id.in_(untouched)), execution_options={"synchronize_session": False}
        )
    db.session.execute(
        delete(ProblemCase).where(ProblemCase.is_touched.is_(False)), execution_options={"synchronize_session": False}
    )
    db.session.execute(delete(LooseCall), execution_options={"synchronize_session": False})
    linked = select(CaseCall.call_id).where(CaseCall.unlinked_at.is_(None))
    db.session.execute(
        update(ServiceRequest).where(ServiceRequest.id.not_in(linked)).values(is_taken=False),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()
