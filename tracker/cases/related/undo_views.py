"""Taking a merge or a split back: first what that would do, then, with a reason, done."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ...errors import Conflict
from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..forms import ReasonForm
from ..models import ProblemCase
from ..touching import find_case, hold_case, require_version
from .merging import require_undoable_merge, undo_merge
from .models import CaseMove, MoveKind
from .moving import find_move, what_goes_back
from .splitting import require_undoable_split, undo_split


@blueprint.route("/cases/<public_id>/undo/<int:move_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def undo_move(public_id: str, move_id: int) -> ResponseReturnValue:
    """Take a merge or a split back."""
    form = ReasonForm()
    if not form.is_submitted():
        return _page(find_case(public_id), move_id, form)
    case = find_case(public_id, lock=True)

    def do() -> tuple[str, str]:
        require_version(case, form.version.data)
        move = find_move(case, move_id)
        for one in (move.from_case, move.into_case):
            hold_case(one)
        _require_undoable(move)
        if move.kind is MoveKind.MERGE:
            returned = undo_merge(move.from_case, reason=form.reason.data or "", actor=current_staff())
        else:
            returned = undo_split(move, reason=form.reason.data or "", actor=current_staff())
        address = url_for("cases.show_case", public_id=move.from_case.public_id)
        db.session.commit()
        return f"Taken back. {returned.words}", address

    return do_or_say_why(form, do, lambda _: _page(find_case(public_id), move_id, form))


def _require_undoable(move: CaseMove) -> None:
    """Raise `Conflict` when the move cannot be taken back as things stand."""
    if move.undone_at is not None:
        raise Conflict("This was taken back already.")
    if move.kind is MoveKind.SPLIT:
        require_undoable_split(move)
    elif require_undoable_merge(move.from_case).id != move.id:
        raise Conflict("The case was merged again since. Take its newest merge back first.")


def _page(case: ProblemCase, move_id: int, form: ReasonForm) -> str:
    move = find_move(case, move_id)
    try:
        _require_undoable(move)
        refusal = ""
    except Conflict as error:
        refusal = str(error)
    return render_template(
        "cases/related/undo.html", case=case, move=move, form=form, refusal=refusal, returned=what_goes_back(move)
    )
