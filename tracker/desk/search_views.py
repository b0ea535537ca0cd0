"""The page of the one search box."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .searching import KINDS, search


@blueprint.get("/search")
@requires(Permission.SEE_CASES)
def search_all() -> ResponseReturnValue:
    """Everything that was typed may mean, grouped by kind; with `kind` more of one."""
    kind = request.args.get("kind", "")
    results = search(request.args.get("q", ""), current_staff().role, kind=kind if kind in KINDS else "")
    return render_template("desk/search.html", results=results, kind=kind)
