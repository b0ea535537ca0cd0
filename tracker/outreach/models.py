"""Tables of what the city tells people."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..clock import utc_now
from ..database import Base, EnumText, UTCDateTime
from ..staff.models import User


class Audience(StrEnum):
    """Whom a message is for."""

    CALLERS = "callers"
    STAFF = "staff"


class OfficialMessage(Base):
    """What everybody at the desk says in the same words, for a while. Nothing is deleted, only withdrawn."""

    __tablename__ = "official_messages"
    __table_args__ = (Index(None, "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """Made with the form in which it was written: a form that is sent twice writes one message."""
    title: Mapped[str] = mapped_column(String(160))
    text_en: Mapped[str] = mapped_column(Text)
    text_es: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    audience: Mapped[Audience] = mapped_column(EnumText(Audience), default=Audience.CALLERS)
    written_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    written_by: Mapped[User] = relationship()

    def is_current(self, at: datetime) -> bool:
        """Whether it is to be said at that instant."""
        return self.withdrawn_at is None and self.starts_at <= at < self.ends_at
