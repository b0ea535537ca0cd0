"""Errors as GeoReport v2 says them: `[{"code", "description"}]`, or `<errors><error>`.

Views raise `Invalid`, `Forbidden` or `NotFound` as everywhere; `error_pages.py` asks here how to say it.
"""

from collections.abc import Sequence

from flask import Response, request

from .answers import answer, open_to_every_site
from .spark import Many

PREFIX = "/open311"


def is_asked_by_a_system() -> bool:
    """Whether the request goes to this server, also where it goes to no page that exists."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def answer_errors(status: int, descriptions: Sequence[str]) -> Response:
    """Everything that is wrong with a request, in the format that was asked for."""
    errors = Many("error", [{"code": status, "description": text} for text in descriptions])
    response = answer("errors", errors, asked_suffix(), status=status)
    open_to_every_site(response)
    response.headers["Cache-Control"] = "no-store"
    return response


def asked_suffix() -> str:
    """`xml` or `json`: by the end of the path, else by what the client accepts."""
    end = request.path.rpartition(".")[2].lower()
    if end in ("xml", "json"):
        return end
    best = request.accept_mimetypes.best_match(["application/json", "text/xml", "application/xml"])
    return "xml" if best in ("text/xml", "application/xml") else "json"
