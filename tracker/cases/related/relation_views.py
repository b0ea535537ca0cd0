"""Which cases belong with a case: all of them on a page of their own, and relations that people make and end."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..forms import ReasonForm
from ..models import ProblemCase
from ..touching import case_with_key, find_case, require_version
from ..turns import take_turns
from .finding import Related, related_cases
from .forms import RelateForm
from .kinds import RELATIONS
from .models import CaseMove, ProblemMember, RelationKind
from .moving import standing_moves
from .problems import member_of
from .relating import end_relation, find_relation, relate_cases, relations_of


@blueprint.app_template_global()
def related_to(case: ProblemCase, limit: int) -> list[Related]:
    """Cases that belong with this one, each with its reasons; looked for once a request."""
    found: dict[tuple[int, int], list[Related]] = g.setdefault("related_cases", {})
    if (case.id, limit) not in found:
        found[case.id, limit] = related_cases(case, limit=limit)
    return found[case.id, limit]


@blueprint.app_template_global()
def moves_to_undo(case: ProblemCase) -> dict[int, CaseMove]:
    """Merges and splits of the case that nobody has taken back, the newest with each other case, by that case's id."""
    return standing_moves(case)


@blueprint.app_template_global()
def problem_above(case: ProblemCase) -> ProblemMember | None:
    """The case's place under a parent problem."""
    return member_of(case)


@blueprint.get("/cases/<public_id>/related")
@requires(Permission.SEE_CASES)
def show_related(public_id: str) -> ResponseReturnValue:
    """Every related case by reason, and what people have said about it."""
    return _page(find_case(public_id), RelateForm())


@blueprint.post("/cases/<public_id>/relate")
@requires(Permission.WORK_CASES)
def relate(public_id: str) -> ResponseReturnValue:
    """Relate another case; sent twice it is done once."""
    take_turns()  # the other case may be of another family
    case, form = find_case(public_id, lock=True), RelateForm()
    address = url_for("cases.show_related", public_id=case.public_id)
    if case_with_key(current_staff(), form.key.data or "") == case.id:
        return redirect(address)

    def do() -> tuple[str, str]:
        other = find_case(form.number.data or "", lock=True)
        relate_cases(
            case, other, kind=RelationKind(form.kind.data), reason=form.reason.data or "", actor=current_staff(),
            seen_version=form.version.data, key=form.key.data or "",
        )  # fmt: skip
        db.session.commit()
        return "Both cases show it now.", address

    return do_or_say_why(form, do, lambda _: _page(find_case(public_id), form))


@blueprint.post("/cases/<public_id>/relations/<int:relation_id>/end")
@requires(Permission.WORK_CASES)
def end_related(public_id: str, relation_id: int) -> ResponseReturnValue:
    """Say that two cases do not belong together after all."""
    take_turns()  # as above
    case, form = find_case(public_id, lock=True), ReasonForm()

    def do() -> tuple[str, str]:
        require_version(case, form.version.data)
        end_relation(find_relation(case, relation_id), reason=form.reason.data or "", actor=current_staff())
        db.session.commit()
        return "The relation is ended; both histories say why.", url_for("cases.show_related", public_id=case.public_id)

    return do_or_say_why(form, do, lambda _: _page(find_case(public_id), RelateForm(formdata=None), form, relation_id))


def _page(case: ProblemCase, form: RelateForm, failed: ReasonForm | None = None, relation_id: int = 0) -> str:
    return render_template(
        "cases/related/related.html", case=case, form=form, failed=failed, relation_id=relation_id,
        related=related_cases(case), relations=relations_of(case), words=RELATIONS,
    )  # fmt: skip
