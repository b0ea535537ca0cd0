"""Tables of reports that came in without an aide: how each came, what its reporter said later, what systems told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, OrderedText, UTCDateTime
from ...staff.api_keys.models import ApiKey
from ..models import ServiceRequest


class SentReport(Base):
    """How a report came in: from whom, once however often it arrives, and the secret by which it is changed."""

    __tablename__ = "sent_reports"
    __table_args__ = (UniqueConstraint("sender", "key"),)

    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id), primary_key=True, autoincrement=False)
    sender: Mapped[str] = mapped_column(OrderedText)
    """`web` for the residents' own form, `key 7` for the system with that API key."""
    key: Mapped[str] = mapped_column(OrderedText)
    """The form's own random key, or what makes a posted report the same: a form or POST sent twice is one report."""
    content_hash: Mapped[str | None] = mapped_column(String(64))
    """Of all that a system sent: its own key marks a retry of nothing else. None for the residents' form."""
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey(ApiKey.id), index=True)
    token: Mapped[str | None] = mapped_column(String(40), unique=True)
    """What a system was given in place of the number, where the service answers later (Open311 «batch»)."""
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the secret in the reporter's own link; None for systems, which hold their key."""
    language: Mapped[str] = mapped_column(String(10), default="en")
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    call: Mapped[ServiceRequest] = relationship()


class WordKind(StrEnum):
    """What a reporter does with her report later."""

    ADDED = "added"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    NOT_FIXED = "not_fixed"


class ReporterWord(Base):
    """What a reporter said later through her secret link; what she said first stays as it was said."""

    __tablename__ = "reporter_words"
    __table_args__ = (UniqueConstraint("call_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id))
    kind: Mapped[WordKind] = mapped_column(EnumText(WordKind))
    text: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(OrderedText)
    """Of the form: sent twice, it is said once."""
    said_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    call: Mapped[ServiceRequest] = relationship()


class RequestUpdate(Base):
    """What another system told about a request (`servicerequestupdates`), each of its updates once."""

    __tablename__ = "request_updates"
    __table_args__ = (UniqueConstraint("api_key_id", "update_id"), Index(None, "call_id", "updated_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id))
    api_key_id: Mapped[int] = mapped_column(ForeignKey(ApiKey.id))
    update_id: Mapped[str] = mapped_column(OrderedText)
    """As the other system numbers it."""
    status: Mapped[str] = mapped_column(String(60))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    description: Mapped[str] = mapped_column(Text, default="")
    media_url: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    call: Mapped[ServiceRequest] = relationship()
