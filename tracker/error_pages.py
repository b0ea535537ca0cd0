"""The one place where an error becomes an HTTP answer: a page that says what to do, or JSON for programs."""

from flask import Flask, g, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from .errors import TooOften, TrackerError
from .extensions import db, login_manager
from .open311.errors import answer_errors, is_asked_by_a_system
from .staff.guard import wants_json
from .staff.kept_forms import give_back_form

ADVICE = {
    400: (_l("That cannot be used"), _l("Go back, check what you entered, and send it again.")),
    403: (_l("Not open to you"), _l("You may not open this page. If you think you should, ask an administrator.")),
    404: (_l("Not found"), _l("There is nothing here. Check the address, or start again from the first page.")),
    405: (_l("Not like that"), _l("Go back and use the page's own buttons.")),
    409: (_l("Somebody was first"), _l("Go back, reload the page, and look at what stands now.")),
    413: (_l("Too big"), _l("Send at most 20 MB at once.")),
    429: (_l("Too many attempts"), _l("Wait a quarter of an hour, then try again.")),
    500: (
        _l("Our mistake"),
        _l("Nothing was half saved. Try again; if it comes back, tell whoever runs this program."),
    ),
    503: (_l("Busy just now"), _l("Nothing was lost. Wait a few seconds and try again.")),
}
_STALE_FORM = _l("The form was open for too long or came from elsewhere. Go back, reload the page, and send it again.")


def answer(status: int, message: str = "") -> ResponseReturnValue:
    """The answer for an error: `message` for a person, else the advice for its status.

    From 500 on the page has no menus, because they would ask the database again.
    """
    title, advice = ADVICE.get(status, ADVICE[400] if status < 500 else ADVICE[500])
    text = message or str(advice)
    if is_asked_by_a_system():
        return answer_errors(status, [text]), status
    if wants_json():
        return jsonify([{"code": status, "description": text}]), status
    return render_template("errors/error.html", status=status, title=title, text=text, bare=status >= 500), status


def _tracker_error(error: TrackerError) -> ResponseReturnValue:
    response = answer(error.http_status, str(error))
    if isinstance(error, TooOften):
        return (*response, {"Retry-After": str(error.seconds)})  # type: ignore[misc]  # answer() returns a pair
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error  # a redirect that travels as an exception
    if isinstance(error, CSRFError):
        kept = None if wants_json() else give_back_form(error.code)
        return kept or answer(error.code, str(_STALE_FORM))
    response = answer(error.code)
    allowed = dict(error.get_headers()).get("Allow")
    return (*response, {"Allow": allowed}) if allowed else response  # type: ignore[misc]  # answer() returns a pair


def _database_away(error: Exception) -> ResponseReturnValue:
    """Locked, paused, gone or full: nothing was saved, and trying again may well work."""
    db.session.rollback()
    if isinstance(error, DBAPIError) and not isinstance(error, OperationalError) and not error.connection_invalidated:
        raise error
    # Every template is told who is signed in, and to find that out would ask the database once more.
    g._login_user = login_manager.anonymous_user()
    return (*answer(503), {"Retry-After": "5"})  # type: ignore[misc]  # answer() returns a pair


def _foreign_name(_: SecurityError) -> ResponseReturnValue:
    """Asked under a name that is not ours (TRACKER_HOSTS): a plain line, for no page can be linked from there."""
    return "This program is not reached under this name.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}


def handle_errors(app: Flask) -> None:
    """Register the handlers; Flask logs an unexpected exception before it becomes the 500 page."""
    app.register_error_handler(TrackerError, _tracker_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _foreign_name)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
