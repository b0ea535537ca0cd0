"""The guard before every request: default deny, sign-in where it helps, and no write lock for pages that only read."""

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from ..database import only_reading
from ..errors import Forbidden, Invalid
from ..identifiers import LARGEST_NUMBER
from .current import find_current_staff
from .kept_forms import give_back_form
from .permissions import Permission, declared_permission, may

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def wants_json() -> bool:
    """Whether the answer goes to a program rather than to a person."""
    if request.path.startswith("/open311"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _mark_reading() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    reads = not getattr(view, "writes_on_get", False) if request.method in READING else _reads_on_post(view)
    only_reading.set(reads)


def _reads_on_post(view: object) -> bool:
    return bool(getattr(view, "reads_on_post", False))


def _unmark_reading(error: BaseException | None) -> None:
    """Threads are used again for the next request, and for work that writes."""
    only_reading.set(False)


def _admit_or_refuse() -> ResponseReturnValue | None:
    """Let the request through, send a stranger to the sign-in page, or raise `Forbidden`.

    Who was signed out while she typed gets her text back instead of an empty sign-in page.
    """
    if request.endpoint is None:
        return None  # routing has already failed: 404 or 405
    permission = declared_permission(current_app.view_functions[request.endpoint])
    if permission is Permission.PUBLIC:
        return None  # also keeps residents' pages from looking for a session
    if permission is None:
        raise Forbidden("This page does not say who may use it, so nobody may. Tell whoever runs this program.")
    staff = find_current_staff()
    if may(staff.role if staff else None, permission):
        return None
    if staff is None and not wants_json():
        kept = give_back_form(403)
        if kept is not None:
            return kept
        page = request.full_path.rstrip("?") if request.method in READING else None
        return redirect(url_for("staff.sign_in", next=page))
    raise Forbidden("Your role may not do this. Ask an administrator if you think it should.")


def _refuse_nul() -> None:
    """No text of ours holds a NUL: PostgreSQL cannot store it, and it only comes from somebody who is trying things."""
    sent = () if request.method in READING else request.form.values()  # a form is not looked for where none can be
    texts = [request.path, *request.args.values(), *sent]
    if any("\0" in text for text in texts):
        raise Invalid("The text holds a character that cannot be kept (NUL). Take it out and send it again.")


class _RowNumber(IntegerConverter):
    """`<int:...>` in an address: larger numbers than a row can have are not found, instead of failing in the engine."""

    def __init__(
        self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = LARGEST_NUMBER
    ) -> None:
        super().__init__(map, fixed_digits, min, max)


def guard_requests(app: Flask) -> None:
    """Put the guard before every request of `app`; call it before any extension adds its own checks."""
    app.url_map.converters["int"] = _RowNumber
    app.before_request(_mark_reading)
    app.before_request(_admit_or_refuse)
    app.before_request(_refuse_nul)
    app.teardown_request(_unmark_reading)
