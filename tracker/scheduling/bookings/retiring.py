"""Take resources out of service and bring them back; what was booked of them is named, moved or asked for again."""

from datetime import timedelta

from ...clock import utc_now
from ...errors import Conflict
from ...extensions import db
from ...formatters import plural
from ...staff.log import append_log
from ...staff.models import User
from ..resources.models import CityResource
from .booking import cancel_booking
from .locking import lock_row
from .models import Booking
from .taking_time import bookings_between, stretches_about

_EVER = timedelta(days=3650)


def retire_resource(resource: CityResource, actor: User, *, release: bool) -> list[Booking]:
    """Take a resource out of service. Its history stays, and `restore_resource` brings it back.

    With `release` its bookings to come are cancelled, their work is asked for again, and they are returned; without,
    raises `Conflict` when there are any.
    """
    lock_row(resource)
    if resource.retired_at is not None:
        raise Conflict(f"{resource.name} is retired already.")
    coming = coming_bookings(resource)
    if coming and not release:
        raise Conflict(
            f"{resource.name} has {plural(len(coming), 'booking')} to come. Move them, or tick to have them cancelled."
        )
    for booking in coming:
        cancel_booking(booking, actor, reason=f"{resource.name} was retired.")
    resource.retired_at = utc_now()
    append_log("resource", resource.id, "retired", f"{resource.name} was retired.", actor=actor)
    db.session.flush()
    return coming


def restore_resource(resource: CityResource, actor: User) -> CityResource:
    """Bring a retired resource back into service; raises `Conflict` when it is not retired."""
    if resource.retired_at is None:
        raise Conflict(f"{resource.name} is in service.")
    resource.retired_at = None
    append_log("resource", resource.id, "restored", f"{resource.name} is back in service.", actor=actor)
    db.session.flush()
    return resource


def coming_bookings(resource: CityResource) -> list[Booking]:
    """The standing bookings of work still planned that begin from now on."""
    now = utc_now()
    coming = bookings_between(resource, now, now + _EVER)
    return [booking for booking in coming if booking.starts_at >= now and booking.finished_at is None]


def bookings_outside_shifts(resource: CityResource) -> list[Booking]:
    """Coming bookings that the resource's present shifts no longer hold; they stand until a person moves them."""
    return [
        booking
        for booking in coming_bookings(resource)
        if not any(
            stretch.starts_at <= booking.starts_at and booking.ends_at <= stretch.ends_at
            for stretch in stretches_about(resource, booking.starts_at)
        )
    ]
