"""The shapes of what is answered, as JSON Schema; those of the files are made of the table of their columns. Pure."""

from typing import Any

from ...published.open_data.columns import CALLS, CASES, Column, Table

_DAY = {"type": "string", "format": "date"}
_MIDNIGHT = {"type": "string", "format": "date-time", "description": "A date at 00:00 with the city's offset."}
_PLACES = ("lat", "long")


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _text(words: str = "") -> dict[str, Any]:
    return {"type": "string", **({"description": words} if words else {})}


def _object(required: str = "", /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def schema_of(column: Column[Any], words: str) -> dict[str, Any]:
    """The shape of one property of a file."""
    schema: dict[str, Any] = {"type": "number" if column.kind == "number" else "string", "description": words}
    if column.kind in ("date", "date-time"):
        schema["format"] = column.kind
    if column.values:
        schema["enum"] = list(column.values)
    return _or_null(schema) if column.may_be_empty else schema


def collection_of(table: Table[Any], words: dict[str, str]) -> dict[str, Any]:
    """A GeoJSON file of points with the table's columns as properties."""
    columns = {one.name: schema_of(one, words[one.name]) for one in table.columns if one.name not in _PLACES}
    degrees = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    point = _object("type coordinates", type={"const": "Point"}, coordinates=degrees)
    feature = _object(
        "type geometry properties", type={"const": "Feature"}, geometry=point,
        properties={**_object(" ".join(columns), **columns), "additionalProperties": False},
    )  # fmt: skip
    return _object("type features", type={"const": "FeatureCollection"}, features={"type": "array", "items": feature})


def all_schemas() -> dict[str, Any]:
    """Every shape by its name. Columns are described in the language of the document, which is English."""
    files = {
        name: collection_of(table, {column.name: str(column.words) for column in table.columns})
        for name, table in (("CaseCollection", CASES), ("CallCollection", CALLS))
    }
    return {**_SITE, **files, **_OPEN311}


_NUMBERED = {"type": "array", "items": {"type": ["number", "string", "array"]}}
_SITE: dict[str, Any] = {
    "Errors": {"type": "array", "minItems": 1, "items": _object(
        "code description", code={"type": "integer"}, description=_text("What to do about it."))},
    "MapCases": _object(
        "total shown circles places",
        total={"type": "integer", "description": "Cases in the city that pass the filters."},
        shown={"type": "integer", "description": "Of these, in the box."},
        circles={"type": "array", "items": _NUMBERED, "description": "[lat, long, number of cases] of each."},
        places={"type": "array", "items": _NUMBERED,
                "description": "[lat, long, label, [[case, family, status, its day], ...]] of each;"
                               " the status is 0 open, 1 closed and watched, 2 solved."},
    ),
    "PlacesAround": _object(
        "places", places={"type": "array", "items": _NUMBERED,
                          "description": "As those of the map, each with the number of its cases at the end."}),
    "SolvedCells": _object(
        "meters cells", meters={"type": "integer", "description": "The side of a cell."},
        cells={"type": "array", "items": _NUMBERED, "description": "[lat, long, number solved] of each."}),
}  # fmt: skip

_OPEN311: dict[str, Any] = {
    "Discovery": _object(
        "changeset contact key_service endpoints", changeset=_text(), contact=_text(), key_service=_text(),
        endpoints={"type": "array", "items": _object(
            "specification url changeset type formats", specification=_text(), url=_text(), changeset=_text(),
            type={"enum": ["production", "test"]}, formats={"type": "array", "items": _text()})}),
    "Service": _object(
        "service_code service_name metadata type", service_code=_text(), service_name=_text(),
        description=_or_null(_text()), metadata={"type": "boolean"}, type={"enum": ["realtime", "batch", "blackbox"]},
        keywords=_or_null(_text()), group=_or_null(_text())),
    "ServiceDefinition": _object(
        "service_code attributes", service_code=_text(),
        attributes={"type": "array", "items": _object(
            "variable code datatype required order description", variable={"type": "boolean"}, code=_text(),
            datatype={"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
            required={"type": "boolean"}, datatype_description=_or_null(_text()), order={"type": "integer"},
            description=_or_null(_text()), values={"type": ["array", "null"], "items": _object(
                "key name", key=_text(), name=_text())})}),
    "Request": _object(
        "service_request_id status service_code requested_datetime", service_request_id=_text(),
        status={"enum": ["open", "closed"]}, status_notes=_or_null(_text()), service_name=_or_null(_text()),
        service_code=_text(), description=_or_null(_text("Always null: what people wrote is not published.")),
        agency_responsible=_or_null(_text()), service_notice=_or_null(_text()), requested_datetime=_MIDNIGHT,
        updated_datetime=_or_null(_MIDNIGHT), expected_datetime=_or_null(_MIDNIGHT),
        address=_or_null(_text("The block, never a house.")), address_id={"type": "null"},
        zipcode=_or_null(_text()), lat={"type": ["number", "null"]}, long={"type": ["number", "null"]},
        media_url=_or_null(_text())),
    "Posted": _object(service_request_id=_text(), token=_text(), service_notice=_or_null(_text()),
                      account_id=_or_null(_text())),
    "TokenAnswer": _object("token", token=_text(), service_request_id=_or_null(_text())),
    "RequestUpdate": _object(
        "update_id service_request_id status updated_datetime", update_id=_text(), service_request_id=_text(),
        status=_text(), updated_datetime=_MIDNIGHT, description=_or_null(_text()), media_url=_or_null(_text())),
    "UpdatePosted": _object("update_id", update_id=_text()),
}  # fmt: skip
