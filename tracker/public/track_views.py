"""A report by its tracking number."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..places.city import the_city
from ..published.facts import public_day
from ..published.tracking import LONGEST, track_report
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .brakes import slow_down
from .report_views import PRIVATE

MOST_TRIES = 60
"""Numbers that one address may try in a quarter of an hour; they have 80 bits, so this only keeps the noise down."""


@blueprint.get("/track")
@requires(Permission.PUBLIC)
def track() -> ResponseReturnValue:
    """What the number tells: hidden and unknown reports answer alike."""
    typed = request.args.get("number", "").strip()[:LONGEST]
    report = None
    if typed:
        slow_down("track", MOST_TRIES)
        try:
            report = track_report(typed)
        except NotFound:
            report = None
    page = render_template("public/track.html", typed=typed, report=report, day=public_day(the_city()))
    answer = make_response(page, 404 if typed and report is None else 200)
    answer.headers.update(PRIVATE)
    return answer
