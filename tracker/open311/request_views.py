"""Requests: lists by many questions, one by its number, and what became of them (`servicerequestupdates`)."""

from flask import request
from flask.typing import ResponseReturnValue

from ..places.city import city_zone, the_city
from ..published.calls import find_calls, find_published_call
from ..staff.permissions import Permission, requires
from .answers import answer
from .asking import read_question, read_update_question
from .blueprint import SUFFIX, blueprint
from .keeping import sent_once
from .known import what_is_known
from .telling import tell_requests
from .updates import tell_updates


@blueprint.get("/v2/requests" + SUFFIX)
@requires(Permission.PUBLIC)
@sent_once
def list_requests(suffix: str) -> ResponseReturnValue:
    """Requests that answer a question, newest first: 90 days and a thousand at most."""
    known = what_is_known()
    question = read_question(request.args, known)
    calls = find_calls(question.search, limit=question.limit, offset=question.offset)
    return answer("service_requests", tell_requests(calls, known.zone, is_extended=question.is_extended), suffix)


@blueprint.get("/v2/requests/<number>" + SUFFIX)
@requires(Permission.PUBLIC)
@sent_once
def show_request(number: str, suffix: str) -> ResponseReturnValue:
    """One request, as a list of one."""
    is_extended = request.args.get("extensions", "").strip().lower() in ("true", "1", "yes")
    calls = [find_published_call(number)]
    return answer("service_requests", tell_requests(calls, city_zone(the_city()), is_extended=is_extended), suffix)


@blueprint.get("/v2/servicerequestupdates" + SUFFIX)
@requires(Permission.PUBLIC)
@sent_once
def list_updates(suffix: str) -> ResponseReturnValue:
    """How requests stand that changed within a window, newest first."""
    known = what_is_known()
    question = read_update_question(request.args, known)
    calls = find_calls(question.search, limit=question.limit, offset=question.offset)
    return answer("service_request_updates", tell_updates(calls, known), suffix)
