"""What the page of a case says about its deadlines."""

from dataclasses import dataclass

from ...clock import utc_now
from ...places.city import the_city
from ..blueprint import blueprint
from ..models import CaseStatus, ProblemCase
from ..touching import new_key
from .kinds import WAITS_FOR
from .lines import DeadlineLine, write_lines
from .models import CasePause
from .pausing import lasting_pause
from .queries import deadlines_of
from .working_calendar import CityTime, read_city_time


@dataclass(frozen=True, slots=True)
class DeadlinePanel:
    """What is due of a case, and whether its clock stands still."""

    lines: list[DeadlineLine]
    pause: CasePause | None
    waits_for: str
    is_emergency: bool
    is_open: bool
    key: str
    """For the button that says that somebody looked at the case."""


def gather_panel(case: ProblemCase, time: CityTime | None = None) -> DeadlinePanel:
    """The running deadlines of a case in words: six small queries."""
    time = time or read_city_time(the_city(), utc_now())
    pause = lasting_pause(case.id)
    return DeadlinePanel(
        lines=write_lines([one for one in deadlines_of(case.id) if one.is_running], time),
        pause=pause,
        waits_for=WAITS_FOR[pause.reason] if pause else "",
        is_emergency=time.stands_still,
        is_open=case.status is CaseStatus.OPEN,
        key=new_key(),
    )


@blueprint.app_template_global()
def deadline_panel(case: ProblemCase) -> DeadlinePanel:
    """The panel, for the template."""
    return gather_panel(case)
