"""Table of what is agreed with residents about when somebody comes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..orders.models import WorkOrder

LIVE = text("ended_at IS NULL")
TO_CALL = text("to_call <> ''")
MAILED = text("mail_key <> ''")


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    OFFERED = "offered"
    """The resident was asked to choose."""
    HELD = "held"
    """She has chosen a window, and it is kept free while she decides."""
    CONFIRMED = "confirmed"
    TO_MOVE = "to_move"
    """The city could not keep it: a new time has to be found, and she is told."""
    KEPT = "kept"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """How a staff page says it."""
        return LABELS.get(self, self.value)


LABELS = {
    AppointmentStatus.OFFERED: "waits for her choice",
    AppointmentStatus.HELD: "held while she decides",
    AppointmentStatus.TO_MOVE: "to be moved",
    AppointmentStatus.NO_SHOW: "nobody was there",
}


class Appointment(Base):
    """When somebody comes, as agreed with a resident. An order has at most one that has not ended."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index("uq_appointments_live_order", "order_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index(None, "status", "window_starts_at"), Index(None, "order_id"),
        Index("ix_appointments_to_call", "id", sqlite_where=TO_CALL, postgresql_where=TO_CALL),
        Index("ix_appointments_mailed", "id", sqlite_where=MAILED, postgresql_where=MAILED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey(WorkOrder.id))
    status: Mapped[AppointmentStatus] = mapped_column(EnumText(AppointmentStatus))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the resident's own link."""
    window_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Somebody comes between these two instants, as agreed; None: nothing is agreed yet."""
    window_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The window that is held while she decides; what was agreed before stands until she confirms this one."""
    held_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    order_earliest_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """What the order said before anything was agreed; it says so again when nothing is."""
    order_latest_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    """What the crew should know: the bell, the dog."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was moved or cancelled, in words for the resident."""
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    to_call: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What she has to be called about, because nothing else reaches her; empty: nothing."""
    mail_key: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """The newest notice on its way to her; empty: none is."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    order: Mapped[WorkOrder] = relationship()

    @property
    def is_live(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None
