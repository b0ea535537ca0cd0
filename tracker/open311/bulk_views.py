"""All requests in one answer (GeoReport Bulk), streamed."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..published.call_search import CallSearch
from ..published.calls import stream_calls
from ..staff.permissions import Permission, requires
from .asking import Known, read_whole_search
from .blueprint import blueprint
from .bulk import TYPES, bulk_row, write_csv, write_json, write_xml
from .keeping import sent_once
from .known import what_is_known
from .telling import english_words, tell_request

_WRITERS = {"csv": write_csv, "json": write_json, "xml": write_xml}


@blueprint.get("/v2/bulk/requests.<kind>")
@requires(Permission.PUBLIC)
@sent_once
def download_all(kind: str) -> ResponseReturnValue:
    """Every request that answers a question, newest first, however many and however old."""
    if kind not in _WRITERS:
        raise NotFound("The bulk download is there as requests.csv, requests.json and requests.xml.")
    known = what_is_known()
    search = read_whole_search(request.args, known)
    lines = _WRITERS[kind](_portions(search, known), known.zone)
    response = Response(stream_with_context(lines), content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f"attachment; filename=requests.{kind}"
    return response


def _portions(search: CallSearch, known: Known) -> Iterator[list[dict[str, Any]]]:
    words = english_words()
    for calls in stream_calls(search):
        yield [bulk_row(tell_request(call, known.zone, words)) for call in calls]
