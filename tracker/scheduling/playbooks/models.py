"""Tables of what the city usually does about a family of problems, and of its use on cases."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...calls.models import Family
from ...cases.models import ProblemCase
from ...cases.response.models import CaseTask, PartnerAgency, PartnerRequest
from ...clock import utc_now
from ...database import Base, BigId, EnumText, UTCDateTime
from ...staff.models import User
from ..orders.models import WorkOrder
from .step_kinds import StepKind


class Playbook(Base):
    """What the city usually does about a family of problems."""

    __tablename__ = "playbooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey(Family.id), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a person last changed it on its page: a profile then leaves it alone. None: it is the profile's."""

    family: Mapped[Family] = relationship()
    steps: Mapped[list["PlaybookStep"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PlaybookStep.position"
    )


class PlaybookStep(Base):
    """One step of a playbook; which of its facts count, `step_kinds.py` says."""

    __tablename__ = "playbook_steps"
    __table_args__ = (UniqueConstraint("playbook_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    playbook_id: Mapped[int] = mapped_column(ForeignKey(Playbook.id))
    position: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(
        EnumText(StepKind), default=StepKind.WORK_ORDER, server_default=StepKind.WORK_ORDER.value
    )
    title: Mapped[str] = mapped_column(String(160))
    details: Mapped[str] = mapped_column(Text, default="", server_default="")
    skill: Mapped[str] = mapped_column(String(60), default="")
    minutes: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    needs: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    """Further skills or equipment beside the skill itself."""
    after_position: Mapped[int | None]
    """The crew's work of that step is done first; None: it waits for nothing."""
    due_days: Mapped[int]
    """Days from the day on which it is applied."""
    template_code: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Which of the city's letters; empty: it is written by hand."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey(PartnerAgency.id))

    partner: Mapped[PartnerAgency | None] = relationship()


class PlaybookUse(Base):
    """That a person applied a playbook to a case; what it was called then stays, whatever becomes of it."""

    __tablename__ = "playbook_uses"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """The form's own random key: sent twice, it is applied once."""
    used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    used_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    used_by: Mapped[User] = relationship(lazy="joined")
    steps: Mapped[list["PlaybookUseStep"]] = relationship(lazy="selectin", order_by="PlaybookUseStep.position")


class PlaybookUseStep(Base):
    """What became of one step: exactly one of order, task and request."""

    __tablename__ = "playbook_use_steps"

    use_id: Mapped[int] = mapped_column(ForeignKey(PlaybookUse.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[StepKind] = mapped_column(EnumText(StepKind))
    title: Mapped[str] = mapped_column(String(160))
    order_id: Mapped[int | None] = mapped_column(ForeignKey(WorkOrder.id))
    task_id: Mapped[int | None] = mapped_column(ForeignKey(CaseTask.id))
    request_id: Mapped[int | None] = mapped_column(ForeignKey(PartnerRequest.id))

    order: Mapped[WorkOrder | None] = relationship(lazy="joined")
    task: Mapped[CaseTask | None] = relationship(lazy="joined")
    request: Mapped[PartnerRequest | None] = relationship(lazy="joined")

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        if self.order is not None:
            return self.order.status.is_open
        step = self.task or self.request
        return step is not None and step.is_open
