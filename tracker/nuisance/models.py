"""Tables of nuisance enforcement. Their foreign keys reach addresses, users and one another, and nothing else."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..clock import utc_now
from ..database import Base, BigId, EnumText, UTCDateTime, make_append_only
from ..places.models import Address
from ..staff.models import User
from .exclusions import Exclusion
from .procedure import ProcedureStatus
from .rule_terms import Evidence, Outcome


class RuleSet(Base):
    """A named rule set and its draft, if one is being written; what is in force stands in its versions."""

    __tablename__ = "nuisance_rule_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    """Where the rules come from; an example says here that it is one."""
    version: Mapped[int] = mapped_column(default=1)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    drafted_by: Mapped[User | None] = relationship()
    versions: Mapped[list["RuleSetVersion"]] = relationship(
        back_populates="rule_set", order_by="RuleSetVersion.number"
    )


class RuleSetVersion(Base):
    """Terms that came into force, approved by another person than who wrote them; append-only."""

    __tablename__ = "nuisance_rule_versions"
    __table_args__ = (
        UniqueConstraint("rule_set_id", "number"),
        CheckConstraint("drafted_by_id <> approved_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey(RuleSet.id))
    number: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    in_force_from: Mapped[date]
    in_force_until: Mapped[date | None]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    approved_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    approved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    rule_set: Mapped[RuleSet] = relationship(back_populates="versions")
    drafted_by: Mapped[User] = relationship(foreign_keys=[drafted_by_id])
    approved_by: Mapped[User] = relationship(foreign_keys=[approved_by_id])


class Property(Base):
    """A property under enforcement; the owner is a person: only enforcement staff see her."""

    __tablename__ = "nuisance_properties"
    __table_args__ = (Index(None, "status", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    address_id: Mapped[int] = mapped_column(ForeignKey(Address.id), unique=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey(RuleSet.id), index=True)
    version: Mapped[int] = mapped_column(default=1)
    units: Mapped[int]
    owner_name: Mapped[str] = mapped_column(String(160))
    owner_address: Mapped[str] = mapped_column(String(300))
    owner_email: Mapped[str] = mapped_column(String(254), default="")
    status: Mapped[ProcedureStatus] = mapped_column(EnumText(ProcedureStatus), default=ProcedureStatus.WATCH)
    due_on: Mapped[date | None]
    expires_on: Mapped[date | None]

    address: Mapped[Address] = relationship(lazy="joined", innerjoin=True)
    rule_set: Mapped[RuleSet] = relationship()


class PropertyVersion(Base):
    """What was known of a property from an instant on; append-only."""

    __tablename__ = "nuisance_property_versions"
    __table_args__ = (UniqueConstraint("property_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey(Property.id))
    number: Mapped[int]
    units: Mapped[int]
    owner_name: Mapped[str] = mapped_column(String(160))
    owner_address: Mapped[str] = mapped_column(String(300))
    owner_email: Mapped[str] = mapped_column(String(254))
    by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    by: Mapped[User] = relationship()


class Violation(Base):
    """A substantiated violation as a person entered it; append-only, so no answer is changed afterwards."""

    __tablename__ = "nuisance_violations"
    __table_args__ = (
        UniqueConstraint("id", "entered_by_id"),
        Index(None, "property_id", "occurred_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey(Property.id))
    rule_version_id: Mapped[int] = mapped_column(ForeignKey(RuleSetVersion.id))
    """The rules in force on the day of the event; its points are theirs."""
    occurred_on: Mapped[date]
    offense: Mapped[str] = mapped_column(String(60))
    evidence: Mapped[Evidence] = mapped_column(EnumText(Evidence))
    evidence_number: Mapped[str] = mapped_column(String(80))
    incident_number: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[Outcome] = mapped_column(EnumText(Outcome))
    words: Mapped[str] = mapped_column(Text)
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    """What was answered about each exclusion; whatever is missing excludes."""
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    entered_by: Mapped[User] = relationship()
    property: Mapped[Property] = relationship()
    rule_version: Mapped[RuleSetVersion] = relationship(lazy="joined", innerjoin=True)
    decisions: Mapped[list["ViolationDecision"]] = relationship(
        back_populates="violation", order_by="ViolationDecision.id", lazy="selectin"
    )


class DecisionKind(StrEnum):
    """What was decided about a violation."""

    NOT_COUNTABLE = "not_countable"
    """By its answers, when it was entered."""
    CONFIRMED = "confirmed"
    EXCLUDED = "excluded"


_CONFIRMS = text("kind = 'confirmed'")


class ViolationDecision(Base):
    """One inclusion or exclusion with its reason; append-only. The database itself wants a second person to confirm."""

    __tablename__ = "nuisance_decisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["violation_id", "entered_by_id"],
            ["nuisance_violations.id", "nuisance_violations.entered_by_id"],
            name="fk_nuisance_decisions_violation",
        ),
        CheckConstraint("kind = 'not_countable' OR by_id <> entered_by_id", name="two_people"),
        Index(None, "violation_id"),
        Index(
            "ix_nuisance_decisions_confirmed", "violation_id", unique=True,
            sqlite_where=_CONFIRMS, postgresql_where=_CONFIRMS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    violation_id: Mapped[int]
    entered_by_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[DecisionKind] = mapped_column(EnumText(DecisionKind))
    exclusion: Mapped[Exclusion | None] = mapped_column(EnumText(Exclusion))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    by: Mapped[User] = relationship()
    violation: Mapped[Violation] = relationship(back_populates="decisions")


class ProcedureStep(Base):
    """One step of the procedure about a property, with what it was founded on; append-only."""

    __tablename__ = "nuisance_steps"
    __table_args__ = (
        UniqueConstraint("property_id", "number"),
        CheckConstraint("proposed_by_id IS NULL OR proposed_by_id <> by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey(Property.id))
    number: Mapped[int]
    status: Mapped[ProcedureStatus] = mapped_column(EnumText(ProcedureStatus))
    on_day: Mapped[date]
    entered_on: Mapped[date]
    """The day in the city on which it was entered here: an earlier `on_day` takes nothing from the days to appeal."""
    due_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    rule_version_id: Mapped[int] = mapped_column(ForeignKey(RuleSetVersion.id))
    founded_on: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each threshold on that day: its words, what was reached, and which violations counted."""
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    rule_version: Mapped[RuleSetVersion] = relationship()


for _table in (RuleSetVersion, PropertyVersion, Violation, ViolationDecision, ProcedureStep):
    make_append_only(_table.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
