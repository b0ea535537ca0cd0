"""Many calls at once leave the cases that only a rule put them in, because what the rule went by was wrong."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select, update

from ..calls.models import ServiceRequest
from ..clock import utc_now
from ..extensions import db
from ..staff.log import append_log_rows
from .models import CaseAssignment, CaseCall, LooseCall, ProblemCase
from .recounting import recount_cases
from .turns import take_turns

_IDS_AT_ONCE = 500
_APART = {"synchronize_session": False}


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in pieces that every engine takes in one statement."""
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]


def in_touched_cases(call_ids: Sequence[int]) -> set[int]:
    """Which of these calls stay where they are: linked by a person, or in a case that a person has touched.

    Nobody touches a case from here to the end of the transaction, so that the answer still holds when it is acted on.
    """
    take_turns()
    kept: set[int] = set()
    for some in chunks(call_ids):
        query = (
            select(CaseCall.call_id)
            .join(ProblemCase, ProblemCase.id == CaseCall.case_id)
            .where(CaseCall.call_id.in_(some), CaseCall.unlinked_at.is_(None))
            .where(CaseCall.is_pinned.is_(True) | ProblemCase.is_touched.is_(True))
        )
        kept |= set(db.session.scalars(query))
    return kept


def release_calls(call_ids: Sequence[int], *, why: str) -> None:
    """End the active links of these calls, forget them as loose, and let them be taken anew. Flushes.

    Untouched cases that keep calls say so in their history; those that keep none were never a problem and go.
    """
    left: set[int] = set()
    now = utc_now()
    for some in chunks(call_ids):
        active = (CaseCall.call_id.in_(some), CaseCall.unlinked_at.is_(None))
        left |= set(db.session.scalars(select(CaseCall.case_id).where(*active)))
        ended = update(CaseCall).where(*active).values(unlinked_at=now, unlink_reason=why)
        db.session.execute(ended, execution_options=_APART)
        db.session.execute(delete(LooseCall).where(LooseCall.call_id.in_(some)), execution_options=_APART)
        waiting = update(ServiceRequest).where(ServiceRequest.id.in_(some)).values(is_taken=False)
        db.session.execute(waiting, execution_options=_APART)
    db.session.expire_all()
    _settle(sorted(left), why)


def _settle(case_ids: list[int], why: str) -> None:
    recount_cases(case_ids)
    empty: list[int] = []
    for some in chunks(case_ids):
        query = select(ProblemCase.id).where(
            ProblemCase.id.in_(some), ProblemCase.call_count == 0, ProblemCase.is_touched.is_(False)
        )
        empty += db.session.scalars(query)
    _delete_cases(empty)
    gone = set(empty)
    append_log_rows(
        {"subject_kind": "case", "subject_id": case_id, "verb": "left", "text": f"Calls left: {why}."}
        for case_id in case_ids
        if case_id not in gone
    )


def _delete_cases(case_ids: list[int]) -> None:
    """Untouched cases without calls: nothing above refers to them, because that would have touched them."""
    for some in chunks(case_ids):
        for table in (CaseCall, CaseAssignment):
            db.session.execute(delete(table).where(table.case_id.in_(some)), execution_options=_APART)
        db.session.execute(delete(ProblemCase).where(ProblemCase.id.in_(some)), execution_options=_APART)
    db.session.expire_all()
