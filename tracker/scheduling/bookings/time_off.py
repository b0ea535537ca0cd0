"""Time off and extra shifts where bookings stand: which of them it touches is said before, and decided by a person."""

from collections.abc import Iterable

from ...clock import utc_now
from ...errors import Conflict
from ...extensions import db
from ...formatters import plural
from ...staff.models import User
from ..resources.availability import Span
from ..resources.exceptions import enter_exception, remove_exception
from ..resources.models import CityResource, ExceptionKind, ShiftException
from .locking import lock_row
from .models import Booking
from .retiring import bookings_outside_shifts, bookings_taking, lock_with_bookings, release_all


def add_time_off(
    resource: CityResource, span: Span, actor: User | None, *, reason: str = "", seen: Iterable[int] = (),
    release: bool | None = None,
) -> list[Booking]:  # fmt: skip
    """Enter time off. Bookings in it, those of its teams too, are left as they are, flagged, or with `release` asked
    for again; they are returned.

    Raises `Conflict` while nobody has decided (`release` None), or when they are not those that were `seen`.
    """
    touched = lock_with_bookings(resource, lambda: touched_by(resource, span), release=release)
    row = enter_exception(resource, ExceptionKind.OFF, span, actor, reason=reason)
    _require_seen(resource, touched, seen, release)
    return _decide(touched, actor, release, f"{resource.name} is off" + (f": {row.reason}" if row.reason else "") + ".")


def add_extra_shift(resource: CityResource, span: Span, actor: User | None, *, reason: str = "") -> ShiftException:
    """Enter an extra shift."""
    lock_row(resource)
    return enter_exception(resource, ExceptionKind.EXTRA, span, actor, reason=reason)


def take_back(
    row: ShiftException, resource: CityResource, actor: User | None, *, seen: Iterable[int] = (),
    release: bool | None = None,
) -> list[Booking]:  # fmt: skip
    """Take time off or an extra shift back. What is booked in the extra shift is decided about as in `add_time_off`."""
    lost = lock_with_bookings(resource, lambda: lost_with(row, resource), release=release)
    db.session.refresh(row)
    remove_exception(row, resource, actor)
    _require_seen(resource, lost, seen, release)
    return _decide(lost, actor, release, f"An extra shift of {resource.name} was taken back.")


def touched_by(resource: CityResource, span: Span) -> list[Booking]:
    """The bookings to come or going on that take the resource's time within the span, its teams' included."""
    found = bookings_taking(resource, max(span.starts_at, utc_now()), span.ends_at)
    return [booking for booking in found if booking.starts_at < span.ends_at and span.starts_at < booking.ends_at]


def lost_with(row: ShiftException, resource: CityResource) -> list[Booking]:
    """The bookings that nothing but an extra shift holds, as `take_back` asks about them; time off holds none."""
    outside = {booking.id for booking in bookings_outside_shifts(resource)}
    return [one for one in bookings_outside_shifts(resource, leaving_out=row.id) if one.id not in outside]


def _require_seen(resource: CityResource, touched: list[Booking], seen: Iterable[int], release: bool | None) -> None:
    if touched and (release is None or {booking.id for booking in touched} != set(seen)):
        raise Conflict(f"{resource.name} is booked then: {plural(len(touched), 'booking')}. Say below what becomes of "
                       f"{'it' if len(touched) == 1 else 'them'}.")  # fmt: skip


def _decide(touched: list[Booking], actor: User | None, release: bool | None, reason: str) -> list[Booking]:
    if release:
        release_all(touched, actor, reason=reason)
    return touched
