"""Tables of what people found out about a problem: its CHEERS answers and every version of its analysis."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..models import ProblemCase
from .cheers import Element


class CaseScan(Base):
    """That somebody has begun to ask whether a case is a problem at all; its answers are `CheersAnswer`."""

    __tablename__ = "case_scans"

    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    """Counts its savings; a form that was filled against an older version is refused."""
    goes_on_because: Mapped[str] = mapped_column(Text, default="")
    """Why the case goes on although an answer is no."""
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    saved_by: Mapped[User] = relationship()


class CheersAnswer(Base):
    """The answer to one of the six questions, which may still lack its yes or no."""

    __tablename__ = "cheers_answers"

    case_id: Mapped[int] = mapped_column(ForeignKey(CaseScan.case_id), primary_key=True, autoincrement=False)
    element: Mapped[Element] = mapped_column(EnumText(Element), primary_key=True)
    is_met: Mapped[bool | None]
    words: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    answered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    answered_by: Mapped[User] = relationship()


class CaseAnalysis(Base):
    """One version of the analysis. Versions are never changed: the newest counts, the others tell how it grew."""

    __tablename__ = "case_analyses"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    version: Mapped[int]
    offender: Mapped[str] = mapped_column(Text, default="")
    handler: Mapped[str] = mapped_column(Text, default="")
    target: Mapped[str] = mapped_column(Text, default="")
    guardian: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    manager: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    """Events and conditions that come before it."""
    tried: Mapped[str] = mapped_column(Text, default="")
    """What was done about it until now, its strengths and limits."""
    to_find_out: Mapped[str] = mapped_column(Text, default="")
    hypothesis: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    written_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    written_by: Mapped[User] = relationship()
