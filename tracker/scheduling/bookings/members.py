"""Who is in a team. Its coming bookings take the new members' time and give that of the old ones back, or none does."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DBAPIError

from ...batches import in_chunks
from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from ..orders.models import WorkOrder
from ..resources.exceptions import teams_of
from ..resources.models import CityResource, TeamMember
from ..resources.teams import all_skills, people_of
from .conflicts import say_span
from .locking import lock_row
from .models import Booking, BookingSlot
from .retiring import bookings_from_now
from .slots import slot_at
from .taking_time import is_taken

MOST_MEMBERS = 50


def change_members(team: CityResource, member_ids: Collection[int], actor: User | None) -> list[Booking]:
    """Let a team have these members and no others; returns its bookings to come, which then take their time.

    Raises `Invalid` for who cannot be a member, and `Conflict`, naming who is taken by what, when a new member has no
    time for what the team is booked for; then nothing has changed and the session can still be used.
    """
    wanted = set(member_ids)
    old = {one.member_id for one in team.members}
    found = {one.id: one for one in db.session.scalars(select(CityResource).where(CityResource.id.in_(wanted | old)))}
    for part in sorted([team, *found.values()], key=lambda one: one.id):
        lock_row(part)  # in the order in which bookings hold them
    old = {one.member_id for one in team.members}
    _check_members(team, wanted, old, found)
    new, gone = wanted - old, old - wanted
    if not new and not gone:
        return []
    coming = [booking for booking in bookings_from_now(team) if booking.resource_id == team.id]
    try:
        with db.session.begin_nested():
            _exchange_time(coming, new, gone)
    except DBAPIError as error:
        if not is_taken(error):
            raise
        raise Conflict(_say_taken(team, coming, [found[number] for number in sorted(new)])) from error
    team.members = [one for one in team.members if one.member_id in wanted]
    team.members += [TeamMember(member_id=number, member=found[number]) for number in sorted(new)]
    names = ", ".join(sorted(found[number].name for number in wanted)) or "nobody"
    append_log("resource", team.id, "members_changed", f"Members of {team.name}: {names}.", actor=actor)
    db.session.flush()
    return coming


def say_unfit(order: WorkOrder, resource: CityResource) -> str:
    """What a booked resource no longer brings that the work needs, in words; empty: nothing is missing."""
    missing = [f"«{skill}»" for skill in sorted(order.all_skills - all_skills(resource))]
    if people_of(resource) < order.people:
        missing.append(f"{order.people} people")
    return f"needs {' and '.join(missing)}" if missing else ""


def _check_members(team: CityResource, wanted: set[int], old: set[int], found: dict[int, CityResource]) -> None:
    if wanted - found.keys():
        raise Invalid("One of the members is not there any more. Choose again.")
    if len(wanted) > MOST_MEMBERS:
        raise Invalid(f"A team has at most {MOST_MEMBERS} members.")
    if team.id in wanted:
        raise Invalid(f"{team.name} cannot be its own member.")
    above = teams_of(team)
    if wanted and above:
        raise Invalid(f"{team.name} is a member of {above[0].name}, so it can have no members itself: "
                      "there is no team inside a team.")  # fmt: skip
    for number in sorted(wanted - old):
        if found[number].members:
            raise Invalid(f"{found[number].name} is a team. Choose its members: there is no team inside a team.")
        if found[number].retired_at is not None:
            raise Invalid(f"{found[number].name} is out of service. Bring it back first, or choose another.")


def _exchange_time(bookings: list[Booking], new: set[int], gone: set[int]) -> None:
    """The quarter hours that are still to come: those of the old members are freed, those of the new ones taken."""
    now = slot_at(utc_now())
    for some in in_chunks([booking.id for booking in bookings]):
        left = BookingSlot.booking_id.in_(some) & BookingSlot.resource_id.in_(gone) & (BookingSlot.slot >= now)
        db.session.execute(delete(BookingSlot).where(left))
    rows = [
        {"resource_id": member, "slot": slot, "booking_id": booking.id}
        for booking in bookings
        for member in sorted(new)
        for slot in range(max(slot_at(booking.starts_at), now), slot_at(booking.ends_at))
    ]
    if rows:
        db.session.execute(insert(BookingSlot), rows)


def _say_taken(team: CityResource, bookings: list[Booking], members: list[CityResource]) -> str:
    """Which new member is taken by what when the team is booked; the first three, in order."""
    zone, told = city_zone(the_city()), list[str]()
    for member in members:
        own = bookings_from_now(member)
        for booking in bookings:
            for other in own:
                if other.id != booking.id and other.starts_at < booking.ends_at and booking.starts_at < other.ends_at:
                    when = say_span(other.starts_at, other.ends_at, zone)
                    told.append(f"{member.name} is taken by «{other.work_order.title}», {when}, "
                                f"while {team.name} does «{booking.work_order.title}»")  # fmt: skip
    if not told:  # it was cancelled between our attempt and our question
        return "A member was taken at that moment and may be free again now. Try once more."
    more = f", and {len(told) - 3} more" if len(told) > 3 else ""
    return f"{'; '.join(told[:3])}{more}. Move one of them first."
