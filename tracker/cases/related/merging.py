"""Two cases are one problem: every call moves into one of them; and taking that back."""

from sqlalchemy import select

from ...errors import Conflict, Invalid
from ...extensions import db
from ...staff.models import User
from ..deadlines.settling import revive_deadlines
from ..models import CaseStatus, ProblemCase
from ..touching import require_version, touch_case
from ..turns import take_turns
from ..workflow import require_step, require_undo
from .carrying import carry_work, work_words
from .models import CaseMove, MoveKind
from .moving import Returned, give_back, links_of, move_calls, need_reason, settle


def merge_cases(
    case: ProblemCase, into: ProblemCase, *, reason: str, actor: User, seen_version: int | None = None
) -> None:
    """Move every call of `case`, and what is still open, into another case of the family; both rows stay."""
    if case.id == into.id:
        raise Invalid("A case cannot be merged into itself; give the number of the other one.")
    if into.status is not CaseStatus.OPEN or into.family_id != case.family_id:
        raise Invalid("The other case must be open and of the same family; choose another one.")
    require_step(case.status, CaseStatus.MERGED)
    words = need_reason(reason, "Say why the two are one problem.")
    rows = db.session.execute(links_of(case)).all()
    move = move_calls(case, into, rows, kind=MoveKind.MERGE, reason=words, actor=actor)
    move.moved_work = carry_work(case, into)
    along = work_words({name: len(ids) for name, ids in move.moved_work.items()})
    along = f" What is still open goes along: {along}." if along else ""
    case.status, case.merged_into = CaseStatus.MERGED, into
    touch_case(case, actor, "merged", f"Merged into case {into.public_id}: {words}{along}", seen_version=seen_version)
    touch_case(into, actor, "took_in", f"Took in case {case.public_id}: {words}{along}")
    settle(case, into)


def undo_merge(case: ProblemCase, *, reason: str, actor: User, seen_version: int | None = None) -> Returned:
    """Take the merge of `case` back: it is again what it was, with the calls that are still where the merge put them.

    Calls that came to the other case later stay there; what a person has moved since stays where she put it, and the
    history says so. Raises `Conflict` when that is impossible, with what to do first.
    """
    take_turns(case.family_id)
    require_version(case, seen_version)
    move = require_undoable_merge(case)
    into = move.into_case
    words = need_reason(reason, "Say why the two are two problems after all.")
    case.status, case.phase, case.merged_into = move.status_before, move.phase_before, None
    returned = give_back(move, reason=words, actor=actor)
    if case.status is CaseStatus.OPEN:
        revive_deadlines(case.id, move.made_at)
    text = f"Merge into case {into.public_id} taken back: {words} {returned.words}"
    touch_case(case, actor, "merge_undone", text)
    touch_case(into, actor, "gave_back", f"Case {case.public_id} is a case of its own again: {words} {returned.words}")
    settle(case, into)
    return returned


def merge_of(case: ProblemCase) -> CaseMove | None:
    """The merge by which the case is merged now, if it is and it was kept."""
    query = select(CaseMove).where(
        CaseMove.from_case_id == case.id, CaseMove.kind == MoveKind.MERGE, CaseMove.undone_at.is_(None)
    )
    return db.session.scalars(query.order_by(CaseMove.id.desc()).limit(1)).first()


def require_undoable_merge(case: ProblemCase) -> CaseMove:
    """The merge of the case that can be taken back; raises `Conflict` when there is none, with what to do first."""
    move = merge_of(case)
    require_undo(case.status, move.status_before if move else CaseStatus.OPEN)
    if move is None:
        raise Conflict(
            "The case was merged before the program kept what a merge moves. Split the calls off by hand instead."
        )
    require_reachable(move.into_case)
    return move


def require_reachable(case: ProblemCase) -> None:
    """Raise `Conflict` when calls cannot leave a case as it stands: it was merged further, or dismissed."""
    if case.status is CaseStatus.MERGED and case.merged_into is not None:
        raise Conflict(
            f"Case {case.public_id} was merged into case {case.merged_into.public_id} since. Take that merge back "
            "first, then this can be taken back."
        )
    if case.status is CaseStatus.DISMISSED:
        raise Conflict(f"Case {case.public_id} was dismissed since. Reopen it first, then this can be taken back.")
