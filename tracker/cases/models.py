"""Tables of problem cases, of the calls linked to them, and of the contacts who own them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..calls.models import Family, ServiceRequest
from ..change_marks import mark_changes
from ..clock import utc_now
from ..database import Base, BigId, EnumText, UTCDateTime
from ..places.models import Address, Area
from ..staff.models import User


class GroupingRule(Base):
    """One version of a family's rule, or of the city's default (no family) for families that have none of their own.

    Versions are never changed: a case keeps the one that opened it.
    """

    __tablename__ = "grouping_rules"
    __table_args__ = (UniqueConstraint("family_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey(Family.id))
    version: Mapped[int]
    radius_m: Mapped[int]
    window_days: Mapped[int]
    threshold: Mapped[int]
    distinct_days: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    family: Mapped[Family | None] = relationship()


mark_changes(GroupingRule)


class Contact(Base):
    """A staff member of a Neighborhood Service Center who owns cases."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), unique=True)
    center_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id), index=True)
    last_assigned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(lazy="joined")
    center: Mapped[Area | None] = relationship(lazy="joined")
    families: Mapped[list["ContactFamily"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class ContactFamily(Base):
    """A family that a contact handles; a contact with no rows handles every family."""

    __tablename__ = "contact_families"

    contact_id: Mapped[int] = mapped_column(ForeignKey(Contact.id), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey(Family.id), primary_key=True)


class Absence(Base):
    """Days on which a contact is away, both inclusive, on the city's calendar."""

    __tablename__ = "absences"
    __table_args__ = (Index(None, "contact_id", "last_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey(Contact.id))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)


class SaraPhase(StrEnum):
    """Where the problem-solving work stands."""

    SCANNING = "scanning"
    ANALYSIS = "analysis"
    RESPONSE = "response"
    ASSESSMENT = "assessment"


class CaseStatus(StrEnum):
    """Whether the case is worked, solved, or was none."""

    OPEN = "open"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    MERGED = "merged"


class ClosingOutcome(StrEnum):
    """What came of a case, in the words of whoever closed it; the monitoring shows whether it is so."""

    SOLVED = "solved"
    REDUCED = "reduced"
    MOVED = "moved"
    UNCHANGED = "unchanged"


NOT_SOLVED = (ClosingOutcome.MOVED, ClosingOutcome.UNCHANGED)
"""Outcomes that no silence afterwards makes a success."""


class OwnerQueue(StrEnum):
    """Who has the case when it comes in."""

    CONTACT = "contact"
    CENTER = "center"
    CITY = "city"


_WATCHED = text("confirmed_at IS NULL AND monitored_until IS NOT NULL")


class ProblemCase(Base):
    """A problem: repeat calls of one family around one anchor, with an owner."""

    __tablename__ = "problem_cases"
    __table_args__ = (
        Index(None, "status", "family_id", "last_call_at"),
        Index(None, "family_id", "anchor_cell"),
        Index(None, "anchor_cell"),  # what is around a place, whatever its family
        Index(None, "center_id", "status"),
        Index(None, "status", "public_lat", "public_long"),
        # Sorting and counting for lists, queues and loads look at these two alone: they hold all that «alive» asks for.
        Index("ix_problem_cases_list", "status", "queue", "priority", "priority_score", "id", "rule_id",
              "last_call_at", "is_touched"),
        Index("ix_problem_cases_owner", "contact_id", "status", "queue", "priority", "rule_id", "last_call_at",
              "is_touched"),
        Index("ix_problem_cases_recurred", "status", sqlite_where=text("recurred_at IS NOT NULL"),
              postgresql_where=text("recurred_at IS NOT NULL")),
        Index("ix_problem_cases_closed_at", "closed_at", sqlite_where=text("closed_at IS NOT NULL"),
              postgresql_where=text("closed_at IS NOT NULL")),
        Index("ix_problem_cases_confirmed_at", "confirmed_at", sqlite_where=text("confirmed_at IS NOT NULL"),
              postgresql_where=text("confirmed_at IS NOT NULL")),
        Index("ix_problem_cases_recurred_at", "recurred_at", sqlite_where=text("recurred_at IS NOT NULL"),
              postgresql_where=text("recurred_at IS NOT NULL")),
        Index("ix_problem_cases_watched", "monitored_until", sqlite_where=_WATCHED, postgresql_where=_WATCHED),
        Index("ix_problem_cases_below", "status", sqlite_where=text("is_below_threshold IS 1"),
              postgresql_where=text("is_below_threshold")),
        Index("ix_problem_cases_merged_into", "merged_into_id", sqlite_where=text("merged_into_id IS NOT NULL"),
              postgresql_where=text("merged_into_id IS NOT NULL")),
        {"sqlite_autoincrement": True},  # never one number twice: the log names cases that are gone
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    family_id: Mapped[int] = mapped_column(ForeignKey(Family.id))
    rule_id: Mapped[int] = mapped_column(ForeignKey(GroupingRule.id))
    anchor_x_dm: Mapped[int]
    anchor_y_dm: Mapped[int]
    anchor_cell: Mapped[int] = mapped_column(BigId)
    anchor_lat: Mapped[float]
    anchor_long: Mapped[float]
    address: Mapped[str] = mapped_column(Text)
    """The address most of the anchor's calls name, fixed at opening."""
    address_id: Mapped[int | None] = mapped_column(ForeignKey(Address.id))
    status: Mapped[CaseStatus] = mapped_column(EnumText(CaseStatus), default=CaseStatus.OPEN)
    phase: Mapped[SaraPhase] = mapped_column(EnumText(SaraPhase), default=SaraPhase.SCANNING)
    priority: Mapped[int] = mapped_column(default=3)
    """1 (first) to 5 (last)."""
    priority_score: Mapped[float] = mapped_column(default=0.0)
    priority_reason: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    """The instant of the call that made it a case; for one opened by hand, when the person did."""
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    first_call_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_call_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Over its calls of positive weight; None while it has none."""
    call_count: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int] = mapped_column(default=0)
    is_touched: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A person has changed something about it; the machine then never takes it back."""
    is_below_threshold: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    monitored_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome_kind: Mapped[ClosingOutcome | None] = mapped_column(EnumText(ClosingOutcome))
    outcome: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its monitoring was found to have ended without a new call."""
    recurred_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dismissed_reason: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("problem_cases.id"))
    center_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    neighborhood_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    queue: Mapped[OwnerQueue] = mapped_column(EnumText(OwnerQueue), default=OwnerQueue.CITY)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey(Contact.id))
    is_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    public_label: Mapped[str | None] = mapped_column(String(200))
    public_lat: Mapped[float | None]
    public_long: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes by people; a form that was filled against an older version is refused."""

    family: Mapped[Family] = relationship()
    rule: Mapped[GroupingRule] = relationship()
    contact: Mapped[Contact | None] = relationship()
    center: Mapped[Area | None] = relationship(foreign_keys=[center_id])
    neighborhood: Mapped[Area | None] = relationship(foreign_keys=[neighborhood_id])
    merged_into: Mapped["ProblemCase | None"] = relationship(remote_side=[id])

    @property
    def is_confirmed_solved(self) -> bool:
        """Somebody closed it because the calls had stopped or fallen, and its watch showed that they had.

        One that is merged keeps when it was confirmed, for whoever takes the merge back, and is no success meanwhile.
        """
        is_confirmed = self.status is CaseStatus.CLOSED and self.confirmed_at is not None
        return is_confirmed and self.outcome_kind not in NOT_SOLVED


class CaseCall(Base):
    """The link between a call and its case. Unlinking keeps the row; a call has at most one active link."""

    __tablename__ = "case_calls"
    __table_args__ = (
        Index("uq_case_calls_active_call", "call_id", unique=True, sqlite_where=text("unlinked_at IS NULL"),
              postgresql_where=text("unlinked_at IS NULL")),
        Index(None, "case_id", "unlinked_at"),
        Index(None, "call_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id))
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey(GroupingRule.id))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    distance_m: Mapped[float]
    """From the call to the case's anchor."""
    reason: Mapped[str] = mapped_column(Text)
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Made, removed or moved by a person: no rule changes it."""
    unlinked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unlinked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    unlink_reason: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[ProblemCase] = relationship()
    call: Mapped[ServiceRequest] = relationship()


class LooseCall(Base):
    """A taken call in no case, as the grouping sees it: the starting status of the next run."""

    __tablename__ = "loose_calls"
    __table_args__ = (Index(None, "family_id", "at"), Index(None, "family_id", "cell", "at"))

    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id), primary_key=True, autoincrement=False)
    family_id: Mapped[int] = mapped_column(ForeignKey(Family.id))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    x_dm: Mapped[int]
    y_dm: Mapped[int]
    cell: Mapped[int] = mapped_column(BigId)
    weight: Mapped[int]
    local_day: Mapped[int]


class CaseAssignment(Base):
    """Who had the case from when, and why; the newest row is the present owner."""

    __tablename__ = "case_assignments"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    queue: Mapped[OwnerQueue] = mapped_column(EnumText(OwnerQueue))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey(Contact.id))
    center_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    reason: Mapped[str] = mapped_column(Text)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_back_reason: Mapped[str] = mapped_column(Text, default="")

    contact: Mapped[Contact | None] = relationship()
