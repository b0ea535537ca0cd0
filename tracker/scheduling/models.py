"""Tables of the city's crews and vehicles, of the work for a case, and of their time on it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..calls.models import Family
from ..cases.models import ProblemCase
from ..cases.response.models import CaseTask, PartnerAgency, PartnerRequest
from ..clock import utc_now
from ..database import Base, BigId, EnumText, UTCDateTime
from ..places.models import Area
from ..staff.models import User
from .step_kinds import StepKind
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
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a person last changed it on its page: a profile then leaves it alone. None: it is the profile's."""

    family: Mapped[Family] = relationship()
    steps: Mapped[list["PlaybookStep"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PlaybookStep.position"
    )


class PlaybookStep(Base):
    """One step of a playbook; which of its facts count, `step_kinds.py` says."""

    __tablename__ = "playbook_steps"
    __table_args__ = (UniqueConstraint("playbook_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    playbook_id: Mapped[int] = mapped_column(ForeignKey(Playbook.id))
    position: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(
        EnumText(StepKind), default=StepKind.WORK_ORDER, server_default=StepKind.WORK_ORDER.value
    )
    title: Mapped[str] = mapped_column(String(160))
    details: Mapped[str] = mapped_column(Text, default="", server_default="")
    skill: Mapped[str] = mapped_column(String(60), default="")
    minutes: Mapped[int] = mapped_column(default=0)
    due_days: Mapped[int]
    """Days from the day on which it is applied."""
    template_code: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Which of the city's letters; empty: it is written by hand."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey(PartnerAgency.id))

    partner: Mapped[PartnerAgency | None] = relationship()


class PlaybookUse(Base):
    """That a person applied a playbook to a case; what it was called then stays, whatever becomes of it."""

    __tablename__ = "playbook_uses"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """The form's own random key: sent twice, it is applied once."""
    used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    used_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    used_by: Mapped[User] = relationship(lazy="joined")
    steps: Mapped[list["PlaybookUseStep"]] = relationship(lazy="selectin", order_by="PlaybookUseStep.position")


class PlaybookUseStep(Base):
    """What became of one step: exactly one of order, task and request."""

    __tablename__ = "playbook_use_steps"

    use_id: Mapped[int] = mapped_column(ForeignKey(PlaybookUse.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[StepKind] = mapped_column(EnumText(StepKind))
    title: Mapped[str] = mapped_column(String(160))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey(CaseTask.id))
    request_id: Mapped[int | None] = mapped_column(ForeignKey(PartnerRequest.id))

    order: Mapped["WorkOrder | None"] = relationship(lazy="joined")
    task: Mapped[CaseTask | None] = relationship(lazy="joined")
    request: Mapped[PartnerRequest | None] = relationship(lazy="joined")

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        if self.order is not None:
            return self.order.status.is_open
        step = self.task or self.request
        return step is not None and step.is_open


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
