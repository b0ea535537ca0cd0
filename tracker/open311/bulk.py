"""Requests as GeoReport Bulk: every column of the proposal, a line or object a request, as CSV, JSON and XML. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from ..formatters import csv_line
from .spark import DECLARATION, as_json, element

COLUMNS = (
    "service_request_id", "requested_datetime", "updated_datetime", "closed_date", "status_description",
    "status_notes", "source", "service_name", "service_subtype", "description", "agency_responsible", "address",
    "lat", "long",
)  # fmt: skip
TYPES = {
    "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8",
}  # fmt: skip
NAMESPACE = "http://wiki.open311.org/GeoReport_Bulk_v1"


def bulk_row(request: dict[str, Any]) -> dict[str, Any]:
    """The columns of a request, from the fields of the same request as GeoReport tells it."""
    is_closed = request["status"] == "closed"
    own = {
        "closed_date": request["updated_datetime"] if is_closed else None,
        "status_description": "Closed" if is_closed else "Open",
        "source": None,
        "service_subtype": None,
    }
    return {name: own[name] if name in own else request[name] for name in COLUMNS}


def write_csv(portions: Iterable[list[dict[str, Any]]], zone: ZoneInfo) -> Iterator[str]:
    """With a header row; no cell can be run as a formula."""
    yield csv_line(COLUMNS, zone)
    for rows in portions:
        yield "".join(csv_line(row.values(), zone) for row in rows)


def write_json(portions: Iterable[list[dict[str, Any]]], zone: ZoneInfo) -> Iterator[str]:
    """A bare array."""
    start = "["
    for rows in portions:
        if rows:
            yield start + ",\n".join(as_json(row) for row in rows)
            start = ",\n"
    yield "]" if start != "[" else "[]"


def write_xml(portions: Iterable[list[dict[str, Any]]], zone: ZoneInfo) -> Iterator[str]:
    """In the namespace of the proposal."""
    yield f'{DECLARATION}<service_requests xmlns="{NAMESPACE}">'
    for rows in portions:
        yield "".join(element("request", row) for row in rows)
    yield "</service_requests>"
