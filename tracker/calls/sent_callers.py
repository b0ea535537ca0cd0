"""Callers as files send them, many at once and however their numbers are spelled."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from ..errors import Invalid
from ..extensions import db
from ..staff.log import append_log_rows
from ..words import words_of
from .callers import choose_caller, country_prefix, phone_columns
from .models import Caller, CallerWord

Sent = tuple[str, str]
"""A phone number and a name, as they were sent; either may be empty."""


def find_or_make_callers(sent: Collection[Sent]) -> dict[Sent, Caller]:
    """Who these are, looked up at once and made where nobody is known. Flushes.

    As `callers.find_or_make_caller` chooses. A number that cannot be read refuses nothing: it is kept as it was sent.
    """
    prefix = country_prefix()
    columns = {phone: _columns_of(phone, prefix) for phone, _ in sent}
    known = _known({one["phone_digits"] for one in columns.values()} - {""})
    found: dict[Sent, Caller] = {}
    made = []
    for phone, name in sorted(sent):
        digits = columns[phone]["phone_digits"]
        caller = choose_caller(known[digits], name) if digits else None
        if caller is None:
            caller = Caller(name=name, **columns[phone])
            made.append(caller)
            if digits:
                known[digits].append(caller)
        found[phone, name] = caller
    _write(made)
    return found


def _columns_of(phone: str, prefix: str) -> dict[str, str]:
    try:
        return phone_columns(phone, prefix=prefix)
    except Invalid:
        return {"phone": phone[:40], "phone_digits": "", "phone_backwards": ""}


def _known(digits: Collection[str]) -> dict[str, list[Caller]]:
    """Standing callers by their digits, newest first. Who was merged under another number is made anew."""
    known: dict[str, list[Caller]] = defaultdict(list)
    query = select(Caller).where(Caller.phone_digits.in_(digits), Caller.merged_into_id.is_(None))
    for caller in db.session.scalars(query.order_by(Caller.id.desc())):
        known[caller.phone_digits].append(caller)
    return known


def _write(callers: list[Caller]) -> None:
    db.session.add_all(callers)
    db.session.flush()
    db.session.add_all(
        CallerWord(caller_id=caller.id, word=word) for caller in callers for word in set(words_of(caller.name))
    )
    append_log_rows(
        {"subject_kind": "caller", "subject_id": caller.id, "verb": "recorded", "text": "First known."}
        for caller in callers
    )
    db.session.flush()
