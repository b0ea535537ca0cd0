"""What a story has made of its case so far, and who takes part."""

from dataclasses import dataclass, field
from datetime import date

from ...cases.file.letters.models import CaseLetter
from ...cases.file.people.models import CaseParticipant
from ...cases.file.visits.models import CaseVisit
from ...cases.models import ProblemCase
from ...cases.response.models import CaseObjective, CaseTask, PartnerRequest
from ...scheduling.orders.models import WorkOrder
from ...staff.models import User
from .script import Step, Story, working_day


@dataclass(slots=True)
class Scene:
    """One story while it is told. What it makes is kept in order, so that a later step names it by its number."""

    story: Story
    case: ProblemCase
    staff: dict[str, User]
    stage: "dict[str, Scene]"
    """Every story that has a case, by its code."""
    today: date
    tasks: list[CaseTask] = field(default_factory=list)
    objectives: list[CaseObjective] = field(default_factory=list)
    requests: list[PartnerRequest] = field(default_factory=list)
    people: list[CaseParticipant] = field(default_factory=list)
    letters: list[CaseLetter] = field(default_factory=list)
    visits: list[CaseVisit] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=list)

    @property
    def owner(self) -> User:
        """Whoever owns the case now."""
        if self.case.contact is None:
            raise LookupError(f"The case of the story {self.story.code} has no owner.")
        return self.case.contact.user

    def person(self, name: str) -> User:
        """A member of staff by sign-in name; «owner» is the case's own contact."""
        return self.owner if name == "owner" else self.staff[name]

    def actor(self, step: Step) -> User:
        """Who does this step."""
        return self.person(step.by)

    def day(self, number: int) -> date:
        """The working day that lies so many days after the first start."""
        return working_day(self.today, number)

    def other(self, code: str) -> ProblemCase:
        """The case of another story."""
        return self.stage[code].case
