"""Tables of what belongs together: merges and splits with what they moved, relations, problems above several cases."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..models import CaseCall, CaseStatus, ProblemCase, SaraPhase

_STANDS = text("ended_at IS NULL")


class MoveKind(StrEnum):
    """Why calls moved: two cases were one problem, or one was two."""

    MERGE = "merge"
    SPLIT = "split"


class CaseMove(Base):
    """Calls of one case moved into another by a person, with what it takes to take that back exactly."""

    __tablename__ = "case_moves"
    __table_args__ = (Index(None, "from_case_id", "id"), Index(None, "into_case_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[MoveKind] = mapped_column(EnumText(MoveKind))
    from_case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    into_case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    opened_new: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The split opened the case that the calls moved into."""
    status_before: Mapped[CaseStatus] = mapped_column(EnumText(CaseStatus))
    phase_before: Mapped[SaraPhase] = mapped_column(EnumText(SaraPhase))
    """Of the case that the calls left."""
    reason: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    undo_reason: Mapped[str] = mapped_column(Text, default="")
    moved_work: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    """What was still open and went along with a merge: ids by kind of work."""

    from_case: Mapped[ProblemCase] = relationship(foreign_keys=[from_case_id])
    into_case: Mapped[ProblemCase] = relationship(foreign_keys=[into_case_id])
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])


class MovedLink(Base):
    """One call of a move: the link that ended and the link that took its place."""

    __tablename__ = "moved_links"

    move_id: Mapped[int] = mapped_column(ForeignKey(CaseMove.id), primary_key=True)
    former_id: Mapped[int] = mapped_column(ForeignKey(CaseCall.id), primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey(CaseCall.id))


class RelationKind(StrEnum):
    """How a person says that two cases belong together."""

    SAME_OWNER = "same_owner"
    SAME_CAUSE = "same_cause"
    DISPLACEMENT = "displacement"
    OTHER = "other"


class CaseRelation(Base):
    """Two cases that a person relates to each other; of a displacement `other` is where the problem moved to."""

    __tablename__ = "case_relations"
    __table_args__ = (
        Index("uq_case_relations_standing", "case_id", "other_id", "kind", unique=True, sqlite_where=_STANDS,
              postgresql_where=_STANDS),
        Index(None, "other_id"),
        CheckConstraint("case_id <> other_id", name="not_itself"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    other_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    kind: Mapped[RelationKind] = mapped_column(EnumText(RelationKind))
    reason: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    end_reason: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[ProblemCase] = relationship(foreign_keys=[case_id])
    other: Mapped[ProblemCase] = relationship(foreign_keys=[other_id])
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])


class ParentProblem(Base):
    """One problem behind cases at several addresses, of whatever families, with somebody who leads the work."""

    __tablename__ = "parent_problems"
    __table_args__ = (Index(None, "closed_at", "opened_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """The form's own: sent twice, it opens one problem."""
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    lead: Mapped[User | None] = relationship(foreign_keys=[lead_id])
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])


class ProblemMember(Base):
    """A case under a parent problem; a case is under one at a time."""

    __tablename__ = "problem_members"
    __table_args__ = (
        Index("uq_problem_members_standing", "case_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        Index(None, "problem_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey(ParentProblem.id))
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    reason: Mapped[str] = mapped_column(Text)
    added_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    end_reason: Mapped[str] = mapped_column(Text, default="")

    problem: Mapped[ParentProblem] = relationship()
    case: Mapped[ProblemCase] = relationship()
