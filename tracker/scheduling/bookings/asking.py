"""Ask what would be in the way of a booking, in the words in which the verbs would refuse it. Only reads."""

from datetime import datetime

from ...errors import Conflict, Invalid
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus, check_change
from ..resources.models import CityResource
from .booking import check_minutes, check_needs, end_of, has_begun
from .models import Booking
from .taking_time import bookings_between, check_time, explain_taken


def what_is_in_the_way(
    order: WorkOrder, resource: CityResource, starts_at: datetime, minutes: int, booking: Booking | None = None
) -> str:
    """Why the order cannot have this time, or empty when it can. `booking` is the one that would be moved or resized.

    Nothing is held, so that whoever saves afterwards may still be refused: the verbs decide.
    """
    own_id, begun = None, False
    if booking is not None:
        own_id = booking.id
        begun = has_begun(booking) and (booking.resource_id, booking.starts_at) == (resource.id, starts_at)
    try:
        if booking is None:
            check_change(order.status, WorkStatus.PLANNED)
        check_minutes(minutes)
        check_needs(order, resource)
        ends_at = end_of(starts_at, minutes)
        check_time(resource, starts_at, ends_at, own_id=own_id, has_begun=begun, hold=False)
    except (Conflict, Invalid) as refusal:
        return str(refusal)
    if all(one.id == own_id for one in bookings_between(resource, starts_at, ends_at)):
        return ""
    return explain_taken(resource, starts_at, ends_at, own_id)
