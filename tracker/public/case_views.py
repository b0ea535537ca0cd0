"""The public status page of one case."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..places.city import the_city
from ..published.facts import public_day
from ..published.status import describe_case, find_public_case
from ..published.words import STEPS
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .kept_pages import send_kept


@blueprint.get("/cases/<public_id>")
@requires(Permission.PUBLIC)
def show_case(public_id: str) -> ResponseReturnValue:
    """One case for residents; an old or carelessly typed number leads to the right one."""
    return send_kept(public_id, lambda: _render(public_id))


def _render(public_id: str) -> str | Response:
    city = the_city()
    case = find_public_case(public_id)
    if case.public_id != public_id:
        return redirect(url_for("public.show_case", public_id=case.public_id))
    told = describe_case(case, city)
    return render_template("public/case.html", case=told, day=public_day(city), steps=STEPS)
