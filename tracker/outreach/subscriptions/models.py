"""The table of subscriptions. It holds public places only: whom an exact place would give away is nobody here."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...calls.models import Family, ServiceRequest
from ...cases.models import ProblemCase
from ...clock import utc_now
from ...database import Base, BigId, EnumText, OrderedText, UTCDateTime
from ...places.models import Area

_LIVE = text("ended_at IS NULL AND confirmed_at IS NOT NULL")


class SubscriptionKind(StrEnum):
    """What is followed."""

    CASE = "case"
    REPORT = "report"
    CIRCLE = "circle"
    NEIGHBORHOOD = "neighborhood"
    CENTER = "center"
    ALL = "all"


class Way(StrEnum):
    """How somebody wants to hear."""

    MAIL = "mail"
    TEXT = "text"
    WEBHOOK = "webhook"


class Rhythm(StrEnum):
    """How often."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Subscription(Base):
    """Somebody's wish to hear of something. Nothing is sent before its address has been confirmed."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index("ix_subscriptions_live", "kind", "case_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_subscriptions_live_areas", "area_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_subscriptions_live_circles", "lat", "long", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "counted_as", "created_at"),
        CheckConstraint("kind <> 'circle' OR (lat IS NOT NULL AND radius_m IS NOT NULL)", name="circle_has_a_place"),
        {"sqlite_autoincrement": True},  # never one number twice: its secret is made of it
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(OrderedText, unique=True)
    """The form's own random key: sent twice, it is one wish."""
    kind: Mapped[SubscriptionKind] = mapped_column(EnumText(SubscriptionKind))
    case_id: Mapped[int | None] = mapped_column(ForeignKey(ProblemCase.id), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey(ServiceRequest.id), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id), index=True)
    label: Mapped[str] = mapped_column(String(200), default="")
    lat: Mapped[float | None]
    long: Mapped[float | None]
    """Of the public point that stands for the typed place, degrees; never the place itself."""
    radius_m: Mapped[int | None]
    family_id: Mapped[int | None] = mapped_column(ForeignKey(Family.id))
    """Only problems of this family; None for all."""
    way: Mapped[Way] = mapped_column(EnumText(Way))
    address: Mapped[str] = mapped_column(String(500))
    """Mail address, phone number or URL."""
    counted_as: Mapped[str] = mapped_column(String(254), default="", server_default="")
    """By what its questions are counted (`addresses.counted_as`)."""
    language: Mapped[str] = mapped_column(String(10), default="en")
    rhythm: Mapped[Rhythm] = mapped_column(EnumText(Rhythm), default=Rhythm.DAILY)
    next_rhythm: Mapped[Rhythm | None] = mapped_column(EnumText(Rhythm))
    """What was chosen since; the worker changes it where no news is lost between the two (`changing_rhythm.py`)."""
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the secret by which it is confirmed, changed and left."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    case: Mapped[ProblemCase | None] = relationship()
    area: Mapped[Area | None] = relationship()
    family: Mapped[Family | None] = relationship()
