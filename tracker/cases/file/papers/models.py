"""The table of documents and photos of a case; the files themselves lie in the instance folder."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ....clock import utc_now
from ....database import Base, EnumText, UTCDateTime
from ....identifiers import new_identifier
from ....staff.models import User
from ...models import ProblemCase
from ..privacy import Privacy
from ..visits.models import CaseVisit

_KEPT = text("removed_at IS NULL")


class PaperKind(StrEnum):
    """What a file is."""

    PHOTO = "photo"
    DOCUMENT = "document"


class CasePaper(Base):
    """A photo, made anew without what it carried, or a PDF, kept as it came and never shown inside a page."""

    __tablename__ = "case_papers"
    __table_args__ = (
        Index(None, "case_id", "added_at"),
        Index("uq_case_papers_kept", "case_id", "sha256", unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_identifier)
    """Unguessable; also the name of its file."""
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey(CaseVisit.id), index=True)
    kind: Mapped[PaperKind] = mapped_column(EnumText(PaperKind))
    caption: Mapped[str] = mapped_column(String(300), default="")
    privacy: Mapped[Privacy] = mapped_column(EnumText(Privacy), default=Privacy.WORKERS)
    """Of documents; photos are shown to whoever may look at the case."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    is_released: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether somebody looked at a photo and found that residents may see it; no public page shows any yet."""
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    added_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    removed_reason: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[ProblemCase] = relationship()
    added_by: Mapped[User] = relationship(foreign_keys=[added_by_id])

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture."""
        return self.kind is PaperKind.PHOTO
