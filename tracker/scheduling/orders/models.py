"""Tables of the work for a case."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...cases.models import ProblemCase
from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from .work_status import WorkStatus


class RecurringOrder(Base):
    """Work that comes again every so many days: each time it is due, a work order is made of it."""

    __tablename__ = "recurring_orders"
    __table_args__ = (
        Index(None, "case_id"),
        Index("ix_recurring_orders_next_on", "next_on", sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    title: Mapped[str] = mapped_column(String(160))
    skill: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int]
    people: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    needs: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    """Further skills or equipment beside the skill itself."""
    priority: Mapped[int]
    every_days: Mapped[int]
    next_on: Mapped[date] = mapped_column(Date)
    """The day on which the next order of it has to be done."""
    ends_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    case: Mapped[ProblemCase] = relationship()


class WorkOrder(Base):
    """Work for a case: one visit that needs a skill for some minutes."""

    __tablename__ = "work_orders"
    __table_args__ = (
        Index(None, "case_id"), Index(None, "status", "due_on"), Index(None, "skill", "title"),
        Index(None, "recurring_id"), Index(None, "status", "priority", "due_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    title: Mapped[str] = mapped_column(String(160))
    skill: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int]
    earliest_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Not begun before."""
    latest_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Not begun after: a promise to somebody. `due_on` may be passed, and is then late; this may not."""
    due_on: Mapped[date] = mapped_column(Date)
    priority: Mapped[int]
    people: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """How many people it needs at least."""
    load: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How much of a resource's capacity it takes, in the city's own units."""
    place: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Where, when it is not at the case's own address; its position then stands beside it."""
    place_x_dm: Mapped[int | None]
    place_y_dm: Mapped[int | None]
    status: Mapped[WorkStatus] = mapped_column(EnumText(WorkStatus), default=WorkStatus.REQUESTED)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it stands as it stands: why it was left out of the plan, why it could not be done."""
    recurring_id: Mapped[int | None] = mapped_column(ForeignKey(RecurringOrder.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    case: Mapped[ProblemCase] = relationship()
    needs: Mapped[list["OrderNeed"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    waits_for: Mapped[list["OrderDependency"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", foreign_keys="OrderDependency.order_id"
    )

    @property
    def address(self) -> str:
        """Where the work is, for a person."""
        return self.place or self.case.address

    @property
    def x_dm(self) -> int:
        """Decimetres east of the city's origin."""
        return self.case.anchor_x_dm if self.place_x_dm is None else self.place_x_dm

    @property
    def y_dm(self) -> int:
        """Decimetres north of the city's origin."""
        return self.case.anchor_y_dm if self.place_y_dm is None else self.place_y_dm

    @property
    def all_skills(self) -> frozenset[str]:
        """What whoever does it must be able to do or bring along: its skill and its further needs."""
        return frozenset({self.skill, *(need.skill for need in self.needs)})


class OrderNeed(Base):
    """A further skill or piece of equipment that the work needs beside its own skill («chipper»)."""

    __tablename__ = "order_needs"

    order_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id), primary_key=True)
    skill: Mapped[str] = mapped_column(String(60), primary_key=True)


class OrderDependency(Base):
    """The order waits for another to be done first: tow before plow, inspect before clean."""

    __tablename__ = "order_dependencies"

    order_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id), primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id), primary_key=True, index=True)

    first: Mapped[WorkOrder] = relationship(foreign_keys=[first_id])
