"""How often strangers may look and send: counted per address and in all; too often is answered 429, in words."""

from datetime import timedelta

from flask import abort, current_app, request

from ..clock import utc_now
from ..scheduling.pace import Pace
from ..staff.throttle import is_too_often

_WINDOW = timedelta(minutes=15)


def slow_down(what: str, most: int, key: str = "") -> None:
    """Look at something at most so often in a quarter of an hour, by `key` or by address; else 429."""
    pace: Pace = current_app.extensions.setdefault(f"pace.{what}", Pace(most, _WINDOW))
    if pace.is_too_fast(key or sender_address(), utc_now()):
        abort(429)


def is_sent_too_often(what: str, most: int, most_in_all: int) -> bool:
    """Count one more that is about to be written, by address and in all, in the database; whether that is too often.

    The view commits, so that what is refused afterwards counts too.
    """
    by_address = is_too_often(f"{what} {sender_address()}", most)
    return is_too_often(f"{what} in all", most_in_all) or by_address


def sender_address() -> str:
    """Where the request comes from."""
    return (request.remote_addr or "unknown")[:45]
