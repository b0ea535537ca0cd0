"""The page of a call for when the server does not answer: a copy that browsers keep, and the script that opens it."""

from flask import current_app, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .call_panel import CallPanel
from .call_words import CallWords
from .caller_panel import CallerPanel
from .new_call_views import make_form


@blueprint.get("/calls/away")
@requires(Permission.TAKE_CALLS)
def call_away() -> ResponseReturnValue:
    """The form alone: a copy outlives the shift, so nobody's calls, drafts or name are in it."""
    return render_template(
        "desk/new_call.html", bare=True, form=make_form({}), drafts=(), number=0, me=current_staff(), crowds=(),
        panel=CallPanel(None), caller=CallerPanel(), words=CallWords((), (), (), ()), given={},
    )  # fmt: skip


@blueprint.get("/calls/away.js")
@requires(Permission.TAKE_CALLS)
def away_script() -> ResponseReturnValue:
    """The script that opens the copy. Browsers let it reach no further than the folder that it comes from."""
    response = send_from_directory(current_app.static_folder or "", "js/away.js")
    response.headers["Cache-Control"] = "no-cache"
    return response
