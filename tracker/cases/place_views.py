"""Cases that people open, places that are none, and the addresses offered while one types."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.as_of import as_of
from ..calls.models import Family
from ..calls.pointing import Pointed, point_at
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..places.city import the_city
from ..places.gazetteer import suggest_addresses
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .by_hand import open_case_by_hand
from .choices import family_choices
from .explaining import Explanation, explain_place
from .forms import OpenForm, PlaceForm
from .models import ProblemCase
from .rules import newest_rule
from .touching import case_with_key
from .turns import take_turns


@blueprint.get("/addresses")
@requires(Permission.SEE_CASES)
def offer_addresses() -> ResponseReturnValue:
    """At most eight known addresses that begin like `q`, for the page's own script."""
    offers = suggest_addresses(request.args.get("q", "")[:200])
    return jsonify([{"address": offer.display, "lat": offer.lat, "long": offer.long} for offer in offers])


@blueprint.route("/cases/new", methods=["GET", "POST"])
@requires(Permission.LINK_CALLS)
def open_case() -> ResponseReturnValue:
    """Open a case by hand; the form sent twice opens one."""
    form = OpenForm(request.form if request.method == "POST" else request.args)
    form.family.choices = [(0, "Choose a family"), *family_choices()]
    status = 200
    if form.is_submitted():
        take_turns(form.family.data or 0)  # before the question: of two sendings at once the second waits
        before = db.session.get(ProblemCase, case_with_key(current_staff(), form.key.data or "") or 0)
        if before is not None:
            return redirect(url_for("cases.show_case", public_id=before.public_id))
        status = 400
        if form.validate():
            try:
                return _open(form)
            except (Invalid, Conflict) as error:
                db.session.rollback()
                form.form_errors.append(str(error))
    return render_template("cases/open.html", form=form), status


def _open(form: Any) -> ResponseReturnValue:
    family = db.session.get_one(Family, form.family.data)
    spot = point_at(form.address.data or "", form.lat.data, form.long.data)
    case = open_case_by_hand(
        family, lat=spot.lat, long=spot.long, reason=form.reason.data, actor=current_staff(), key=form.key.data or ""
    )
    address = url_for("cases.show_case", public_id=case.public_id)
    db.session.commit()
    flash("The case is open.", "success")
    return redirect(address)


@blueprint.get("/why")
@requires(Permission.SEE_CASES)
def why_not() -> ResponseReturnValue:
    """«Why is this not a case?» for any place."""
    form = PlaceForm(request.args)
    form.family.choices = [(0, "Choose a family"), *family_choices()]
    found: tuple[Explanation, Pointed] | None = None
    if request.args.get("family"):
        if form.validate():
            try:
                found = _explain(form)
            except (Invalid, NotFound) as error:
                form.form_errors.append(str(error))
        explanation_status = 200 if found else 400
    else:
        explanation_status = 200
    return render_template("cases/why.html", form=form, found=found), explanation_status


def _explain(form: Any) -> tuple[Explanation, Pointed]:
    spot = point_at(form.address.data or "", form.lat.data, form.long.data)
    rule = newest_rule(form.family.data) or newest_rule(None)
    if rule is None:
        raise NotFound("The city has no grouping rule for this family yet. Load its profile first.")
    at = as_of(the_city())
    return explain_place(form.family.data, rule, x_dm=spot.x_dm, y_dm=spot.y_dm, at=at), spot
