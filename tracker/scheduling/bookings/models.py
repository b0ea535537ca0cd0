"""Tables of the time that work takes."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, UTCDateTime
from ...staff.models import User
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from ..resources.models import CityResource

HELD = text("held_until IS NOT NULL AND cancelled_at IS NULL")


class Booking(Base):
    """A resource's time on a work order, and what became of it on the day."""

    __tablename__ = "bookings"
    __table_args__ = (
        Index(None, "resource_id", "starts_at"), Index(None, "work_order_id"),
        Index("ix_bookings_held", "held_until", sqlite_where=HELD, postgresql_where=HELD),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id))
    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A person wants it to stay where it is: no plan moves it."""
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Only held for somebody who decides; from then on anybody may have the time. None: it is booked."""
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often its time was changed or given back: calendars that read it take the highest."""
    moved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its time was changed last."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the crew set out for it."""
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    worked_minutes: Mapped[int | None]
    """Minutes at the place, as the crew says or as its own start and finish show."""
    cost_cents: Mapped[int | None]
    """What that cost by the hourly costs of its day, the team's members included; None: not known."""

    work_order: Mapped[WorkOrder] = relationship()
    resource: Mapped[CityResource] = relationship()

    @property
    def status(self) -> WorkStatus:
        """Where the work stands as far as this booking goes: what ended and is asked for again was not done here."""
        status = self.work_order.status
        return WorkStatus.NOT_DONE if self.finished_at is not None and status.is_open else status


class BookingSlot(Base):
    """One quarter hour of a resource that a booking takes. The primary key is what makes double booking impossible."""

    __tablename__ = "booking_slots"

    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), primary_key=True)
    """The booking's own resource, or a member of that team."""
    slot: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """Quarter hours since 1970-01-01T00:00Z."""
    booking_id: Mapped[int] = mapped_column(ForeignKey(Booking.id), index=True)


class WeatherDay(Base):
    """Days on which only some work is done: a storm, a heat wave."""

    __tablename__ = "weather_days"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date, index=True)
    reason: Mapped[str] = mapped_column(String(200))
    kept_skills: Mapped[list[str]] = mapped_column(JSON)
    """Work that needs one of these skills goes on."""
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
