"""Tables of the city's crews and vehicles, of the work for a case, and of their time on it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..calls.models import Family
from ..cases.models import ProblemCase
from ..clock import utc_now
from ..database import Base, BigId, EnumText, UTCDateTime
from ..places.models import Area
from ..staff.models import User
from .work_status import WorkStatus


class ResourceKind(StrEnum):
    """What a resource is."""

    CREW = "crew"
    VEHICLE = "vehicle"
    PERSON = "person"
    EQUIPMENT = "equipment"


class CityResource(Base):
    """A crew, vehicle, person or piece of equipment with skills, a base and shifts."""

    __tablename__ = "city_resources"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[ResourceKind] = mapped_column(EnumText(ResourceKind))
    center_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    """Serves this center only; None serves the whole city."""
    base_lat: Mapped[float]
    base_long: Mapped[float]
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    center: Mapped[Area | None] = relationship()
    skills: Mapped[list["ResourceSkill"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    shifts: Mapped[list["Shift"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class ResourceSkill(Base):
    """Something a resource can do, in the city's own words («tree», «tow»)."""

    __tablename__ = "resource_skills"

    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), primary_key=True)
    skill: Mapped[str] = mapped_column(String(60), primary_key=True)


class Shift(Base):
    """A weekly working time on the city's clocks: weekday 0 is Monday, minutes after local midnight."""

    __tablename__ = "shifts"
    __table_args__ = (UniqueConstraint("resource_id", "weekday", "start_minute"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id))
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class Playbook(Base):
    """What the city usually does about a family of problems."""

    __tablename__ = "playbooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey(Family.id), unique=True)
    name: Mapped[str] = mapped_column(String(120))

    family: Mapped[Family] = relationship()
    steps: Mapped[list["PlaybookStep"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PlaybookStep.position"
    )


class PlaybookStep(Base):
    """One work order of a playbook: what, with which skill, how long, by when."""

    __tablename__ = "playbook_steps"
    __table_args__ = (UniqueConstraint("playbook_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    playbook_id: Mapped[int] = mapped_column(ForeignKey(Playbook.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    skill: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int]
    due_days: Mapped[int]


class WorkOrder(Base):
    """Work for a case: one visit that needs a skill for some minutes."""

    __tablename__ = "work_orders"
    __table_args__ = (Index(None, "case_id"), Index(None, "status", "due_on"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    title: Mapped[str] = mapped_column(String(160))
    skill: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    priority: Mapped[int]
    status: Mapped[WorkStatus] = mapped_column(EnumText(WorkStatus), default=WorkStatus.REQUESTED)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it stands as it stands: why it was left out of the plan, why it could not be done."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    case: Mapped[ProblemCase] = relationship()


class Booking(Base):
    """A resource's time on a work order."""

    __tablename__ = "bookings"
    __table_args__ = (Index(None, "resource_id", "starts_at"), Index(None, "work_order_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id))
    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    work_order: Mapped[WorkOrder] = relationship()
    resource: Mapped[CityResource] = relationship()


class BookingSlot(Base):
    """One quarter hour of a resource that a booking takes. The primary key is what makes double booking impossible."""

    __tablename__ = "booking_slots"

    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), primary_key=True)
    slot: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """Quarter hours since 1970-01-01T00:00Z."""
    booking_id: Mapped[int] = mapped_column(ForeignKey(Booking.id), index=True)
