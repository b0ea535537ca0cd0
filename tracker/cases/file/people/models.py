"""The table of people and organizations that have to do with a case."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ....clock import utc_now
from ....database import Base, BigId, EnumText, UTCDateTime
from ....staff.models import User
from ...models import ProblemCase
from ..privacy import Privacy


class ParticipantRole(StrEnum):
    """What somebody has to do with the problem."""

    OWNER = "owner"
    MANAGER = "manager"
    TENANT = "tenant"
    TENANT_ASSOCIATION = "tenant_association"
    NEIGHBOR = "neighbor"
    BUSINESS = "business"
    AGENCY = "agency"
    ELECTED_OFFICE = "elected_office"
    OTHER = "other"


ROLE_LABELS = {
    ParticipantRole.OWNER: "Owner",
    ParticipantRole.MANAGER: "Property manager",
    ParticipantRole.TENANT: "Tenant",
    ParticipantRole.TENANT_ASSOCIATION: "Tenant association",
    ParticipantRole.NEIGHBOR: "Neighbor",
    ParticipantRole.BUSINESS: "Business",
    ParticipantRole.AGENCY: "Agency",
    ParticipantRole.ELECTED_OFFICE: "Elected office",
    ParticipantRole.OTHER: "Other",
}


class CaseParticipant(Base):
    """Somebody who has to do with a case. Who is taken off keeps the row; the log never names anybody."""

    __tablename__ = "case_participants"
    __table_args__ = (Index(None, "case_id", "left_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    role: Mapped[ParticipantRole] = mapped_column(EnumText(ParticipantRole))
    name: Mapped[str] = mapped_column(String(120), default="")
    organization: Mapped[str] = mapped_column(String(160), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    """As it stands on an envelope, in lines."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    note: Mapped[str] = mapped_column(Text, default="")
    privacy: Mapped[Privacy] = mapped_column(EnumText(Privacy), default=Privacy.WORKERS)
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes; a form that was filled against an older one is refused."""
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    added_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    left_reason: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[ProblemCase] = relationship()
    added_by: Mapped[User] = relationship(foreign_keys=[added_by_id])

    @property
    def called(self) -> str:
        """The name, or the organization's where no person is named."""
        return self.name or self.organization


class ParticipantMark(Base):
    """One way of knowing an owner or manager again in another case: a digest, looked up by its index."""

    __tablename__ = "participant_marks"
    __table_args__ = (Index(None, "mark", "participant_id"),)

    participant_id: Mapped[int] = mapped_column(ForeignKey(CaseParticipant.id), primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(32), primary_key=True)
