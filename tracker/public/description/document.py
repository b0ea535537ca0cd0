"""The OpenAPI 3.1 document, made of the table. Pure."""

from collections.abc import Iterable
from typing import Any

from flask_babel import force_locale

from .feeds import FEEDS
from .open311 import OPEN311
from .operations import Answer, Operation, Parameter
from .schemas import all_schemas
from .site import SITE

OPERATIONS: tuple[Operation, ...] = (*SITE, *FEEDS, *OPEN311)
TAGS = {
    "map": "The cases as the map shows them.",
    "feeds": "What happened, as Atom feeds.",
    "data": "All cases and reports as files.",
    "open311": "Open311 GeoReport v2 and its extensions, in JSON and in XML.",
    "description": "This interface itself.",
}
_HEADERS = {
    "ETag": "Send it back as If-None-Match.",
    "Retry-After": "Seconds to wait.",
}


def shape_of(path: str) -> str:
    """A path without the names of its parameters, of OpenAPI or of Flask: by it a table and a URL map compare."""
    parts, depth = [], 0
    for letter in path:
        depth -= letter in ">}"
        if not depth:
            parts.append("{}" if letter in ">}" else "" if letter in "<{" else letter)
        depth += letter in "<{"
    return "".join(parts)


def write_document(city: str, terms: str, operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document, in English; `terms` are those of the data."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    with force_locale("en"):
        schemas = all_schemas()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{city}: problem cases and reports", "version": "1",
            "description": "What this site tells the public, for programs. Places are masked; instants are dates.",
            **({"license": {"name": terms}} if terms else {}),
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": paths,
        "components": {"schemas": schemas},
    }  # fmt: skip


def _operation(one: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.name, "tags": [one.tag], "summary": one.words,
        "parameters": [_parameter(each) for each in one.parameters],
        "responses": {str(status): _answer(answer) for status, answer in one.answers.items()},
    }  # fmt: skip
    if one.fields:
        form = {
            "type": "object",
            "required": [each.name for each in one.fields if each.is_required],
            "properties": {each.name: {**each.schema, "description": each.words} for each in one.fields},
        }
        described["requestBody"] = {"required": True, "content": {sent: {"schema": form} for sent in one.sent_as}}
    return described


def _parameter(one: Parameter) -> dict[str, Any]:
    described = {"name": one.name, "in": one.place, "required": one.is_required, "description": one.words}
    return {**described, "schema": dict(one.schema)}


def _answer(one: Answer) -> dict[str, Any]:
    described: dict[str, Any] = {"description": one.words}
    if one.content:
        described["content"] = {name: {"schema": schema} if schema else {} for name, schema in one.content.items()}
    if one.headers:
        described["headers"] = {
            name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in one.headers
        }
    return described
