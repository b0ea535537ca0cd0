"""Table of what crews told from their phones: each step once, however often a phone without a signal sends it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ...clock import utc_now
from ...database import Base, EnumText, UTCDateTime
from ...staff.models import User
from ..bookings.models import Booking


class StepKind(StrEnum):
    """What a crew tells of its work."""

    SET_OUT = "set_out"
    ARRIVE = "arrive"
    FINISH = "finish"
    COULD_NOT = "could_not"
    CALL_BACK = "call_back"
    NOTE = "note"


class CrewStep(Base):
    """One step that was taken in. Its key is the phone's own and random."""

    __tablename__ = "crew_steps"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey(Booking.id), index=True)
    kind: Mapped[StepKind] = mapped_column(EnumText(StepKind))
    told_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
