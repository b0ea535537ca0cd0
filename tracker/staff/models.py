"""Tables of the people who work here and of what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, BigId, EnumText, UTCDateTime, make_append_only


class Role(StrEnum):
    """What a staff member does here; decides the pages she may use (see `permissions.py`)."""

    AIDE = "aide"
    CONTACT = "contact"
    SCHEDULER = "scheduler"
    SUPERVISOR = "supervisor"
    EMERGENCY_MANAGER = "emergency_manager"
    ADMINISTRATOR = "administrator"
    CREW = "crew"
    """Drives out: sees the day's work of its own crew, and nothing else."""


class User(UserMixin, Base):  # type: ignore[misc]  # Flask-Login ships no types
    """A staff member's account. Nobody is deleted: a disabled account keeps its history."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(120), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    role: Mapped[Role] = mapped_column(EnumText(Role))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StaffSession(Base):
    """One signed-in browser. The cookie holds a random token; only its SHA-256 is stored."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(lazy="joined")


class SignInFailure(Base):
    """One failed sign-in, counted per account name and per network address to slow guessing down."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "sign_in_name", "at"), Index(None, "remote_address", "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(120))
    remote_address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


TOLD_IN_PUBLIC = text(
    "subject_kind || '' = 'case' AND (verb IN ('began_scanning', 'began_analysis', 'began_response', "
    "'began_assessment', 'reopened', 'work_booked', 'work_done') OR is_public AND verb NOT IN ('opened', 'recurred', "
    "'confirmed'))"
)
"""Entries of which strangers are told something, but for what the case's own columns say. No bound value is in it, or
SQLite could not use the index; and the kind is joined to nothing, or it would rather walk through all about cases."""


class LogEntry(Base):
    """One change, said once: the activity log, the history of every record, and the outbox of floors above."""

    __tablename__ = "log_entries"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id", "id"),
        Index("ix_log_entries_told", "at", sqlite_where=TOLD_IN_PUBLIC, postgresql_where=TOLD_IN_PUBLIC),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    verb: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    is_public: Mapped[bool] = mapped_column(default=False)

    actor: Mapped[User | None] = relationship()


class LogClaim(Base):
    """A floor above has acted on an entry; unique, so that nothing is done twice."""

    __tablename__ = "log_claims"
    __table_args__ = (UniqueConstraint("entry_id", "consumer"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(LogEntry.id))
    consumer: Mapped[str] = mapped_column(String(40))


class AuditEntry(Base):
    """Who signed in, who changed permissions, who read protected records. Each row has the hash of the one before."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    actor_name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(20))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class LastLook(Base):
    """When a staff member last looked at a queue or record, so that the page can say what is new since."""

    __tablename__ = "last_looks"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


make_append_only(LogEntry.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
make_append_only(AuditEntry.__table__)  # type: ignore[arg-type]  # as above
