"""The page that asks whether a case is a problem at all."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...staff.changing import do_or_say_why, show_what_stands
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..models import ProblemCase
from ..touching import find_case
from .cheers import Element
from .forms import ScanForm
from .reading import is_workable, read_seen
from .scanning import Scan, save_scan, scan_of

_SAID = {None: "", True: "yes", False: "no"}
_MEANT = {said: is_met for is_met, said in _SAID.items()}


@blueprint.get("/cases/<public_id>/scanning")
@requires(Permission.SEE_CASES)
def show_scanning(public_id: str) -> ResponseReturnValue:
    """The six elements with what the calls say and what was answered."""
    return render_scanning(find_case(public_id))


@blueprint.post("/cases/<public_id>/scanning")
@requires(Permission.WORK_CASES)
def answer_scanning(public_id: str) -> ResponseReturnValue:
    """Keep the answers as far as they have come."""
    case = find_case(public_id, lock=True)
    form = ScanForm()

    def save() -> tuple[str, str]:
        is_new = save_scan(
            case, _answers(form), actor=current_staff(), seen=read_seen(form),
            goes_on_because=form.goes_on_because.data or "",
        )  # fmt: skip
        address = url_for("cases.show_scanning", public_id=case.public_id)
        db.session.commit()
        return ("Your answers are kept." if is_new else "Nothing was different."), address

    def show(status: int) -> str:
        case = find_case(public_id)
        if status == 409:
            show_what_stands(form, _form_data(scan_of(case)))
        return render_scanning(case, form=form)

    return do_or_say_why(form, save, show)


def render_scanning(case: ProblemCase, *, form: Any = None, failed_phase: Any = None) -> str:
    """The page as it stands now, with a form that was refused or the answers there are."""
    return render_template(
        "cases/sara/scanning.html",
        case=case,
        form=form or ScanForm(formdata=None, data=_form_data(scan_of(case))),
        failed=form,
        failed_phase=failed_phase,
        is_workable=is_workable(case),
    )


def _answers(form: Any) -> dict[Element, tuple[bool | None, str]]:
    return {
        element: (_MEANT[form[f"{element.value}_answer"].data or ""], form[f"{element.value}_words"].data or "")
        for element in Element
    }


def _form_data(scan: Scan) -> dict[str, object]:
    """What the form shows of the answers before they are changed."""
    data: dict[str, object] = {"seen": str(scan.version), "goes_on_because": scan.goes_on_because}
    for element in Element:
        is_met, words = scan.said(element)
        data |= {f"{element.value}_answer": _SAID[is_met], f"{element.value}_words": words}
    return data
