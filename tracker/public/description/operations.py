"""The words of the description: a parameter, an answer, an operation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON, GEOJSON, CSV = "application/json", "application/geo+json", "text/csv"
XML, ATOM, RSS = "text/xml", "application/atom+xml", "application/rss+xml"
FORM, UPLOAD = "application/x-www-form-urlencoded", "multipart/form-data"

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}


def choice(*values: str) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": list(values)}


def ref(name: str) -> Schema:
    """One of the schemas of `schemas.py`."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(name: str) -> Schema:
    """A bare list of them, as GeoReport's JSON has it."""
    return {"type": "array", "items": ref(name)}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that is sent in the path, in the query, or as a field of a form."""

    name: str
    words: str
    schema: Schema = field(default_factory=lambda: TEXT)
    place: str = "query"
    is_required: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back with a status: the media types with their schemas (None says nothing), and headers."""

    words: str
    content: Mapping[str, Schema | None] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `fields` are sent as a form, in one of the media types `sent_as`."""

    method: str
    path: str
    name: str
    tag: str
    words: str
    answers: Mapping[int, Answer]
    parameters: tuple[Parameter, ...] = ()
    fields: tuple[Parameter, ...] = ()
    sent_as: tuple[str, ...] = ()
    needs_key: bool = False

    @property
    def is_writing(self) -> bool:
        """Whether it changes something."""
        return self.method != "get"


def known(answer: Answer) -> dict[int, Answer]:
    """A success of which nothing is sent again while the asker's ETag is the newest."""
    return {
        200: Answer(answer.words, answer.content, (*answer.headers, "ETag")),
        304: Answer("Nothing has changed since the ETag that was sent as If-None-Match."),
    }
