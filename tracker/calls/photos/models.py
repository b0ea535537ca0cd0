"""The table of photos that belong to calls; the pictures themselves lie in the instance folder."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, UTCDateTime
from ...identifiers import new_identifier
from ...staff.models import User
from ..models import ServiceRequest


class CallPhoto(Base):
    """A photo of what a call is about, as it was made anew: without position, device or comment."""

    __tablename__ = "call_photos"
    __table_args__ = (UniqueConstraint("call_id", "sha256"),)

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

    call: Mapped[ServiceRequest] = relationship()
    added_by: Mapped[User | None] = relationship()
