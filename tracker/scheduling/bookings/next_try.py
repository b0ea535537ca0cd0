"""Work that could not be done is tried again from a day on: the same for the office and for crews."""

from datetime import date, timedelta

from ...cases.models import CaseStatus
from ...clock import local_date
from ...errors import Invalid
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..orders.chains import surviving_case
from ..orders.models import WorkOrder
from ..orders.ordering import say_of_order
from ..orders.work_status import WorkStatus, check_change
from ..resources.shifts import day_start

_LATEST = timedelta(days=366)


def check_next_try(day: date, today: date) -> None:
    """Raise `Invalid` for a day that is past, or so far away that it is a slip."""
    if day < today:
        raise Invalid("The next try lies in the past. Choose today or a later day.")
    if day > today + _LATEST:
        raise Invalid("The next try is more than a year away. Check the year.")


def try_again(order: WorkOrder, day: date, reason: str, actor: User | None, *, tried_on: date) -> None:
    """Ask for the work again, not before the day; all else that was wanted of it stays, and it is not due before.

    A promised time that lies before is dropped, because nobody could keep it, and the log says so. In a case that has
    ended meanwhile nothing is asked for.
    """
    if surviving_case(order.case).status is not CaseStatus.OPEN:
        return
    check_change(order.status, WorkStatus.REQUESTED)
    zone = city_zone(the_city())
    begin = day_start(day, zone)
    order.status = WorkStatus.REQUESTED
    order.earliest_at = max(begin, order.earliest_at or begin)
    order.due_on = max(order.due_on, local_date(order.earliest_at, zone))
    order.reason = f"Tried on {tried_on:%d %b %Y}. {reason} Next try from {day:%d %b %Y}."
    dropped = ""
    if order.latest_at is not None and order.latest_at <= order.earliest_at:
        dropped = f" It was promised by {order.latest_at.astimezone(zone):%d %b %Y, %H:%M}, which cannot be kept."
        order.latest_at = None
    text = f"Asked for again: «{order.title}», not before {day:%d %b %Y}.{dropped}"
    say_of_order(order, "work_requested_again", text, actor)
