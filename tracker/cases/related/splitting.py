"""One case is two problems: chosen calls move into a new case, or another one of the family; and taking that back."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row

from ...calls.as_of import as_of
from ...calls.models import Family
from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import the_city
from ...staff.models import User
from ..assigning import Newcomer, assign_newcomers
from ..ledger import CallRow
from ..models import CaseStatus, ProblemCase
from ..opening import add_places, anchor_columns, name_of_place
from ..rules import current_rule
from ..touching import require_version, touch_case
from ..turns import take_turns
from ..workflow import require_step
from .anchoring import calls_at_anchor
from .merging import merge_cases, require_reachable
from .models import CaseMove, MoveKind
from .moving import Returned, give_back, links_of, move_calls, need_reason, settle


def split_case(
    case: ProblemCase,
    link_ids: Collection[int],
    *,
    reason: str,
    actor: User,
    into: ProblemCase | None = None,
    seen_version: int | None = None,
    key: str = "",
) -> ProblemCase:
    """Move chosen calls (ids of their links) into a new case where most of them lie, or `into` another one. Flushes.

    Returns the case that they are in now. Raises `Conflict` when a chosen call has left meanwhile; `Invalid` when the
    choice is none, or leaves nothing.
    """
    take_turns(case.family_id)
    require_version(case, seen_version)
    require_open(case, "Only the calls of an open case are split off")
    words = need_reason(reason, "Say why these calls are another problem.")
    rows = _chosen(case, set(link_ids))
    if into is not None:
        _check_target(case, into)
    there = into or _open_beside(case, rows, actor)
    move = move_calls(case, there, rows, kind=MoveKind.SPLIT, reason=words, actor=actor)
    move.opened_new = into is None
    counted = plural(len(rows), "call")
    touch_case(case, actor, "split", f"{counted} split off into case {there.public_id}: {words}")
    verb, text = ("took_over", "Took over") if into else ("opened", "Opened by hand with")
    touch_case(there, actor, verb, f"{text} {counted} of case {case.public_id}: {words}", key=key)
    settle(case, there)
    if into is None:
        assign_newcomers([Newcomer(there.id, there.center_id, there.family_id, there.priority)])
        db.session.expire_all()
    return there


def undo_split(move: CaseMove, *, reason: str, actor: User) -> Returned:
    """Take a split back: its calls return; a case that it had opened is merged into the one that they came from.

    What came to that case since comes along, as with any merge. Raises `Conflict` with what to do first.
    """
    case, there = move.from_case, move.into_case
    take_turns(case.family_id)
    require_undoable_split(move)
    words = need_reason(reason, "Say why it is one problem after all.")
    returned = give_back(move, reason=words, actor=actor)
    text = f"Split into case {there.public_id} taken back: {words} {returned.words}"
    touch_case(case, actor, "split_undone", text)
    if move.opened_new:
        merge_cases(there, case, reason=f"The split was taken back. {words}", actor=actor)
    else:
        touch_case(there, actor, "gave_back", f"Calls went back to case {case.public_id}: {words} {returned.words}")
        settle(case, there)
    return returned


def require_undoable_split(move: CaseMove) -> None:
    """Raise `Conflict` when a split cannot be taken back as things stand, with what to do first."""
    if move.kind is not MoveKind.SPLIT or move.undone_at is not None:
        raise Conflict("This was taken back already.")
    require_reachable(move.into_case)
    require_open(move.from_case, "Calls only go back into an open case")
    if move.opened_new:
        require_step(move.into_case.status, CaseStatus.MERGED)


def require_open(case: ProblemCase, why: str) -> None:
    """Raise `Conflict` unless the case is open, with what to do first."""
    if case.status is CaseStatus.MERGED and case.merged_into is not None:
        raise Conflict(
            f"{why}, and case {case.public_id} was merged into case {case.merged_into.public_id}. "
            "Take that merge back first."
        )
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"{why}, and case {case.public_id} is {case.status.value}. Reopen it first.")


def _chosen(case: ProblemCase, link_ids: set[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    standing = db.session.execute(links_of(case)).all()
    rows = [row for row in standing if row.link_id in link_ids]
    if not link_ids:
        raise Invalid("Choose the calls that are another problem.")
    if len(rows) < len(link_ids):
        raise Conflict("Some of the chosen calls have left this case meanwhile. Look at what is in it now.")
    if len(rows) == len(standing):
        raise Invalid("That would leave nothing here. Leave a call, or merge the whole case into another one.")
    return rows


def _check_target(case: ProblemCase, into: ProblemCase) -> None:
    if into.id == case.id:
        raise Invalid("The calls are in this case already; give the number of another one, or none.")
    if into.status is not CaseStatus.OPEN or into.family_id != case.family_id:
        raise Invalid("The other case must be open and of the same family; choose another one, or none.")


def _open_beside(case: ProblemCase, rows: Sequence[Row[*tuple[Any, ...]]], actor: User) -> ProblemCase:
    """A new case of the family at the place of most of the calls; at the old one's anchor if none has a place."""
    city = the_city()
    at_anchor = calls_at_anchor(_as_call(row) for row in rows if row.x_dm is not None)
    x, y = (at_anchor[0].x_dm, at_anchor[0].y_dm) if at_anchor else (case.anchor_x_dm, case.anchor_y_dm)
    columns = anchor_columns(city, x, y, name_of_place(at_anchor) or case.address)
    add_places(city, [columns])
    family = db.session.get_one(Family, case.family_id)
    new = ProblemCase(
        family=family, rule=current_rule(family.id), opened_at=as_of(city), opened_by_id=actor.id, **columns
    )
    db.session.add(new)
    db.session.flush()
    return new


def _as_call(row: Row[*tuple[Any, ...]]) -> CallRow:
    return CallRow(
        row.call_id, row.at, row.source, row.source_id, row.x_dm, row.y_dm, row.weight, row.address, row.address_key
    )
