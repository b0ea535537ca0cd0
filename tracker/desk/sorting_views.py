"""What supervisors settle: types nobody has filed, and points that may be a geocoder's «don't know»."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ..calls.learning import open_candidates
from ..calls.models import Family, ServiceType
from ..calls.queries import sample_texts, sorted_families, unsorted_types
from ..cases.filing import file_type, new_family
from ..cases.sinks import confirm_sink, decline_sink, find_candidate
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..formatters import plural
from ..places.models import Sink
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .forms import FileTypeForm

NEW = 0
"""The choice in the list of families that asks for a new one."""
UNCHOSEN = -1
"""What the list shows first, so that nobody files a type under the first family by pressing the button."""


@blueprint.get("/unsorted")
@requires(Permission.SET_RULES)
def unsorted() -> ResponseReturnValue:
    """Service types that an import met and nobody has filed."""
    return _render()


def _form(type_id: int) -> Any:
    form = FileTypeForm(prefix=f"type-{type_id}")
    form.family.choices = [
        (UNCHOSEN, "Choose a family"),
        *((family.id, family.name) for family in sorted_families()),
        (NEW, "A new family, named below"),
    ]
    return form


def _render(failed_id: int | None = None, failed: Any = None) -> str:
    rows = unsorted_types()
    forms = {service_type.id: _form(service_type.id) for service_type, _ in rows}
    if failed_id is not None and failed is not None:
        forms[failed_id] = failed
    return render_template("desk/unsorted.html", rows=rows, forms=forms, failed_id=failed_id)


@blueprint.post("/unsorted/<int:type_id>")
@requires(Permission.SET_RULES)
def file_unsorted(type_id: int) -> ResponseReturnValue:
    """File one type; its calls count in its family from now on."""
    form, status = _form(type_id), 400
    if form.validate_on_submit():
        try:
            message = _file(type_id, form)
            db.session.commit()
        except (Invalid, Conflict, NotFound) as error:
            db.session.rollback()
            form.form_errors.append(str(error))
            status = error.http_status
        else:
            flash(message, "success")
            return redirect(url_for("desk.unsorted"))
    return _render(type_id, form), status


def _file(type_id: int, form: Any) -> str:
    if form.family.data == UNCHOSEN:
        raise Invalid("Choose the family that its calls belong to, or name a new one.")
    query = select(ServiceType).where(ServiceType.id == type_id).with_for_update()
    service_type = db.session.scalars(query).first()
    if service_type is None:
        raise NotFound("There is no such service type. Look at the list again.")
    chosen = db.session.get(Family, form.family.data) if form.family.data != NEW else None
    family = chosen or new_family(form.new_name.data or "", harm_weight=form.harm_weight.data or 1)
    taken = file_type(
        service_type, family, weight=form.weight.data, is_public=form.is_public.data,
        is_confidential=form.is_confidential.data, actor=current_staff(),
    )  # fmt: skip
    opened = plural(len(taken.opened), "case")
    joined = f"{taken.linked:,} of its calls joined cases or opened them ({opened})"
    return f"{service_type.service_name} is filed under {family.name}; {joined}."


@blueprint.get("/sinks")
@requires(Permission.SET_RULES)
def sinks() -> ResponseReturnValue:
    """Points to judge, and the sinks that there are."""
    candidates = open_candidates()
    known = db.session.scalars(select(Sink).order_by(Sink.id).limit(200)).all()
    return render_template("desk/sinks.html", candidates=candidates, samples=sample_texts(candidates), known=known)


@blueprint.post("/sinks/<int:candidate_id>/confirm")
@requires(Permission.SET_RULES)
def confirm(candidate_id: int) -> ResponseReturnValue:
    """It is a sink: its calls are placed again from their text."""
    counts = confirm_sink(find_candidate(candidate_id), actor=current_staff())
    db.session.commit()
    flash(
        f"It is a sink now: {plural(counts['placed'], 'call')} placed again from the text, {counts['unlocated']:,} "
        f"without a place, {counts['stayed']:,} left in cases that people work on.",
        "success",
    )
    return redirect(url_for("desk.sinks"))


@blueprint.post("/sinks/<int:candidate_id>/decline")
@requires(Permission.SET_RULES)
def decline(candidate_id: int) -> ResponseReturnValue:
    """It is a real place."""
    decline_sink(find_candidate(candidate_id), actor=current_staff())
    db.session.commit()
    flash("Noted: it is a real place.", "success")
    return redirect(url_for("desk.sinks"))
