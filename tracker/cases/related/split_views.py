"""One case becomes two: calls are chosen by address or one by one, over as many pages as there are."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...errors import Invalid
from ...extensions import db
from ...identifiers import read_number
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..models import ProblemCase
from ..touching import case_with_key, find_case, hold_case
from .choosing import gather_choice, link_ids_at, targets
from .forms import SplitForm
from .splitting import split_case


@blueprint.route("/cases/<public_id>/split", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def split(public_id: str) -> ResponseReturnValue:
    """Choose calls, and say why they are another problem; sent twice it is done once.

    The buttons that turn pages or narrow to an address send the form too (`look` is the page they ask for), so that
    what is chosen and written stays without any script; they change nothing.
    """
    form = SplitForm()
    if not form.is_submitted() or "look" in request.form:
        return _page(find_case(public_id), form)
    case = find_case(public_id, lock=True)
    before = db.session.get(ProblemCase, case_with_key(current_staff(), form.key.data or "") or 0)
    if before is not None:
        return redirect(url_for("cases.show_case", public_id=before.public_id))

    def do() -> tuple[str, str]:
        there = split_case(
            case, {*(form.links.data or []), *link_ids_at(case, form.places.data or [])}, into=_target(case, form),
            reason=form.reason.data or "", actor=current_staff(), seen_version=form.version.data,
            key=form.key.data or "",
        )  # fmt: skip
        address = url_for("cases.show_case", public_id=there.public_id)
        db.session.commit()
        return "The calls are in this case now. Its history leads back.", address

    return do_or_say_why(form, do, lambda _: _page(find_case(public_id), form))


def _target(case: ProblemCase, form: SplitForm) -> ProblemCase | None:
    """The case that takes the calls, held; None for a new one. Of another family it is refused before it is held."""
    if not form.number.data:
        return None
    into = find_case(form.number.data)
    if into.family_id != case.family_id:
        raise Invalid("The other case must be open and of the same family; choose another one, or none.")
    hold_case(into)
    return into


def _page(case: ProblemCase, form: SplitForm) -> str:
    choice = gather_choice(case, at=request.values.get("at", "")[:200], page=_page_asked())
    shown = {link.id for link in choice.links}
    chosen, places = set(form.links.data or []), set(form.places.data or [])
    return render_template(
        "cases/related/split.html", case=case, form=form, choice=choice, chosen=chosen, places=places,
        kept=sorted(chosen - shown), targets=targets(case),
    )  # fmt: skip


def _page_asked() -> int:
    try:
        return read_number(request.form.get("look") or request.args.get("page") or "1")
    except ValueError:
        return 1
