"""Drafts of calls, as the page's own script keeps and discards them."""

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.taking.drafts import end_draft, keep_draft
from ..calls.taking.recording import taken_before
from ..extensions import db
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .taking_forms import NewCallForm

KEPT = frozenset(name for name in NewCallForm.__dict__ if not name.startswith("_")) - {"key"}
"""The fields of the form; whatever else is sent is left out."""


@blueprint.post("/calls/drafts")
@requires(Permission.TAKE_CALLS)
def keep_call_draft() -> ResponseReturnValue:
    """Keep what was typed so far. A draft of a call that was recorded meanwhile is over: 409 and the call's page."""
    me, key = current_staff(), request.form.get("key", "")[:60]
    before = taken_before(key, me)
    if before is not None:
        end_draft(me, key)
        db.session.commit()
        return jsonify(location=url_for("desk.call_taken", service_request_id=before.service_request_id)), 409
    number = request.form.get("number", "0")
    fields: dict[str, str | list[str]] = {name: value for name, value in request.form.items() if value and name in KEPT}
    fields |= {name: request.form.getlist(name) for name in request.form if name.startswith("attribute[")}
    keep_draft(me, key, int(number) if number.isdecimal() and len(number) < 9 else 0, fields)
    db.session.commit()
    return jsonify(kept=True)


@blueprint.post("/calls/drafts/discard")
@requires(Permission.TAKE_CALLS)
def discard_call_draft() -> ResponseReturnValue:
    """Throw a draft away."""
    end_draft(current_staff(), request.form.get("key", "")[:60])
    db.session.commit()
    flash("The unfinished call is thrown away.", "success")
    return redirect(url_for("desk.new_call"))
