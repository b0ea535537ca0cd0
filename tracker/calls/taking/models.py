"""Tables of calls that are taken by hand: how each was taken, drafts not yet sent, and contacts that are no report."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..models import Caller, Channel, ServiceRequest


class Assistance(StrEnum):
    """Who helped the caller and the aide to understand each other."""

    NONE = "none"
    INTERPRETER = "interpreter"
    RELAY = "relay"


class CallIntake(Base):
    """How a call was taken at the desk: by whom, in which language, with whose help. One row per such call."""

    __tablename__ = "call_intakes"

    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id), primary_key=True, autoincrement=False)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    queue: Mapped[str] = mapped_column(String(60), default="")
    """The telephone queue the call came in by, as the telephone system calls it."""
    language: Mapped[str] = mapped_column(String(10), default="en")
    assistance: Mapped[Assistance] = mapped_column(EnumText(Assistance), default=Assistance.NONE)
    is_late: Mapped[bool] = mapped_column(default=False)
    """Written down later than it was said: the system was down, or a paper form was copied."""
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey(ServiceRequest.id), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey(ServiceRequest.id), index=True)
    """The earlier call that this one asks about."""

    call: Mapped[ServiceRequest] = relationship(foreign_keys=call_id)
    taken_by: Mapped[User] = relationship()


class DraftedCall(Base):
    """What an aide has typed of a call that is not sent yet: it survives reload, sign-out and a server that dies."""

    __tablename__ = "drafted_calls"
    __table_args__ = (UniqueConstraint("user_id", "key"), Index(None, "user_id", "updated_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    key: Mapped[str] = mapped_column(String(40))
    """The form's own random key; the recorded call carries it too, so that a form sent twice is one call."""
    number: Mapped[int] = mapped_column(default=0)
    """Counts the page's own changes: what arrives late over a slow line never overwrites what is newer."""
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)


class InquiryKind(StrEnum):
    """What a contact was that is no report."""

    ANSWERED = "answered"
    FOLLOW_UP = "follow_up"
    WRONG_NUMBER = "wrong_number"


class Inquiry(Base):
    """A contact that is no report: a question answered, «what about my request?», a wrong number."""

    __tablename__ = "inquiries"
    __table_args__ = (UniqueConstraint("taken_by_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[InquiryKind] = mapped_column(EnumText(InquiryKind))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel), default=Channel.PHONE)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    key: Mapped[str] = mapped_column(String(40))
    caller_id: Mapped[int | None] = mapped_column(ForeignKey(Caller.id), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey(ServiceRequest.id), index=True)
    """The call that was asked about."""
    answer: Mapped[str] = mapped_column(String(160), default="")
    """The title of the city's answer that was read out."""
    note: Mapped[str] = mapped_column(Text, default="")
    promised: Mapped[str] = mapped_column(Text, default="")

    taken_by: Mapped[User] = relationship()
    about: Mapped[ServiceRequest | None] = relationship()
