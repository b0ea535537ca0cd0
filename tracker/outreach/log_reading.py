"""The activity log read portion by portion, each entry once for each consumer."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from ..batches import insert_missing
from ..extensions import db
from ..staff.models import LogClaim, LogEntry
from .notice_models import LogReader

PORTION = 5_000
LOOK_BACK = {"postgresql": 20_000}
"""Where many write at once a lower number can become visible after a higher one, by as many as one transaction appends:
so far back is looked again each time. Where one writes after the other nothing is."""


@dataclass(frozen=True, slots=True)
class LogPortion:
    """Entries that nobody has claimed for the consumer, up to one number, and whether more follow."""

    reader: LogReader
    entries: list[LogEntry]
    end: int
    is_last: bool


def hold_reader(consumer: str, *, from_beginning: bool = False) -> LogReader:
    """The consumer's place in the log, held; the first time the end of the log, or its beginning."""
    reader = db.session.get(LogReader, consumer, with_for_update=True)
    if reader is None:
        begin = 0 if from_beginning else newest_entry()
        row = {"consumer": consumer, "first": begin, "upto": begin}
        insert_missing(LogReader.__table__, ["consumer"], [row])  # type: ignore[arg-type]  # a declarative table is one
        reader = db.session.get_one(LogReader, consumer, with_for_update=True)
    return reader


def newest_entry() -> int:
    """The number of the newest entry; 0 while there is none."""
    return db.session.scalar(select(func.max(LogEntry.id))) or 0


def next_portion(reader: LogReader, verbs: Collection[str], *, subject_kind: str = "case") -> LogPortion:
    """What follows in the log of these verbs, about cases or another kind of subject."""
    newest = newest_entry()
    end = max(reader.upto, min(reader.upto + PORTION, newest))
    start = max(reader.first, reader.upto - LOOK_BACK.get(db.session.get_bind().dialect.name, 0))
    claimed = select(LogClaim.id).where(LogClaim.entry_id == LogEntry.id, LogClaim.consumer == reader.consumer)
    query = select(LogEntry).where(
        LogEntry.id > start, LogEntry.id <= end, LogEntry.subject_kind == subject_kind, LogEntry.verb.in_(verbs),
        ~claimed.exists(),
    )  # fmt: skip
    return LogPortion(reader, list(db.session.scalars(query.order_by(LogEntry.id))), end, end >= newest)


def claim_portion(portion: LogPortion) -> None:
    """The consumer has dealt with these entries. Flushes."""
    claims = [{"entry_id": entry.id, "consumer": portion.reader.consumer} for entry in portion.entries]
    insert_missing(LogClaim.__table__, ["entry_id", "consumer"], claims)  # type: ignore[arg-type]  # as above
    portion.reader.upto = portion.end
    db.session.flush()
