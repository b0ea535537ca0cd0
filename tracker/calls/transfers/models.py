"""Tables of 911 transfers: what was sent, what was asked, what was decided, and when each step was done."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, OrderedText, UTCDateTime, make_append_only
from ...identifiers import new_identifier
from ...places.models import Address
from ...staff.models import User
from ..models import Caller, Placement, ServiceRequest
from .demands import Decision
from .hard_stops import Answer
from .ordering import Risk


class Direction(StrEnum):
    """Which way a transfer went."""

    FROM_911 = "from_911"
    BACK_TO_911 = "back_to_911"


class ReviewStatus(StrEnum):
    """How far the review is. A return counts as decided at once; `RETURNING` waits for its checklist only."""

    WAITING = "waiting"
    RETURNING = "returning"
    AWAITING_AGREEMENT = "awaiting_agreement"
    DONE = "done"


class TransferReview(Base):
    """One call that 911 passed to this desk (or that went back), and the decision on it. In code: `transfer`.

    The database itself refuses every decision but the way back while the hard stops are not clear.
    """

    __tablename__ = "transfer_reviews"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index(None, "status", "line", "due_at", "id"),
        Index(None, "claimed_by_id", "status"),
        Index(None, "status", "decided_at"),
        CheckConstraint("decision IS NULL OR decision = 'returned_to_911' OR stops_clear", name="stops"),
        CheckConstraint("NOT stops_clear OR stops_answered_at IS NOT NULL", name="stops_answered"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decision IS NOT NULL OR status = 'waiting'", name="undecided"),
        CheckConstraint(
            "decision IS NULL OR decision <> 'closed_administratively' OR (reason <> '' AND told_caller IS NOT NULL)",
            name="closure",
        ),
        CheckConstraint("status <> 'done' OR NOT needs_agreement OR agreed_at IS NOT NULL", name="agreement"),
        CheckConstraint("agreed_by_id IS NULL OR agreed_by_id <> decided_by_id", name="second_person"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True, default=new_identifier)
    source: Mapped[str] = mapped_column(OrderedText)
    source_id: Mapped[str] = mapped_column(OrderedText)
    direction: Mapped[Direction] = mapped_column(EnumText(Direction), default=Direction.FROM_911)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When 911 took the call; the visible clock counts from here."""
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    incident_code: Mapped[str] = mapped_column(String(60), default="")
    incident_text: Mapped[str] = mapped_column(String(200), default="")
    priority: Mapped[int | None]
    """As the sender puts it, 0 to 10, 10 highest."""
    narrative: Mapped[str] = mapped_column(Text, default="")
    """Plain text; markup was taken out when it came in."""
    address: Mapped[str] = mapped_column(Text, default="")
    address_id: Mapped[int | None] = mapped_column(ForeignKey(Address.id))
    source_lat: Mapped[float | None]
    source_long: Mapped[float | None]
    lat: Mapped[float | None]
    long: Mapped[float | None]
    placement: Mapped[Placement] = mapped_column(EnumText(Placement), default=Placement.UNLOCATED)
    placement_score: Mapped[float | None]
    caller_id: Mapped[int | None] = mapped_column(ForeignKey(Caller.id), index=True)
    risk: Mapped[Risk] = mapped_column(EnumText(Risk))
    line: Mapped[int]
    """0 for danger, which stands first whatever else waits; 1 for the rest."""
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    risk_reason: Mapped[str] = mapped_column(Text)
    status: Mapped[ReviewStatus] = mapped_column(EnumText(ReviewStatus), default=ReviewStatus.WAITING)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stops_clear: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True only while every hard stop is answered «no»."""
    stops_answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision: Mapped[Decision | None] = mapped_column(EnumText(Decision))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    told_caller: Mapped[bool | None]
    agency: Mapped[str] = mapped_column(String(160), default="")
    call_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    needs_agreement: Mapped[bool] = mapped_column(default=False, server_default=false())
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hand_back_note: Mapped[str] = mapped_column(Text, default="")
    """Which steps of the warm transfer could not be done, and why."""
    call_id: Mapped[int | None] = mapped_column(ForeignKey(ServiceRequest.id), index=True)
    """The call of this desk that came of it."""

    caller: Mapped[Caller | None] = relationship()
    call: Mapped[ServiceRequest | None] = relationship()
    claimed_by: Mapped[User | None] = relationship(foreign_keys=[claimed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    agreed_by: Mapped[User | None] = relationship(foreign_keys=[agreed_by_id])


class TransferAnswer(Base):
    """One answer to one hard stop: who gave it and when. Never changed; the most dangerous one counts."""

    __tablename__ = "transfer_answers"
    __table_args__ = (Index(None, "transfer_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey(TransferReview.id))
    stop: Mapped[str] = mapped_column(String(40))
    answer: Mapped[Answer] = mapped_column(EnumText(Answer))
    answered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class TransferStep(Base):
    """One step of the warm transfer back to 911: done once, by whom and when."""

    __tablename__ = "transfer_steps"
    __table_args__ = (UniqueConstraint("transfer_id", "step"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey(TransferReview.id))
    step: Mapped[str] = mapped_column(String(40))
    done_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    done_at: Mapped[datetime] = mapped_column(UTCDateTime)

    done_by: Mapped[User] = relationship()


make_append_only(TransferAnswer.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
make_append_only(TransferStep.__table__)  # type: ignore[arg-type]  # as above
