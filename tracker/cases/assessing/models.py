"""Tables of assessments: what was chosen and written by people, and the newest result that was kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...places.models import Area
from ...staff.models import User
from ..models import ProblemCase


class ComparisonKind(StrEnum):
    """What a place is compared with, always without its own surroundings."""

    CENTER = "center"
    NEIGHBORHOOD = "neighborhood"
    CITY = "city"


class CarriedOut(StrEnum):
    """Whether the response that was planned was carried out."""

    UNKNOWN = "unknown"
    WHOLLY = "wholly"
    PARTLY = "partly"
    NOT = "not"


CARRIED_OUT = {
    CarriedOut.UNKNOWN: "Not said yet",
    CarriedOut.WHOLLY: "Yes, as planned",
    CarriedOut.PARTLY: "In part",
    CarriedOut.NOT: "No",
}
"""What each is called."""


class AssessmentChoice(Base):
    """Somebody chose another comparison, with a reason. Rows are never changed; the newest one counts."""

    __tablename__ = "assessment_choices"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    kind: Mapped[ComparisonKind] = mapped_column(EnumText(ComparisonKind))
    area_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    """The center or neighborhood; None for the whole city."""
    reason: Mapped[str] = mapped_column(Text)
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    chosen_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    area: Mapped[Area | None] = relationship()
    chosen_by: Mapped[User] = relationship()


class AssessmentNote(Base):
    """What people say about the response and how it went. Rows are never changed; the newest one counts."""

    __tablename__ = "assessment_notes"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    carried_out: Mapped[CarriedOut] = mapped_column(EnumText(CarriedOut), default=CarriedOut.UNKNOWN)
    plan: Mapped[str] = mapped_column(Text, default="")
    """What of the plan was done and what was not, and why; for colleagues."""
    what_was_done: Mapped[str] = mapped_column(Text, default="")
    """The same in words for the council: it is printed on the paper."""
    impressions: Mapped[str] = mapped_column(Text, default="")
    """What figures do not show: what residents say, what one sees at the place; for colleagues."""
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    written_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    written_by: Mapped[User] = relationship()


class CaseAssessment(Base):
    """The newest result that was kept for a case: pages read it, and only the night or a person reckons it anew."""

    __tablename__ = "case_assessments"

    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id), primary_key=True, autoincrement=False)
    as_of: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    verdict: Mapped[str] = mapped_column(Text)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Windows and counts, see `stored.py`: from them alone everything is reckoned anew."""
    results: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
