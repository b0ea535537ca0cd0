"""Time off and extra shifts of resources: enter them, take them back, list what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ...clock import utc_now
from ...errors import Conflict, NotFound
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from .availability import Span
from .models import CityResource, ExceptionKind, ShiftException, TeamMember
from .time_off_span import check_extra, check_off, say_off_span

LISTED = 100
"""How many exceptions to come a page lists."""


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """An exception to come, in words; `whose` is the member whose time off it is, None: the resource's own."""

    exception: ShiftException
    text: str
    whose: CityResource | None


def enter_exception(
    resource: CityResource, kind: ExceptionKind, span: Span, actor: User | None, *, reason: str = ""
) -> ShiftException:
    """Write down that a resource, held by its row, is off or works besides.

    Raises `Invalid` for a time that cannot be meant, and `Conflict` when the same is entered already.
    """
    zone = city_zone(the_city())
    check = check_off if kind is ExceptionKind.OFF else check_extra
    check(span, utc_now())
    for standing in _standing_within(resource, kind, span):
        if kind is ExceptionKind.EXTRA or (standing.starts_at <= span.starts_at and span.ends_at <= standing.ends_at):
            said = "is off then already" if kind is ExceptionKind.OFF else "has an extra shift then already"
            raise Conflict(f"{resource.name} {said}: {say_exception(standing, zone)}.")
    row = ShiftException(
        resource_id=resource.id, kind=kind, starts_at=span.starts_at, ends_at=span.ends_at, reason=reason,
        entered_by_id=actor.id if actor else None,
    )  # fmt: skip
    db.session.add(row)
    verb, word = ("time_off", "is off") if kind is ExceptionKind.OFF else ("extra_shift", "works an extra shift")
    append_log("resource", resource.id, verb, f"{resource.name} {word}: {say_exception(row, zone)}.", actor=actor)
    db.session.flush()
    return row


def remove_exception(row: ShiftException, resource: CityResource, actor: User | None) -> None:
    """Take an exception of a resource back; its row stays. Raises `Conflict` when somebody did already."""
    if row.removed_at is not None:
        raise Conflict("Somebody took that back already. Look at the page again.")
    row.removed_at = utc_now()
    word = "Time off" if row.kind is ExceptionKind.OFF else "Extra shift"
    text = f"{word} of {resource.name} was taken back: {say_exception(row, city_zone(the_city()))}."
    append_log("resource", resource.id, "exception_removed", text, actor=actor)
    db.session.flush()


def get_exception(resource: CityResource, exception_id: int) -> ShiftException:
    """One of the resource's own exceptions; raises `NotFound`."""
    row = db.session.get(ShiftException, exception_id)
    if row is None or row.resource_id != resource.id:
        raise NotFound("There is no such time off. Look at the resource's page again.")
    return row


def coming_exceptions(resource: CityResource) -> list[ExceptionLine]:
    """What is off or besides from now on, and when members are off, which takes their team off too; in order."""
    zone, members = city_zone(the_city()), {one.member_id: one.member for one in resource.members}
    query = (
        select(ShiftException)
        .where(ShiftException.resource_id.in_([resource.id, *members]), ShiftException.removed_at.is_(None))
        .where(ShiftException.ends_at > utc_now())
        .order_by(ShiftException.starts_at, ShiftException.id)
        .limit(LISTED)
    )
    return [
        ExceptionLine(row, say_exception(row, zone), members.get(row.resource_id))
        for row in db.session.scalars(query)
        if row.resource_id == resource.id or row.kind is ExceptionKind.OFF
    ]


def say_exception(row: ShiftException, zone: ZoneInfo) -> str:
    """«Thu 03 Dec 2026, all day (leave)»."""
    return say_off_span(Span(row.starts_at, row.ends_at), zone) + (f" ({row.reason})" if row.reason else "")


def teams_of(resource: CityResource) -> Sequence[CityResource]:
    """The teams in which a resource works, by name."""
    query = select(CityResource).join(TeamMember, TeamMember.team_id == CityResource.id)
    return db.session.scalars(query.where(TeamMember.member_id == resource.id).order_by(CityResource.name)).all()


def _standing_within(resource: CityResource, kind: ExceptionKind, span: Span) -> Sequence[ShiftException]:
    query = (
        select(ShiftException)
        .where(ShiftException.resource_id == resource.id, ShiftException.kind == kind)
        .where(ShiftException.removed_at.is_(None))
        .where(ShiftException.ends_at > span.starts_at, ShiftException.starts_at < span.ends_at)
        .limit(LISTED)
    )
    return db.session.scalars(query).all()
