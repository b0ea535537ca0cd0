"""The table of photos that belong to calls; the pictures themselves lie in the instance folder."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, UTCDateTime
from ...identifiers import new_identifier
from ...staff.models import User
from ..models import ServiceRequest

_UNSEEN = text("looked_at IS NULL")


class CallPhoto(Base):
    """A photo of what a call is about, as it was made anew: without position, device or comment."""

    __tablename__ = "call_photos"
    __table_args__ = (
        UniqueConstraint("call_id", "sha256"),
        Index("ix_call_photos_unseen", "added_at", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_identifier)
    """Unguessable; also the name of its file."""
    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    """None: it came from outside, with the report."""
    is_released: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether somebody looked at it and found that residents may see it."""
    public_text: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """What it shows, in the words of whoever released it, for residents who do not see it."""
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When somebody decided last whether residents may see it; None: nobody has yet."""

    call: Mapped[ServiceRequest] = relationship()
    added_by: Mapped[User | None] = relationship()
