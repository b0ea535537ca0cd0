"""Tables of plans that are still being looked at: nothing of them is booked until a person takes it."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, EnumText, UTCDateTime
from ...staff.jobs.models import Job
from ...staff.models import User
from ..orders.models import WorkOrder
from ..resources.models import CityResource


class DraftKind(StrEnum):
    """How a draft came about."""

    PLAN = "plan"
    """The planner was asked."""
    WHAT_IF = "what_if"
    """A person tries something by hand."""


class PlanDraft(Base):
    """A schedule that might be: looked at, changed, taken in whole or in part, or discarded."""

    __tablename__ = "plan_drafts"
    __table_args__ = (Index(None, "created_by_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DraftKind] = mapped_column(EnumText(DraftKind))
    title: Mapped[str] = mapped_column(String(160), default="")
    first_day: Mapped[date] = mapped_column(Date)
    days: Mapped[int]
    only_orders: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """It finds places for these orders alone; None: for all that waits."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey(Job.id))
    """The long job that makes it, if one does."""
    figures: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    """Kilometers by road, seconds, orders: what a page tells of it."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was taken or discarded; None: it is still looked at."""
    is_taken: Mapped[bool] = mapped_column(default=False, server_default=false())

    visits: Mapped[list["PlannedVisit"]] = relationship(
        cascade="all, delete-orphan", order_by="PlannedVisit.starts_at, PlannedVisit.order_id"
    )
    left_out: Mapped[list["PlannedLeftOut"]] = relationship(cascade="all, delete-orphan")
    created_by: Mapped[User] = relationship()

    @property
    def last_day(self) -> date:
        """The last of its days."""
        return self.first_day + timedelta(days=self.days - 1)


class PlannedVisit(Base):
    """One booking of a draft: which order by which resource from when to when, and why there."""

    __tablename__ = "planned_visits"

    draft_id: Mapped[int] = mapped_column(ForeignKey(PlanDraft.id), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id), primary_key=True, index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey(CityResource.id), index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Planning again leaves it where it is."""
    moves: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The mark of the booking that it would move; empty: the order was not booked."""
    reason: Mapped[str] = mapped_column(Text, default="")

    order: Mapped[WorkOrder] = relationship()
    resource: Mapped[CityResource] = relationship()


class PlannedLeftOut(Base):
    """An order that the draft has no place for, and why."""

    __tablename__ = "planned_left_out"

    draft_id: Mapped[int] = mapped_column(ForeignKey(PlanDraft.id), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(Text)

    order: Mapped[WorkOrder] = relationship()
