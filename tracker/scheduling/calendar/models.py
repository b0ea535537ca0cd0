"""Table of the secret addresses by which other calendars read ours."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...cases.models import ProblemCase
from ...clock import utc_now
from ...database import Base, UTCDateTime
from ...staff.models import User
from ..resources.models import CityResource


class CalendarFeed(Base):
    """A calendar of one resource or of one case, read by whoever has its address, until it is revoked."""

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey(CityResource.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey(ProblemCase.id), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in its address, which is shown once."""
    label: Mapped[str] = mapped_column(String(120))
    """Whose calendar reads it."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    last_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    resource: Mapped[CityResource | None] = relationship()
    case: Mapped[ProblemCase | None] = relationship()
    created_by: Mapped[User] = relationship()
