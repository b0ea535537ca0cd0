"""What tests of drafts begin with: a city, a crew, a scheduler, and the worker's job done."""

from datetime import UTC, date, datetime

from tests import factories as make
from tracker.extensions import db
from tracker.jobs import ASKED_FOR
from tracker.scheduling.planning.drafting import draft_plan
from tracker.scheduling.planning.models import PlanDraft
from tracker.staff.jobs.working_off_jobs import work_off_next
from tracker.staff.models import Role, User

TUESDAY = date(2026, 6, 16)
NINE = datetime(2026, 6, 16, 13, 0, tzinfo=UTC)
"""Nine o'clock on that Tuesday in the test city."""


def scheduler() -> User:
    return make.make_user(role=Role.SCHEDULER)


def work_off() -> None:
    """Everything that waits is done, as the worker would."""
    db.session.commit()
    while work_off_next(ASKED_FOR):
        pass


def made_plan(days: int = 1, actor: User | None = None, **columns: object) -> PlanDraft:
    """A plan from Tuesday on, made by the job."""
    draft = draft_plan(TUESDAY, days, actor or scheduler(), **columns)
    work_off()
    return db.session.get_one(PlanDraft, draft.id)
