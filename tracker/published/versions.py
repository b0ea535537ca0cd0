"""What an answer to strangers is as of, without making the answer: for `ETag`, so that nothing is sent twice."""

from datetime import timedelta
from hashlib import blake2b

from flask import current_app
from sqlalchemy import func, select

from ..clock import EPOCH, utc_now
from ..extensions import db
from ..places.city import the_city
from ..staff.models import LogEntry
from .visible import public_day

_LATEST = 200
_LONGEST = timedelta(minutes=15)
"""The bound for what no entry says, such as a changed profile of the city."""


def version_of(question: str) -> str:
    """Other when anything may have changed that the answer to `question` says; it tells nothing else.

    Changes are said in the activity log. Of its latest entries the numbers are added up, because an entry may be
    committed after one with a larger number.
    """
    latest = select(LogEntry.id).order_by(LogEntry.id.desc()).limit(_LATEST).subquery()
    newest, total = db.session.execute(select(func.max(latest.c.id), func.sum(latest.c.id))).one()
    quarter = (utc_now() - EPOCH) // _LONGEST
    facts = f"{newest} {total} {public_day(the_city()).toordinal()} {quarter} {question}"
    key = current_app.config["SETTINGS"].secret_key.encode()[:64]
    return blake2b(facts.encode(), key=key, digest_size=12).hexdigest()
