"""Status pages kept in this process, each with an ETag of nothing but its bytes.

An ETag made from a version of the case would change with every note of the staff, and tell whoever asks all the time
the minute in which a call came in. So what is kept is the page itself: it is good while the case's row is the same, the
log says nothing new of it, the day is the same, and a minute is not over. The minute is for what the log does not say
of a case, such as a new name of its service center, and for entries that were committed out of their order.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, current_app, request, session
from flask_babel import get_locale
from werkzeug.wrappers import Response as AnyResponse

from ..clock import utc_now
from ..places.city import the_city
from ..published.facts import current_traces, public_day
from ..published.news import row_of_case, tells_of_case

LONGEST = timedelta(minutes=1)
_MOST_KEPT = 500
_ETAG_DIGITS = 20


@dataclass(slots=True)
class _Page:
    """A page as it is sent, with what it was made from."""

    body: str
    etag: str
    row: tuple[Any, ...]
    version: int
    day: date
    at: datetime


@dataclass(slots=True)
class _Shelf:
    pages: dict[tuple[str, str, str], _Page] = field(default_factory=dict)


def send_kept(number: str, render: Callable[[], str | AnyResponse]) -> AnyResponse:
    """The page of the case with this number, as kept or made now; 304 to whoever has it.

    `render` gives the page, or another answer, which is sent as it is. Messages to one person stand
    on no kept page, and neither does what somebody added to the address.
    """
    row = row_of_case(number)
    if row is None or "_flashes" in session or set(request.args) - {"lang"}:
        made = render()
        return Response(made) if isinstance(made, str) else made
    locale = get_locale()
    shelf: _Shelf = current_app.extensions.setdefault("public-pages", _Shelf())
    key = (number, locale.language if locale else "en", request.host_url)
    day, newest = public_day(the_city()), current_traces().entry
    page = shelf.pages.get(key)
    if page is None or page.row != row or not _is_fresh(page, day, newest):
        made = render()
        if not isinstance(made, str):
            return made
        page = _keep(shelf, key, _Page(made, _digest(made), row, newest, day, utc_now()))
    return _send(page)


def _is_fresh(page: _Page, day: date, newest: int) -> bool:
    if page.day != day or abs(utc_now() - page.at) >= LONGEST:
        return False
    if page.version != newest and tells_of_case(page.row[0], page.version, newest):
        return False
    page.version = newest
    return True


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_ETAG_DIGITS]


def _keep(shelf: _Shelf, key: tuple[str, str, str], page: _Page) -> _Page:
    if len(shelf.pages) >= _MOST_KEPT:
        shelf.pages.clear()
    shelf.pages[key] = page
    return page


def _send(page: _Page) -> AnyResponse:
    answer = Response(page.body)
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.update(["Cookie", "Accept-Language"])
    answer.set_etag(page.etag)
    return answer.make_conditional(request)
