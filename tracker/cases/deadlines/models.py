"""Tables of deadlines: working time, the city's measures, what is due of a case, and when its clock stands still."""

from datetime import date, datetime, timedelta

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...calls.models import Family
from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..models import ProblemCase
from .defaults import Measure
from .kinds import DeadlineKind, PauseReason

_RUNS = text("met_at IS NULL AND dropped_at IS NULL")
_REVIEW_RUNS = text("kind = 'review' AND met_at IS NULL AND dropped_at IS NULL")
_UNTOLD = text("escalated_at IS NULL AND met_at IS NULL AND dropped_at IS NULL")
_UNANSWERED = text("escalated_at IS NOT NULL AND acknowledged_at IS NULL AND met_at IS NULL AND dropped_at IS NULL")
_LASTS = text("ended_at IS NULL")


class DeadlineRule(Base):
    """One version of a measure: of a family, or of the city (no family). Versions are never changed.

    A family's version without hours says that the city's measure holds for it again.
    """

    __tablename__ = "deadline_rules"
    __table_args__ = (UniqueConstraint("family_id", "kind", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey(Family.id))
    kind: Mapped[DeadlineKind] = mapped_column(EnumText(DeadlineKind))
    version: Mapped[int]
    working_hours: Mapped[int | None]
    warn_before_hours: Mapped[int] = mapped_column(default=0)
    grace_hours: Mapped[int] = mapped_column(default=0)
    effective_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    """Deadlines that begin from then on are counted by it; those that run keep theirs."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))


class WorkingHours(Base):
    """A weekly span during which the city works: weekday 0 is Monday, minutes after local midnight."""

    __tablename__ = "working_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class Holiday(Base):
    """A date on which nobody works."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class EmergencyStretch(Base):
    """A time during which the city has other things to do: every clock stands still. Without an end it lasts."""

    __tablename__ = "emergency_stretches"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """The random key of the form that declared it."""
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    declared_by: Mapped[User | None] = relationship()


class CalendarVersion(Base):
    """Every change of working time gets the next number; deadlines reckoned by an older one are reckoned anew."""

    __tablename__ = "calendar_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    moves_dates: Mapped[bool]
    """False for a new measure, which holds only for deadlines that begin later."""


class CasePause(Base):
    """A time during which a case waits for what nobody here can hurry; the newest without an end lasts."""

    __tablename__ = "case_pauses"
    __table_args__ = (
        Index("ix_case_pauses_case", "case_id", "started_at"),
        Index("uq_case_pauses_lasting", "case_id", unique=True, sqlite_where=_LASTS, postgresql_where=_LASTS),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    reason: Mapped[PauseReason] = mapped_column(EnumText(PauseReason))
    words: Mapped[str] = mapped_column(Text)
    expected_on: Mapped[date | None] = mapped_column(Date)
    """When whoever paused it thinks that it goes on; nothing happens by itself on that day."""
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))


class CaseDeadline(Base):
    """What has to have happened to a case by when. Of each kind at most one runs; the others are its history."""

    __tablename__ = "case_deadlines"
    __table_args__ = (
        Index("uq_case_deadlines_running", "case_id", "kind", unique=True, sqlite_where=_RUNS, postgresql_where=_RUNS),
        Index("ix_case_deadlines_case", "case_id", "id"),
        # Lists and counts of what is late or soon look at this one alone.
        Index("ix_case_deadlines_due", "warn_at", "due_at", "paused_at", "case_id", "kind", sqlite_where=_RUNS,
              postgresql_where=_RUNS),
        Index("ix_case_deadlines_seen", "case_id", "case_version", sqlite_where=_REVIEW_RUNS,
              postgresql_where=_REVIEW_RUNS),
        Index("ix_case_deadlines_calendar", "calendar_id", sqlite_where=_RUNS, postgresql_where=_RUNS),
        Index("ix_case_deadlines_untold", "escalate_at", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_case_deadlines_unanswered", "due_at", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id, ondelete="CASCADE"))
    """Rows are the program's own: they go with a case that a scan takes back, and nobody has touched that one."""
    kind: Mapped[DeadlineKind] = mapped_column(EnumText(DeadlineKind))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    working_hours: Mapped[int]
    warn_before_hours: Mapped[int]
    grace_hours: Mapped[int]
    extra_minutes: Mapped[int] = mapped_column(default=0)
    """Working time that a supervisor has added."""
    warn_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    escalate_at: Mapped[datetime] = mapped_column(UTCDateTime)
    calendar_id: Mapped[int]
    """The `CalendarVersion` by which it was reckoned; 0 before there was any."""
    case_version: Mapped[int]
    """The version of the case that it has taken notice of."""
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when its clock stands still; the dates are those of then."""
    met_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """It is asked no longer: the case is over, has lapsed, or somebody else has it."""
    escalated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    acknowledged_words: Mapped[str] = mapped_column(Text, default="")
    is_extended: Mapped[bool] = mapped_column(default=False, server_default=false())

    case: Mapped[ProblemCase] = relationship()
    acknowledged_by: Mapped[User | None] = relationship()

    @property
    def is_running(self) -> bool:
        """Whether it is still asked."""
        return self.met_at is None and self.dropped_at is None

    @property
    def measure(self) -> Measure:
        """The measure by which it began."""
        return Measure(self.working_hours, self.warn_before_hours, self.grace_hours)

    @property
    def extra(self) -> timedelta:
        """Working time added to the measure."""
        return timedelta(minutes=self.extra_minutes)

    def is_late(self, clock: datetime) -> bool:
        """Whether it had passed when the clock that counts for it stopped, or by `clock` (see `city_clock`)."""
        return self.is_running and self.due_at < (min(self.paused_at, clock) if self.paused_at else clock)
