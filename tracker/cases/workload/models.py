"""Tables of who carries a case for whom, who looks on, and what waits until when."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..models import Contact, ProblemCase

_STANDS = text("ended_at IS NULL")


class CaseSnooze(Base):
    """A case that its owner need not see until a day, unless something happens to it before.

    `version` and `calls` are how the case stood then: whether it still sleeps is read from the case itself
    (`snoozing.py: is_asleep`), so nobody who changes a case has to remember to wake it.
    """

    __tablename__ = "case_snoozes"
    __table_args__ = (
        Index("uq_case_snoozes_standing", "case_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    snoozed_on: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    """The day on which it is back."""
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Woken early by a person, or replaced by a later snooze."""
    version: Mapped[int]
    calls: Mapped[int]

    by: Mapped[User] = relationship()


class CaseFollower(Base):
    """A member of staff who is told what happens to a case without owning it."""

    __tablename__ = "case_followers"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    user: Mapped[User] = relationship()
    case: Mapped[ProblemCase] = relationship()


class HandOverEnd(StrEnum):
    """How a cover ended."""

    RETURNED = "returned"
    OVERTAKEN = "overtaken"


class HandOver(Base):
    """A case that somebody covers for its owner until a day; it goes back by itself on the day after."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        Index("uq_hand_overs_standing", "case_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        Index("ix_hand_overs_due", "until", sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    from_id: Mapped[int] = mapped_column(ForeignKey(Contact.id))
    to_id: Mapped[int] = mapped_column(ForeignKey(Contact.id))
    until: Mapped[date] = mapped_column(Date)
    """The last day of the cover, on the city's calendar."""
    moved_work: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict)
    """The tasks, requests and visits that went along and go back with the case: their ids, by kind."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end: Mapped[HandOverEnd | None] = mapped_column(EnumText(HandOverEnd))

    case: Mapped[ProblemCase] = relationship()
    giver: Mapped[Contact] = relationship(foreign_keys=[from_id])
    taker: Mapped[Contact] = relationship(foreign_keys=[to_id])
    made_by: Mapped[User] = relationship()


class BulkWork(Base):
    """Work on many cases that one form asked for, with what was done and what was refused; done once for its key."""

    __tablename__ = "bulk_works"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    report: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """One mapping per case: `case` (its number), `address`, `done` (true or false), `words`."""
