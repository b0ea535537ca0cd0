"""The table of API keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, UTCDateTime
from ..models import User


class ApiKey(Base):
    """A system that may send reports. Only the key's hash is kept; a revoked row stays, for what came by it."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    """The system, such as «City app»."""
    contact: Mapped[str] = mapped_column(String(254), default="")
    """Whom to ask when it misbehaves."""
    note: Mapped[str] = mapped_column(Text, default="")
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    per_minute: Mapped[int] = mapped_column(default=60, server_default=text("60"))
    """How many requests it may write in a minute."""
    may_update: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it may also say what became of a request (`servicerequestupdates`)."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """To the minute: its first use in the last minute in which it was used."""
    minute: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The minute (since 1970) that `used` counts."""
    used: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    created_by: Mapped[User] = relationship()
