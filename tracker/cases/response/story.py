"""The response to one problem as the pages tell it, by a fixed small number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ...calls.as_of import as_of
from ...places.city import city_today, the_city
from ..blueprint import blueprint
from ..models import ProblemCase
from .due import is_late, say_due
from .models import CaseObjective, CaseTask, PartnerRequest
from .objectives import count_month, objectives_of
from .partner_requests import partner_requests_of
from .tasks import tasks_of


@dataclass(frozen=True, slots=True)
class ResponseStory:
    """What is to be reached and done about one case; `month` None: no open objective is measured in calls."""

    objectives: Sequence[CaseObjective]
    tasks: Sequence[CaseTask]
    requests: Sequence[PartnerRequest]
    month: int | None
    today: date

    @property
    def open_tasks(self) -> list[CaseTask]:
        """What somebody still has to do."""
        return [task for task in self.tasks if task.is_open]

    @property
    def open_requests(self) -> list[PartnerRequest]:
        """What partners still have to do."""
        return [request for request in self.requests if request.is_open]

    @property
    def open_objectives(self) -> list[CaseObjective]:
        """What is still to be reached."""
        return [objective for objective in self.objectives if objective.is_open]

    @property
    def next_step(self) -> CaseTask | PartnerRequest | None:
        """The open step that is due first; a task before a partner of the same day."""
        return min(self._open_steps, key=lambda step: step.due_on, default=None)

    @property
    def late(self) -> int:
        """How many steps are late."""
        return sum(is_late(step.due_on, self.today) for step in self._open_steps)

    @property
    def _open_steps(self) -> list[CaseTask | PartnerRequest]:
        return [*self.open_tasks, *self.open_requests]


@blueprint.app_template_global()
def response_of(case: ProblemCase) -> ResponseStory:
    """The response to a case, for templates."""
    city, objectives = the_city(), objectives_of(case.id)
    is_measured = any(one.is_open and one.most_calls is not None for one in objectives)
    return ResponseStory(
        objectives=objectives,
        tasks=tasks_of(case.id),
        requests=partner_requests_of(case.id),
        month=count_month(case.id, as_of(city)) if is_measured else None,
        today=city_today(),
    )


@blueprint.app_template_global()
def due_words(due_on: date, today: date) -> str:
    """How a due day is said, for templates."""
    return say_due(due_on, today)


@blueprint.app_template_test("late")
def late_test(due_on: date, today: date) -> bool:
    """Whether a due day is over: `{% if task.due_on is late(today) %}`."""
    return is_late(due_on, today)
