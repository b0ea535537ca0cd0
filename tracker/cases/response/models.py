"""Tables of the response to a problem."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...calls.models import Family
from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..models import ProblemCase

_OPEN = text("done_at IS NULL AND cancelled_at IS NULL")


class TaskKind(StrEnum):
    """What doing a task means: anything, or something that has a page of its own."""

    OTHER = "other"
    LETTER = "letter"
    VISIT = "visit"


class CaseTask(Base):
    """Something that one member of staff does for a case by a day; the city's crews get work orders instead."""

    __tablename__ = "case_tasks"
    __table_args__ = (
        Index(None, "case_id", "due_on"),
        Index("ix_case_tasks_open", "owner_id", "due_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    title: Mapped[str] = mapped_column(String(200))
    details: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    due_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    result: Mapped[str] = mapped_column(Text, default="")
    """What came of it, or why it was called off."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kind: Mapped[TaskKind] = mapped_column(
        EnumText(TaskKind), default=TaskKind.OTHER, server_default=TaskKind.OTHER.value
    )
    letter_template: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Code of the template of a letter to be written; empty where it is written by hand."""

    case: Mapped[ProblemCase] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])

    @hybrid_property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.done_at is None and self.cancelled_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return and_(cls.done_at.is_(None), cls.cancelled_at.is_(None))


class Verdict(StrEnum):
    """What came of an objective."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """How a page says it."""
        return self.value.replace("_", " ")


class CaseObjective(Base):
    """What is to be reached by a day, measured in calls a month where that can be said."""

    __tablename__ = "case_objectives"
    __table_args__ = (Index(None, "case_id", "due_on"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    aim: Mapped[str] = mapped_column(Text)
    most_calls: Mapped[int | None]
    """No more linked calls than this within 30 days; None where calls do not measure it."""
    due_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    verdict: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    words: Mapped[str] = mapped_column(Text, default="")
    """How it is known, or why it was dropped."""
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    case: Mapped[ProblemCase] = relationship()
    judged_by: Mapped[User | None] = relationship(foreign_keys=[judged_by_id])

    @hybrid_property
    def is_open(self) -> bool:
        """Whether nobody has said yet what came of it."""
        return self.verdict is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.verdict.is_(None)


class PartnerAgency(Base):
    """An agency outside the city's desk that helps with problems: whom to ask, and for what."""

    __tablename__ = "partner_agencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(60), unique=True)
    """What a profile calls it; None for one that was added on the page."""
    name: Mapped[str] = mapped_column(String(160), unique=True)
    purpose: Mapped[str] = mapped_column(Text, default="")
    contact_person: Mapped[str] = mapped_column(String(160), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(250), default="")
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a person last changed it here: a profile then leaves it alone."""
    version: Mapped[int] = mapped_column(default=1)

    families: Mapped[list["PartnerFamily"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def family_ids(self) -> set[int]:
        """The families it helps with; none named: all of them."""
        return {row.family_id for row in self.families}


class PartnerFamily(Base):
    """A family of problems that a partner helps with."""

    __tablename__ = "partner_families"

    partner_id: Mapped[int] = mapped_column(ForeignKey(PartnerAgency.id), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey(Family.id), primary_key=True)


class PartnerRequest(Base):
    """What a case asks of a partner, by when it is wanted, what they promised and what came of it."""

    __tablename__ = "partner_requests"
    __table_args__ = (
        Index(None, "case_id", "asked_on"),
        Index("ix_partner_requests_open", "owner_id", "due_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    partner_id: Mapped[int] = mapped_column(ForeignKey(PartnerAgency.id))
    what: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    """Who asks again when the day has passed."""
    asked_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    """The day they promised; until they promise one, the day by which it is wanted."""
    promised_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(Text, default="")
    """Their newest words."""
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[str] = mapped_column(Text, default="")
    """What they did, or why it is not wanted any more."""

    case: Mapped[ProblemCase] = relationship()
    partner: Mapped[PartnerAgency] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])

    @hybrid_property
    def is_open(self) -> bool:
        """Whether the partner still has to do it."""
        return self.done_at is None and self.cancelled_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return and_(cls.done_at.is_(None), cls.cancelled_at.is_(None))
