"""Which calls are in which case, and whether every case's figures are what its links say: told the slow, plain way."""

from collections import defaultdict

from sqlalchemy import select

from tracker.calls.models import ServiceRequest
from tracker.cases.models import CaseCall, ProblemCase
from tracker.extensions import db


def partition() -> dict[int, frozenset[int]]:
    """Case to its calls; fails when a call is in two. Cases without calls are left out."""
    found: dict[int, set[int]] = defaultdict(set)
    links = db.session.execute(select(CaseCall.case_id, CaseCall.call_id).where(CaseCall.unlinked_at.is_(None))).all()
    assert len({call for _, call in links}) == len(links), "a call is in two cases"
    for case, call in links:
        found[case].add(call)
    return {case: frozenset(calls) for case, calls in found.items()}


def figures_hold() -> bool:
    """Whether count, weight, first and last of every case are those of its linked calls."""
    calls = {call.id: call for call in db.session.scalars(select(ServiceRequest))}
    members = partition()
    for case in db.session.scalars(select(ProblemCase)):
        linked = [calls[number] for number in members.get(case.id, ())]
        days = [call.requested_datetime for call in linked if call.weight > 0]
        plain = (len(linked), sum(call.weight for call in linked), min(days, default=None), max(days, default=None))
        assert (case.call_count, case.weight, case.first_call_at, case.last_call_at) == plain, case.public_id
    return True
