"""The calendar feeds themselves: an address that no one can guess, and what other calendars read there."""

from datetime import timedelta
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from ...clock import utc_now
from ...errors import NotFound
from ...staff.permissions import Permission, requires
from ..pace import Pace
from .feed_entries import body_of
from .feeds import find_feed, note_read

blueprint = Blueprint("calendars", __name__)
_WINDOW = timedelta(minutes=15)
_MOST_MISSES, _MOST_READS = 30, 120


def _pace(name: str, most: int) -> Pace:
    pace: Pace = current_app.extensions.setdefault(f"calendars.{name}", Pace(most, _WINDOW))
    return pace


@blueprint.get("/calendars/<secret>.ics")
@requires(Permission.PUBLIC)
def read_feed(secret: str) -> ResponseReturnValue:
    """A feed as iCalendar. Unknown and revoked addresses are the same 404; who tries many has to wait."""
    now, address = utc_now(), request.remote_addr or "unknown"
    feed = find_feed(secret)
    if feed is None:
        if _pace("misses", _MOST_MISSES).is_too_fast(address, now):
            abort(429)
        raise NotFound("There is no calendar here. It may have been revoked: ask whoever gave you the address.")
    if _pace("reads", _MOST_READS).is_too_fast((feed.id, address), now):
        abort(429)
    note_read(feed, now)
    body = body_of(feed, now)
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "inline; filename=schedule.ics"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(sha256(body).hexdigest()[:32])
    return answer.make_conditional(request)
