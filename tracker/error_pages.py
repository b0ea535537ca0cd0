"""The one place where an error becomes an HTTP answer: a page that says what to do, or JSON for programs."""

from http import HTTPStatus

from flask import Flask, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from .errors import TrackerError
from .extensions import db
from .staff.guard import wants_json

ADVICE = {
    400: "Something in the request could not be used. Go back, check what you entered, and send it again.",
    403: "You may not open this page. If you think you should, ask an administrator.",
    404: "There is no such page. Check the address, or start again from the first page.",
    405: "This address cannot be used like that. Go back and use the page's own buttons.",
    409: "Somebody else got there first. Go back, reload the page, and look at what stands now.",
    413: "What you sent is too big. Send at most 20 MB at once.",
    429: "Too many attempts. Wait a quarter of an hour, then try again.",
    500: "The program made a mistake. Nothing was half saved. Try again; if it comes back, tell whoever runs it.",
    503: "The database is busy or away. Nothing was lost. Wait a few seconds and try again.",
}
_STALE_FORM = "The form was open for too long or came from elsewhere. Go back, reload the page, and send it again."


def answer(status: int, message: str = "") -> ResponseReturnValue:
    """The answer for an error: `message` for a person, else the advice for its status.

    From 500 on the page has no menus, because they would ask the database again.
    """
    text = message or ADVICE.get(status, ADVICE[400] if status < 500 else ADVICE[500])
    if wants_json():
        return jsonify([{"code": status, "description": text}]), status
    title = HTTPStatus(status).phrase
    return render_template("errors/error.html", status=status, title=title, text=text, bare=status >= 500), status


def _tracker_error(error: TrackerError) -> ResponseReturnValue:
    return answer(error.http_status, str(error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error  # a redirect that travels as an exception
    response = answer(error.code, _STALE_FORM if isinstance(error, CSRFError) else "")
    allowed = dict(error.get_headers()).get("Allow")
    return (*response, {"Allow": allowed}) if allowed else response  # type: ignore[misc]  # answer() returns a pair


def _database_away(error: Exception) -> ResponseReturnValue:
    """Locked, paused, gone or full: nothing was saved, and trying again may well work."""
    db.session.rollback()
    if isinstance(error, DBAPIError) and not isinstance(error, OperationalError) and not error.connection_invalidated:
        raise error
    return (*answer(503), {"Retry-After": "5"})  # type: ignore[misc]  # answer() returns a pair


def handle_errors(app: Flask) -> None:
    """Register the handlers; Flask logs an unexpected exception before it becomes the 500 page."""
    app.register_error_handler(TrackerError, _tracker_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
