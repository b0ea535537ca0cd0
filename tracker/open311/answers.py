"""Answers to other systems: a structure in the format that the path ends in, open to pages of every site."""

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from .spark import as_json, as_xml

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
"""What each suffix is sent as."""
_OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link, Retry-After"}
_BEFOREHAND = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
"""What a browser asks before it asks: only the answer to OPTIONS needs it."""


def answer(name: str, content: Any, suffix: str, *, status: int = 200) -> Response:
    """The answer whose XML has a root of this name; `content` is made of dictionaries, `Many`, texts and numbers."""
    body = as_json(content) if suffix == "json" else as_xml(name, content)
    return Response(body, status=status, content_type=TYPES[suffix])


def open_to_every_site(response: AnyResponse) -> None:
    """Let scripts of any site read this answer; it holds nothing that depends on who asks."""
    if "Access-Control-Allow-Origin" not in response.headers:  # errors are opened, and pass by here again
        told = {**_OPEN, **_BEFOREHAND} if request.method == "OPTIONS" else _OPEN
        for name, value in told.items():
            response.headers.add(name, value)
