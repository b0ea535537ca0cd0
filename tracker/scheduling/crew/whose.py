"""Whose day somebody may look at and tell of: a crew its own, those who plan everybody's."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from ...clock import utc_now
from ...errors import Conflict, NotFound
from ...extensions import db
from ...staff.models import Role, User
from ..bookings.models import Booking
from ..resources.models import CityResource, CrewMember, TeamMember

_REACH = timedelta(days=14)
"""So long before and after its day a crew may tell of work: a phone may wait days for a network."""
_NOT_YOURS = "This work is not on your sheet, or not any more. Ask the office who does it."


def own_resources(user: User) -> Sequence[CityResource]:
    """The resources with which somebody drives out, by name."""
    query = select(CityResource).join(CrewMember, CrewMember.resource_id == CityResource.id)
    query = query.where(CrewMember.user_id == user.id, CityResource.retired_at.is_(None))
    return db.session.scalars(query.order_by(CityResource.name, CityResource.id)).all()


def find_crew(user: User, resource_id: int) -> CityResource:
    """The resource, if the person may see its day; raises `NotFound`."""
    resource = db.session.get(CityResource, resource_id)
    if resource is None or (user.role is Role.CREW and resource not in own_resources(user)):
        raise NotFound("There is no such crew, or it is not yours. Open your own day.")
    return resource


def find_work(user: User, booking_id: int) -> Booking:
    """The booking, if it is of a resource of the person's; raises `NotFound`."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or (user.role is Role.CREW and booking.resource_id not in with_teams(own_resources(user))):
        raise NotFound(_NOT_YOURS)
    return booking


def check_on_sheet(user: User, booking: Booking) -> None:
    """Raise unless a crew's booking stands, and about now: it writes no notes on what was, or is only held."""
    if user.role is not Role.CREW:
        return
    if booking.held_until is not None or abs(booking.starts_at - utc_now()) > _REACH:
        raise NotFound(_NOT_YOURS)
    if booking.cancelled_at is not None:
        raise Conflict(
            f"This booking of «{booking.work_order.title}» was cancelled. Tell the office if you did the work."
        )


def with_teams(resources: Sequence[CityResource]) -> set[int]:
    """The numbers of these resources and of the teams to which they belong: a team's work is its members'."""
    ids = [one.id for one in resources]
    teams = select(TeamMember.team_id).where(TeamMember.member_id.in_(ids))
    return {*ids, *db.session.scalars(teams)}
