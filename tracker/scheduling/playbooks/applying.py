"""Apply a playbook to a case: the chosen steps become orders, tasks and requests in one transaction, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ...cases.models import CaseStatus, ProblemCase
from ...cases.response.models import CaseTask, PartnerRequest, TaskKind
from ...cases.response.partner_requests import ask_partner
from ...cases.response.tasks import add_task
from ...cases.touching import hold_case, touch_case
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...places.city import city_today
from ...staff.models import User
from ..blueprint import blueprint
from .editing import playbook_of
from .models import PlaybookStep, PlaybookUse, PlaybookUseStep
from .ordering import let_wait, order_step
from .step_kinds import StepKind, title_on_case

SHOWN = 20
TASK_KINDS = {StepKind.LETTER: TaskKind.LETTER, StepKind.VISIT: TaskKind.VISIT}
LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class StepChoice:
    """One step that is wanted: which, by when, and for everything but a crew's work, by whom."""

    step_id: int
    due_on: date
    owner: User | None = None
    minutes: int | None = None
    """For a crew's work: how long; None: as long as the step says."""


def apply_playbook(case: ProblemCase, choices: Sequence[StepChoice], actor: User, key: str) -> PlaybookUse:
    """Make the chosen steps of the family's playbook, in its order; with a key that was used before, nothing twice.

    Raises `Conflict` when the case is not open or the playbook was changed since it was looked at, and `Invalid` when
    nothing is chosen or a task has no owner. Then nothing of it is made: whoever calls rolls back.
    """
    hold_case(case)
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid("This form has lost its key. Reload the page and send it again.")
    if (done := use_with_key(case, key)) is not None:
        return done
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}, so no playbook is applied to it. Reopen it first.")
    playbook = playbook_of(case.family_id)
    if playbook is None:
        raise NotFound(f"The family «{case.family.name}» has no playbook. Plan the response by hand.")
    if not choices:
        raise Invalid("Choose at least one step.")
    chosen = {choice.step_id: choice for choice in choices}
    if chosen.keys() - {step.id for step in playbook.steps}:
        raise Conflict("The playbook was changed while you were at it. Look at its steps as they stand now.")
    use = PlaybookUse(case_id=case.id, name=playbook.name, key=key, used_by_id=actor.id)
    wanted = [step for step in playbook.steps if step.id in chosen]
    text = f"Playbook «{playbook.name}» applied: {len(wanted)} of {len(playbook.steps)} steps."
    touch_case(case, actor, "playbook_applied", text, key=key)
    for position, step in enumerate(wanted, 1):
        use.steps.append(_make(case, step, chosen[step.id], actor, position))
    let_wait(wanted, {step.position: made.order for step, made in zip(wanted, use.steps, strict=True) if made.order})
    db.session.add(use)
    db.session.flush()
    return use


def use_with_key(case: ProblemCase, key: str) -> PlaybookUse | None:
    """What a form with this key already made on the case, if anything; raises `Conflict` for another case's."""
    use = db.session.scalar(select(PlaybookUse).where(PlaybookUse.key == key))
    if use is not None and use.case_id != case.id:
        raise Conflict("This form was sent for another case already. Reload the page and send it again.")
    return use


@blueprint.app_template_global()
def playbook_uses_of(case_id: int) -> Sequence[PlaybookUse]:
    """When playbooks were applied to a case, by whom, and what became of each step; the newest first."""
    steps = selectinload(PlaybookUse.steps)
    query = (
        select(PlaybookUse)
        .options(
            steps.joinedload(PlaybookUseStep.task).joinedload(CaseTask.case),
            steps.joinedload(PlaybookUseStep.request).joinedload(PartnerRequest.case),
        )
        .where(PlaybookUse.case_id == case_id)
        .order_by(PlaybookUse.id.desc())
    )
    return db.session.scalars(query.limit(SHOWN)).all()


def _make(
    case: ProblemCase, step: PlaybookStep, choice: StepChoice, actor: User, position: int
) -> PlaybookUseStep:  # fmt: skip
    made = PlaybookUseStep(position=position, kind=step.kind, title=step.title)
    if step.kind is StepKind.WORK_ORDER:
        made.order = order_step(case, actor, step, choice.due_on, choice.minutes or step.minutes)
        return made
    if choice.owner is None:
        raise Invalid(f"Say who does «{step.title}».")
    if step.kind is StepKind.PARTNER:
        if step.partner is None:
            raise Invalid(f"«{step.title}» names no partner. Mend the playbook, or leave the step out.")
        what = ". ".join(part for part in (step.title, step.details) if part)
        made.request = ask_partner(
            case, step.partner, what=what, due_on=choice.due_on, asked_on=city_today(), owner=choice.owner, actor=actor
        )
        return made
    title = title_on_case(step.kind, step.title)
    made.task = add_task(
        case, title=title, details=step.details, owner=choice.owner, due_on=choice.due_on, actor=actor,
        kind=TASK_KINDS.get(step.kind, TaskKind.OTHER), letter_template=step.template_code,
    )  # fmt: skip
    return made
