"""Tables of the response to a problem."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, UTCDateTime
from ...staff.models import User
from ..models import ProblemCase

_OPEN = text("done_at IS NULL AND cancelled_at IS NULL")


class CaseTask(Base):
    """Something that one member of staff does for a case by a day; the city's crews get work orders instead."""

    __tablename__ = "case_tasks"
    __table_args__ = (
        Index(None, "case_id", "due_on"),
        Index("ix_case_tasks_open", "owner_id", "due_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    title: Mapped[str] = mapped_column(String(200))
    details: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    due_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    result: Mapped[str] = mapped_column(Text, default="")
    """What came of it, or why it was called off."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    case: Mapped[ProblemCase] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.done_at is None and self.cancelled_at is None
