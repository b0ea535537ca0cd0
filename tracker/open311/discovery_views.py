"""Where this server is and what it speaks, for programs and for the people who write them."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ..places.city import the_city
from ..staff.permissions import Permission, requires
from .answers import TYPES, answer
from .asking import MOST, PAGE_SIZE, RADIUS_M, SPAN
from .blueprint import SUFFIX, blueprint
from .keeping import sent_once
from .spark import Many

CHANGED = "2026-11-26T00:00:00Z"
"""When what the server speaks was last changed; sorts as it reads."""


@blueprint.get("/v2/discovery" + SUFFIX)
@requires(Permission.PUBLIC)
@sent_once
def discover(suffix: str) -> ResponseReturnValue:
    """The endpoints of this server."""
    contact = the_city().contact or f"The web site of {the_city().name}"
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": url_for("open311.explain", _external=True) + "/v2",
        "changeset": CHANGED,
        "type": "production",
        "formats": Many("format", [kind.split(";")[0] for kind in TYPES.values()]),
    }
    content = {
        "changeset": CHANGED,
        "contact": contact,
        "key_service": f"Only sending requests needs a key. Ask for one: {contact}",
        "endpoints": Many("endpoint", [endpoint]),
    }
    return answer("discovery", content, suffix)


@blueprint.get("")
@requires(Permission.PUBLIC)
def explain() -> ResponseReturnValue:
    """The same for people: what can be asked and how."""
    limits = {"most": MOST, "page_size": PAGE_SIZE, "radius_m": int(RADIUS_M), "days": SPAN.days}
    return render_template("open311/index.html", city=the_city(), base=url_for(".explain", _external=True), **limits)
