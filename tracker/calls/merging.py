"""Two callers that are one person. Both rows stay; which calls moved is written down, so that undoing is exact."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.orm import joinedload

from ..clock import utc_now
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..formatters import plural
from ..staff.audit import record_audit
from ..staff.log import append_log
from ..staff.models import User
from .callers import get_caller, require_standing
from .models import Caller, CallerMerge, MovedCall, ServiceRequest


def merge_callers(duplicate_id: int, into_id: int, *, actor: User) -> CallerMerge:
    """Let `into` stand for both: the duplicate's calls become hers. What calls weigh stays as it was. Flushes."""
    if duplicate_id == into_id:
        raise Invalid("That is the same caller; choose another one.")
    duplicate, into = _lock_both(duplicate_id, into_id)
    require_standing(duplicate)
    require_standing(into)
    merge = CallerMerge(from_id=duplicate.id, into_id=into.id, merged_by_id=actor.id)
    db.session.add(merge)
    duplicate.merged_into_id = into.id
    db.session.flush()
    hers = ServiceRequest.caller_id == duplicate.id
    db.session.execute(
        insert(MovedCall).from_select(["merge_id", "call_id"], select(literal(merge.id), ServiceRequest.id).where(hers))
    )
    calls = plural(_give(into, hers), "call")
    append_log("caller", duplicate.id, "merged", f"Merged into caller {into.id}; {calls} moved.", actor=actor)
    append_log("caller", into.id, "took_in", f"Caller {duplicate.id} is the same person; {calls} moved here.",
               actor=actor, data={"merge_id": merge.id})  # fmt: skip
    record_audit("merged callers", f"caller {duplicate.id} into caller {into.id}", actor=actor)
    return merge


def undo_merge(merge_id: int, *, actor: User) -> CallerMerge:
    """Part them again: exactly the calls that moved go back, but for those given to a third since. Flushes."""
    merge = db.session.get(CallerMerge, merge_id)
    if merge is None:
        raise NotFound("There is no such merge. Look at the caller's page again.")
    duplicate, into = _lock_both(merge.from_id, merge.into_id)
    db.session.refresh(merge)
    if merge.undone_at is not None:
        raise Conflict("Somebody undid this merge already.")
    if into.merged_into_id is not None:
        raise Conflict(f"Caller {into.id} was merged into another one since. Undo that first.")
    merge.undone_at, merge.undone_by_id, duplicate.merged_into_id = utc_now(), actor.id, None
    moved = select(MovedCall.call_id).where(MovedCall.merge_id == merge.id)
    still = (ServiceRequest.id.in_(moved), ServiceRequest.caller_id == into.id)
    calls = plural(_give(duplicate, *still), "call")
    append_log("caller", duplicate.id, "parted", f"Parted from caller {into.id}; {calls} came back.", actor=actor)
    append_log("caller", into.id, "parted", f"Caller {duplicate.id} is somebody else; {calls} went back.", actor=actor)
    record_audit("parted callers", f"caller {duplicate.id} from caller {into.id}", actor=actor)
    db.session.flush()
    return merge


def merges_into(caller: Caller, *, limit: int = 50) -> Sequence[CallerMerge]:
    """The merges that this caller took in and that still hold, newest first."""
    query = (
        select(CallerMerge)
        .options(joinedload(CallerMerge.duplicate), joinedload(CallerMerge.merged_by))
        .where(CallerMerge.into_id == caller.id, CallerMerge.undone_at.is_(None))
        .order_by(CallerMerge.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def _give(caller: Caller, *calls: ColumnElement[bool]) -> int:
    """Make these calls the caller's; how many they are."""
    statement = update(ServiceRequest).where(*calls).values(caller_id=caller.id)
    db.session.flush()
    count = db.session.connection().execute(statement).rowcount
    db.session.expire_all()
    return count


def _lock_both(one_id: int, other_id: int) -> tuple[Caller, Caller]:
    """Both rows, held until the transaction ends; always by ascending number, so that two people never cross."""
    held = {number: get_caller(number, lock=True) for number in sorted((one_id, other_id))}
    return held[one_id], held[other_id]
