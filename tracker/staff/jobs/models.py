"""Table of long work that pages ask for."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ...clock import utc_now
from ...database import Base, BigId, UTCDateTime
from ..models import User

WAITING = text("finished_at IS NULL")


class Job(Base):
    """Work that takes longer than a page may: asked for, begun, under way, finished or failed with a reason."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    heard_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its worker last gave a sign of life."""
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often a worker took it; the latest one alone may finish it."""
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done: Mapped[int] = mapped_column(default=0)
    """How much of `total` is done, in whatever the work counts."""
    total: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(200), default="")
    """What it is at, for whoever waits."""
    problem: Mapped[str] = mapped_column(Text, default="")
    """Why it failed, in words; empty: it did not."""
