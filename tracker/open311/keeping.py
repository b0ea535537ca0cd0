"""The same answer is sent once: a client that has it is told so before anything is looked up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from ..published.versions import version_of
from .jurisdiction import check_jurisdiction

View = Callable[..., ResponseReturnValue]


def sent_once(view: View) -> View:
    """For a view below `@requires`: holds the jurisdiction against the city's, and answers 304 to who is up to date."""

    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        etag = version_of(f"{request.scheme} {request.host} {request.full_path}")
        check_jurisdiction(request.args)
        known = not request.if_none_match.star_tag and request.if_none_match.contains_weak(etag)
        response = Response(status=304) if known else make_response(view(**values))
        response.set_etag(etag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
        return response

    return answer
