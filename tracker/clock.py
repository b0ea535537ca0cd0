"""The only file that asks the time. Everything else is handed an instant, so that tests can choose it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # what clock readings without a zone are counted from
_told_instant: ContextVar[datetime | None] = ContextVar("told_instant", default=None)


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return _told_instant.get() or datetime.now(UTC)


@contextmanager
def told_as_of(instant: datetime) -> Iterator[None]:
    """Within this block it is `instant`, for the thread that tells. Only for an invented past, such as the demo's."""
    token = _told_instant.set(instant)
    try:
        yield
    finally:
        _told_instant.reset(token)


def to_microseconds(instant: datetime) -> int:
    """An aware instant as whole microseconds since 1970-01-01T00:00Z, exact (no float in between)."""
    return (instant - EPOCH) // MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """The aware UTC instant that lies `microseconds` after 1970-01-01T00:00Z."""
    return EPOCH + timedelta(0, 0, microseconds)  # a name would take a third of the time, and files hold millions


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar date of `instant` on the city's clocks."""
    return instant.astimezone(zone).date()


def can_be_meant(day: date) -> bool:
    """Whether a day of the city's work, or an instant of it, is in a year that is no slip of the keyboard."""
    return 2000 <= day.year < 2200


def from_local(naive: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a city-local clock reading.

    In the autumn hour that comes twice the first is meant; a reading inside the spring gap is taken as if the clock
    had not yet been moved (PEP 495, fold=0), so no reading is refused and none gives a negative duration by itself.
    On the first and the last day of the calendar UTC may have no such instant: then it is the first or last it has.
    """
    first = naive.replace(fold=0) if naive.fold else naive
    since = naive - _NAIVE_EPOCH - (zone.utcoffset(first) or timedelta())
    try:
        return EPOCH + since
    except OverflowError:
        return _LAST if since > timedelta() else _FIRST


def attach_utc(naive: datetime) -> datetime:
    """The instant whose UTC clock reading this is. By counting, a tenth of the time that `replace` takes."""
    return EPOCH + (naive - _NAIVE_EPOCH)
