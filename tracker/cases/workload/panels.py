"""What the workload adds to the page of one case."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...extensions import db
from ...staff.current import current_staff
from ..blueprint import blueprint
from ..models import ProblemCase
from ..next_steps import NextStep, next_steps
from .following import followers_of
from .handing_over import cover_of
from .models import CaseFollower, CaseSnooze, HandOver
from .snoozing import asleep


@dataclass(frozen=True, slots=True)
class Following:
    """Who follows a case, whether one does oneself, what keeps it asleep, and who covers it for whom."""

    followers: Sequence[CaseFollower]
    is_mine: bool
    snooze: CaseSnooze | None
    cover: HandOver | None


@blueprint.app_template_global()
def following_of_case(case: ProblemCase) -> Following:
    """For `cases/story/_following.html`."""
    is_mine = db.session.get(CaseFollower, (current_staff().id, case.id)) is not None
    return Following(followers_of(case), is_mine, asleep(case), cover_of(case))


@blueprint.app_template_global()
def next_step_of_case(case: ProblemCase) -> NextStep | None:
    """For whoever shows one case's next step."""
    return next_steps([case.id]).get(case.id)
