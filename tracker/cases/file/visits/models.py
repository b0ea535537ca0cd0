"""The table of visits to the place of a case."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ColumnElement, Date, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ....clock import utc_now
from ....database import Base, BigId, EnumText, UTCDateTime
from ....staff.models import User
from ...models import ProblemCase

_OPEN = text("made_at IS NULL AND cancelled_at IS NULL")


class Weather(StrEnum):
    """What the weather was like."""

    UNKNOWN = "unknown"
    DRY = "dry"
    RAIN = "rain"
    SNOW = "snow"
    HOT = "hot"
    COLD = "cold"
    DARK = "dark"


WEATHER_LABELS = {
    Weather.UNKNOWN: "Not noted", Weather.DRY: "Dry", Weather.RAIN: "Rain", Weather.SNOW: "Snow or ice",
    Weather.HOT: "Hot", Weather.COLD: "Cold", Weather.DARK: "After dark",
}  # fmt: skip


class CaseVisit(Base):
    """A visit: planned for a day, made at an instant, or called off. What was found never changes."""

    __tablename__ = "case_visits"
    __table_args__ = (
        Index(None, "case_id", "made_at"),
        Index("ix_case_visits_open", "case_id", "planned_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    key: Mapped[str | None] = mapped_column(String(60), unique=True)
    """The form's own, by which a visit that is sent twice is recorded once; None while it is only planned."""
    visitor_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    purpose: Mapped[str] = mapped_column(String(400), default="")
    planned_on: Mapped[date | None] = mapped_column(Date)
    planned_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When somebody was there, by the phone's clock if it was kept without network."""
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen: Mapped[str] = mapped_column(Text, default="")
    people_met: Mapped[str] = mapped_column(Text, default="")
    """May name people: shown only to those who work cases."""
    conditions: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Codes of `conditions.CONDITIONS`."""
    weather: Mapped[Weather] = mapped_column(EnumText(Weather), default=Weather.UNKNOWN)
    next_step: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[ProblemCase] = relationship()
    visitor: Mapped[User] = relationship(foreign_keys=[visitor_id])

    @hybrid_property
    def is_open(self) -> bool:
        """Whether it is planned and still to be made."""
        return self.made_at is None and self.cancelled_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return and_(cls.made_at.is_(None), cls.cancelled_at.is_(None))
