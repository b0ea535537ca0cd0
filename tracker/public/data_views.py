"""Open data: the page that explains and offers the files, and the files."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from email.utils import format_datetime

from flask import Response, current_app, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from ..config import Settings
from ..extensions import db
from ..places.city import the_city
from ..published.open_data.columns import BULK, CALLS, CASES, TABLES
from ..published.open_data.counting import FEW, current_counts
from ..published.open_data.filters import DataFilters, read_data_filters
from ..published.open_data.reading import read_calls, read_cases
from ..published.open_data.versions import current_version
from ..published.open_data.writing import compress, write_csv, write_dictionary, write_geojson
from ..staff.permissions import Permission, requires
from .blueprint import blueprint

CSV, GEOJSON = "text/csv", "application/geo+json"


@blueprint.get("/data")
@requires(Permission.PUBLIC)
def open_data() -> ResponseReturnValue:
    """What there is, how much of it, what its columns mean, and what was left out and why."""
    version, filters = current_version(), read_data_filters(request.args)
    return render_template(
        "public/data.html", city=the_city(), day=version.day, counts=current_counts(version), few=FEW, tables=TABLES,
        filters=filters, query=filters.as_query(),
        case_query={name: value for name, value in filters.as_query().items() if name != "type"},
    )  # fmt: skip


@blueprint.get("/data/cases.csv")
@requires(Permission.PUBLIC)
def cases_csv() -> ResponseReturnValue:
    """The public cases as CSV."""
    filters = _case_filters()
    return _answer("cases.csv", CSV, filters, write_csv(CASES, read_cases(filters)))


@blueprint.get("/data/cases.geojson")
@requires(Permission.PUBLIC)
def cases_geojson() -> ResponseReturnValue:
    """The public cases as points."""
    filters = _case_filters()
    return _answer("cases.geojson", GEOJSON, filters, write_geojson(CASES, read_cases(filters)))


@blueprint.get("/data/calls.csv")
@requires(Permission.PUBLIC)
def calls_csv() -> ResponseReturnValue:
    """The public calls as CSV."""
    filters = read_data_filters(request.args)
    return _answer("calls.csv", CSV, filters, write_csv(CALLS, read_calls(filters)))


@blueprint.get("/data/calls.geojson")
@requires(Permission.PUBLIC)
def calls_geojson() -> ResponseReturnValue:
    """The public calls as points."""
    filters = read_data_filters(request.args)
    return _answer("calls.geojson", GEOJSON, filters, write_geojson(CALLS, read_calls(filters)))


@blueprint.get("/data/georeport-bulk.csv")
@requires(Permission.PUBLIC)
def georeport_bulk() -> ResponseReturnValue:
    """The public calls with the columns of GeoReport Bulk."""
    filters = read_data_filters(request.args)
    return _answer("georeport-bulk.csv", CSV, filters, write_csv(BULK, read_calls(filters)))


@blueprint.get("/data/dictionary.csv")
@requires(Permission.PUBLIC)
def data_dictionary() -> ResponseReturnValue:
    """What each column of each file means, in both languages."""
    response = Response(write_dictionary(), mimetype=CSV)
    response.add_etag()
    return _open_to_all(response, "dictionary.csv").make_conditional(request)


def _case_filters() -> DataFilters:
    """A case has no type, because it gathers calls of several."""
    asked = read_data_filters(request.args)
    return DataFilters(asked.year, asked.family)


def _answer(name: str, mimetype: str, filters: DataFilters, parts: Iterator[str]) -> Response:
    """304 where the asker has it already, else the file part by part; nothing was read of `parts` until then."""
    version = current_version()
    zipped = bool(request.accept_encodings["gzip"])
    etag = _etag(f"{name} {version.words} {filters.as_query()} {zipped}")
    known = request.if_none_match.contains_weak(etag)
    stored = parts if request.method == "GET" and not known else iter(())
    response = Response(
        status=304 if known else 200, response=stream_with_context(_bytes(stored, zipped)) if stored is parts else None,
        mimetype=mimetype,
    )  # fmt: skip
    response.set_etag(etag)
    response.vary.add("Accept-Encoding")
    if zipped and not known:
        response.content_encoding = "gzip"
    if version.changed_at:  # nobody is answered 304 by it: more may have come later that day
        response.headers["Last-Modified"] = format_datetime(version.changed_at, usegmt=True)
    return _open_to_all(response, name)


def _bytes(parts: Iterable[str], zipped: bool) -> Iterator[bytes]:
    written = (part.encode() for part in parts)
    yield from compress(written) if zipped else written
    db.session.close()


def _etag(words: str) -> str:
    """Keyed, so that nobody learns from it how many things were done in the office."""
    settings: Settings = current_app.config["SETTINGS"]
    return hmac.new(settings.secret_key.encode(), f"open data {words}".encode(), hashlib.sha256).hexdigest()[:24]


def _open_to_all(response: Response, name: str) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
