"""The form of a visit for where there is no network: a copy that browsers keep, and the script that opens it."""

from flask import current_app, send_from_directory
from flask.typing import ResponseReturnValue

from ....staff.permissions import Permission, requires
from ...blueprint import blueprint
from .forms import VisitForm
from .visit_views import visit_page


@blueprint.get("/cases/visits-away")
@requires(Permission.WORK_CASES)
def visit_away() -> ResponseReturnValue:
    """The form alone: a copy outlives the shift on a phone that others carry too, so no case and nobody is in it."""
    return visit_page(VisitForm(formdata=None), bare=True)


@blueprint.get("/cases/visits-away.js")
@requires(Permission.WORK_CASES)
def visit_away_script() -> ResponseReturnValue:
    """The script that opens the copy. Browsers let it reach no further than the folder that it comes from."""
    response = send_from_directory(current_app.static_folder or "", "js/away.js")
    response.headers["Cache-Control"] = "no-cache"
    return response
