"""Tables of the city's crews, vehicles, people and equipment, and of when they work."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...places.models import Area
from ...staff.models import User
from .shifts import SHIFTS_BEGIN


class ResourceKind(StrEnum):
    """What a resource is."""

    CREW = "crew"
    VEHICLE = "vehicle"
    PERSON = "person"
    EQUIPMENT = "equipment"


class ExceptionKind(StrEnum):
    """What an exception to the shifts says."""

    OFF = "off"
    EXTRA = "extra"


class CityResource(Base):
    """A crew, vehicle, person or piece of equipment with skills, a base and shifts; with members it is a team."""

    __tablename__ = "city_resources"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[ResourceKind] = mapped_column(EnumText(ResourceKind))
    center_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    """Serves this center only; None serves the whole city."""
    base_lat: Mapped[float]
    base_long: Mapped[float]
    people: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """How many people come with it, its members' not counted; a vehicle or a tool alone brings nobody."""
    capacity: Mapped[int | None]
    """How much of the work's load it carries in a shift, in the city's own units; None: as much as there is."""
    cost_cents_per_hour: Mapped[int | None]
    """What an hour of it costs, its members' not counted; None: not known."""
    lends_to_priority: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Work of other centers up to this priority may have it (1 is the most urgent); 0: none."""
    lends_within_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """What is free on the next so many days may go to other centers' work, today being the first; 0: nothing."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    center: Mapped[Area | None] = relationship()
    skills: Mapped[list["ResourceSkill"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    shifts: Mapped[list["Shift"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    members: Mapped[list["TeamMember"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", foreign_keys="TeamMember.team_id"
    )


class ResourceSkill(Base):
    """Something a resource can do, in the city's own words («tree», «tow»)."""

    __tablename__ = "resource_skills"

    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), primary_key=True)
    skill: Mapped[str] = mapped_column(String(60), primary_key=True)


class Shift(Base):
    """A recurring working time on the city's clocks: weekday 0 is Monday, minutes after local midnight."""

    __tablename__ = "shifts"
    __table_args__ = (UniqueConstraint("resource_id", "weekday", "start_minute", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id))
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    every_weeks: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Every so many weeks, counted from the week of `starts_on`."""
    starts_on: Mapped[date] = mapped_column(Date, default=SHIFTS_BEGIN, server_default=SHIFTS_BEGIN.isoformat())
    ends_on: Mapped[date | None] = mapped_column(Date)
    """The last day on which it may begin; None: until further notice."""
    break_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """A break of so many minutes lies somewhere between the two minutes below, which count as the others do."""
    break_from: Mapped[int | None]
    break_until: Mapped[int | None]


class ShiftException(Base):
    """Time off (leave, repair, sickness), or an extra shift. Taken back, the row stays."""

    __tablename__ = "shift_exceptions"
    __table_args__ = (Index(None, "resource_id", "ends_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id))
    kind: Mapped[ExceptionKind] = mapped_column(EnumText(ExceptionKind))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(400), default="")
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class TeamMember(Base):
    """A resource works in a team: what the team is booked for takes its members' time too."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), primary_key=True, index=True)

    member: Mapped[CityResource] = relationship(foreign_keys=[member_id], lazy="joined")


class CrewMember(Base):
    """Whose phone shows a resource's run sheet: an account of the role «crew», or any other that drives along."""

    __tablename__ = "crew_members"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), primary_key=True, index=True)

    user: Mapped[User] = relationship()
    resource: Mapped[CityResource] = relationship()
