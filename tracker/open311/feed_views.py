"""Requests for readers of feeds: what `requests.json` answers, as RSS and as Atom."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from ..places.city import the_city
from ..published.calls import PublishedCall, find_calls
from ..staff.permissions import Permission, requires
from .asking import PAGE_SIZE, read_question
from .blueprint import blueprint
from .feeds import TYPES, Entry, Feed, as_atom, as_rss
from .keeping import sent_once
from .known import what_is_known
from .telling import case_url, english_words

_WRITERS = {"rss": as_rss, "atom": as_atom}


@blueprint.get("/v2/requests.rss", defaults={"kind": "rss"})
@blueprint.get("/v2/requests.atom", defaults={"kind": "atom"})
@requires(Permission.PUBLIC)
@sent_once
def read_feed(kind: str) -> ResponseReturnValue:
    """The newest requests that answer a question; a hundred, unless more are asked for."""
    known, words = what_is_known(), english_words()
    question = read_question(_given(), known)
    calls = find_calls(question.search, limit=question.limit, offset=question.offset)
    feed = Feed(
        title=f"Requests in {the_city().name}",
        address=request.url,
        home=url_for("open311.explain", _external=True),
        updated_on=max((call.updated_on for call in calls), default=known.today),
        zone=known.zone,
        entries=[_entry(call, words) for call in calls],
    )
    return Response(_WRITERS[kind](feed), content_type=TYPES[kind])


def _given() -> dict[str, str]:
    given = {name: value for name, value in request.args.items() if value.strip()}
    is_paged = given.keys() & {"page", "page_size"}
    return given if is_paged else {"max_requests": str(PAGE_SIZE), **given}


def _entry(call: PublishedCall, words: dict[str, str]) -> Entry:
    status = "Closed." if call.is_closed else "Open."
    address = url_for("open311.show_request", number=call.number, suffix="xml", _external=True)
    return Entry(
        number=call.number,
        link=case_url(call) or address,
        title=f"{call.kind.service_name}, {call.label}",
        summary=" ".join(filter(None, (status, words.get(call.case_step)))),
        requested_on=call.requested_on,
        updated_on=call.updated_on,
        lat=call.lat,
        long=call.long,
    )
