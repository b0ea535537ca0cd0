"""What a reporter says later through her secret link: kept beside what she said first, once however often it comes."""

from collections.abc import Sequence

from sqlalchemy import select

from ...errors import Invalid, NotFound
from ...extensions import db
from ...secret_links import hash_of
from ...staff.log import append_log
from ..models import ServiceRequest
from .models import ReporterWord, SentReport, WordKind

LONGEST = 4_000
MOST = 50
"""Words that a report takes; a report that needs more needs a conversation."""
_LOGGED = {
    WordKind.ADDED: ("reporter_added", "The reporter added something."),
    WordKind.CORRECTED: ("reporter_corrected", "The reporter corrected what she had said; both stand."),
}


def find_sent(secret: str) -> SentReport:
    """The report whose reporter holds this secret; raises `NotFound`."""
    query = select(SentReport).where(SentReport.secret_hash == hash_of(secret))
    sent = db.session.scalars(query).first() if len(secret) <= 100 else None
    if sent is None:
        raise NotFound("This link leads to no report.")
    return sent


def sent_of(call: ServiceRequest) -> SentReport | None:
    """How a call came in, if it came in without an aide."""
    return db.session.get(SentReport, call.id)


def words_of_report(call_id: int) -> Sequence[ReporterWord]:
    """What its reporter said later, oldest first."""
    query = select(ReporterWord).where(ReporterWord.call_id == call_id).order_by(ReporterWord.said_at, ReporterWord.id)
    return db.session.scalars(query).all()


def said_before(call_id: int, key: str) -> ReporterWord | None:
    """What this form said already, or None."""
    if not key or len(key) > 40:
        raise Invalid("The form has no key of its own. Reload the page; what you typed stays.")
    query = select(ReporterWord).where(ReporterWord.call_id == call_id, ReporterWord.key == key)
    return db.session.scalars(query).first()


def keep_word(sent: SentReport, kind: WordKind, text: str, *, key: str) -> ReporterWord:
    """Keep what she says; the form that comes again gives what it said the first time. Flushes.

    Hold the call first, so that of two sendings at once the second finds the first.
    """
    before = said_before(sent.call_id, key)
    if before is not None:
        return before
    if kind in _LOGGED and not text.strip():
        raise Invalid("Write what you want to say.")
    if len(text) > LONGEST:
        raise Invalid(f"At most {LONGEST:,} characters are kept.")
    if len(words_of_report(sent.call_id)) >= MOST:
        raise Invalid("This report takes no more words. Please call us.")
    word = ReporterWord(call_id=sent.call_id, kind=kind, text=text.strip(), key=key)
    db.session.add(word)
    if kind in _LOGGED:
        append_log("call", sent.call_id, *_LOGGED[kind])
    db.session.flush()
    return word
