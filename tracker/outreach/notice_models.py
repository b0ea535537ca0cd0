"""Tables of what is told to members of staff by mail, and of how far the log has been read for it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..clock import utc_now
from ..database import Base, BigId, EnumText, UTCDateTime
from ..staff.models import User

_WAITING = text("status = 'waiting'")


class NoticeStatus(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"


class Notice(Base):
    """One mail to one person: written with the change it tells of, sent when the mail server takes it."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_waiting", "next_try_at", sqlite_where=_WAITING, postgresql_where=_WAITING),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """What it tells of and whom: the same is never told twice."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    """A member of staff; her address is looked up when it is sent."""
    address: Mapped[str] = mapped_column(String(254), default="")
    """Where it goes when it is for nobody with an account."""
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[NoticeStatus] = mapped_column(EnumText(NoticeStatus), default=NoticeStatus.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    """Not before; whoever sends it moves this on first, so that nobody else sends it meanwhile."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    problem: Mapped[str] = mapped_column(String(400), default="")
    """What the mail server said when it last refused."""

    user: Mapped[User | None] = relationship()


class LogReader(Base):
    """How far a consumer has read the activity log."""

    __tablename__ = "log_readers"

    consumer: Mapped[str] = mapped_column(String(40), primary_key=True)
    first: Mapped[int] = mapped_column(BigId)
    """Where it began: nothing before is ever told."""
    upto: Mapped[int] = mapped_column(BigId)
    read_on: Mapped[date | None] = mapped_column(Date)
    """The city's day on which a consumer that reads once a day or a week last did; None for the others."""


class DigestRun(Base):
    """The morning mails of one day were written, once, about what happened up to `at`."""

    __tablename__ = "digest_runs"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class MailChoice(Base):
    """What a member of staff wants by mail; without a row, both."""

    __tablename__ = "mail_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True, autoincrement=False)
    wants_digest: Mapped[bool] = mapped_column(default=True)
    wants_notices: Mapped[bool] = mapped_column(default=True)
