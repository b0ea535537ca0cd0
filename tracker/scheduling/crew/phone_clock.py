"""When something happened, by the clock of a phone that may be wrong. Pure."""

from datetime import UTC, datetime, timedelta

_ON_ITS_WAY = timedelta(seconds=90)
"""A sending takes up to so long; clocks that differ by less are taken to agree."""


def happened_at(told_at: str, sent_at: str, now: datetime) -> datetime:
    """The instant that the phone tells, as the server's clock would have shown it.

    `sent_at` is the phone's clock at the moment of sending: how far it is from `now` is how wrong the phone is. Without
    a time that can be read it is just now.
    """
    told, sent = _read(told_at), _read(sent_at)
    if told is None:
        return now
    off = now - sent if sent is not None else timedelta()
    try:
        return min(told + off, now) if abs(off) > _ON_ITS_WAY else told
    except OverflowError:
        return now


def _read(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
