"""The map page, its basemap and its cases."""

import gzip
from functools import lru_cache
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from ..assets import FOREVER
from ..places.city import the_city
from ..places.models import City
from ..published.filters import AGES, STATUSES, Filters, read_filters
from ..published.finding import LONGEST, Found, find_place
from ..published.keeping import current_basemap, current_snapshot
from ..published.mercator import read_window
from ..published.snapshot import Snapshot
from ..published.words import say_label
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .listing import page_of
from .map_data import answer_window, bounds_of


@blueprint.get("/")
@requires(Permission.PUBLIC)
def map_page() -> ResponseReturnValue:
    """The map of open cases, and the same cases as a list; both follow the filters in the address."""
    city, snapshot, filters = the_city(), current_snapshot(), read_filters(request.args)
    typed = request.args.get("q", "").strip()[:LONGEST]
    near = find_place(typed)
    passing = snapshot.select(filters)
    page = request.args.get("page", 1, type=int)
    return render_template(
        "public/map.html",
        city=city, snapshot=snapshot, filters=filters, typed=typed, near=near, statuses=STATUSES, ages=AGES,
        cases=page_of(snapshot, passing, near, max(1, min(page, 1_000_000))),
        basemap_url=url_for("public.basemap", digest=current_basemap().digest),
        cases_url=_cases_url(filters),
        bounds=_bounds(city, snapshot, filters), point=_point(near),
    )  # fmt: skip


def _cases_url(filters: Filters) -> str:
    query: dict[str, Any] = {"lang": _language(), **filters.as_query()}
    return url_for("public.cases_json", **query)


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def _bounds(city: City, snapshot: Snapshot, filters: Filters) -> str:
    """What the map shows first: where the cases are that pass, else where any are, else the whole city."""
    whole = (city.south, city.west, city.north, city.east)
    found = bounds_of(snapshot, filters) or bounds_of(snapshot, Filters(status="every")) or whole
    return ",".join(f"{edge:.5f}" for edge in found)


def _point(near: Found | None) -> str:
    return f"{near.lat:.5f},{near.long:.5f}" if near else ""


@blueprint.get("/map/basemap-<digest>.js")
@requires(Permission.PUBLIC)
def basemap(digest: str) -> ResponseReturnValue:
    """The city's streets and areas as a script; kept forever under its own digest, checked under any other."""
    current = current_basemap()
    zipped = bool(request.accept_encodings["gzip"])
    response = Response(_zip(current.script) if zipped else current.script, mimetype="text/javascript")
    response.vary.add("Accept-Encoding")
    if zipped:
        response.content_encoding = "gzip"
    if digest == current.digest:
        response.headers["Cache-Control"] = FOREVER
    else:
        response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{current.digest}-gzip" if zipped else current.digest)
    return response.make_conditional(request)


@lru_cache(maxsize=4)
def _zip(script: bytes) -> bytes:
    return gzip.compress(script, mtime=0)


@blueprint.get("/map/cases.json")
@requires(Permission.PUBLIC)
def cases_json() -> ResponseReturnValue:
    """The cases in a box at a zoom, as circles with counts and as single places; 304 when nothing has changed."""
    window = read_window(request.args.get("bbox", ""), request.args.get("zoom", ""))
    answer = answer_window(current_snapshot(), read_filters(request.args), window, _language(), say_label)
    response = make_response(answer.body)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(answer.etag)
    return response.make_conditional(request)
