"""Playbooks as a city edits them: written, named, their steps added, changed, moved, removed. Every verb flushes.

Whatever a person changes here is the city's own from then on: `load-city` leaves the playbook alone until somebody
gives it back to the profile.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ...calls.models import Family
from ...cases.response.models import PartnerAgency
from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from .models import Playbook, PlaybookStep
from .step_kinds import KINDS, StepKind, missing_facts
from .step_order import check_after

MOST_STEPS = 60
WITH_PARTNERS = (
    selectinload(Playbook.steps).joinedload(PlaybookStep.partner).lazyload(PartnerAgency.families)
)  # fmt: skip
"""Every step and whom it asks, however many steps there are, in one query."""


@dataclass(frozen=True, slots=True)
class StepEntry:
    """What a step says; facts that its kind has no use for are dropped."""

    kind: StepKind
    title: str
    due_days: int
    skill: str = ""
    minutes: int = 0
    details: str = ""
    template: str = ""
    partner_id: int | None = None
    people: int = 1
    needs: tuple[str, ...] = ()
    after: int | None = None
    """The position of the crew's step that is done first."""


def list_playbooks() -> list[tuple[Family, Playbook | None]]:
    """Every family by name with its playbook, if it has one."""
    query = (
        select(Family, Playbook).outerjoin(Playbook, Playbook.family_id == Family.id).order_by(Family.name, Family.id)
    )
    return [(family, playbook) for family, playbook in db.session.execute(query)]


def find_playbook(playbook_id: int, *, lock: bool = False) -> Playbook:
    """The playbook with its steps; raises `NotFound`."""
    query = select(Playbook).options(joinedload(Playbook.family, innerjoin=True), WITH_PARTNERS)
    query = query.where(Playbook.id == playbook_id)
    if lock:
        query = query.with_for_update(of=Playbook).execution_options(populate_existing=True)
    playbook = db.session.scalars(query).first()
    if playbook is None:
        raise NotFound("There is no such playbook. Look for it in the list of playbooks.")
    return playbook


def playbook_of(family_id: int) -> Playbook | None:
    """The family's playbook, if it has one."""
    return db.session.scalar(select(Playbook).options(WITH_PARTNERS).where(Playbook.family_id == family_id))


def require_playbook_version(playbook: Playbook, seen: int | None) -> None:
    """Raise `Conflict` when somebody changed it since."""
    if seen != playbook.version:
        raise Conflict(
            "Somebody changed this playbook while you were at it. Look at what it says now, then send again."
        )


def write_playbook(family: Family, name: str, actor: User) -> Playbook:
    """Begin the family's playbook, empty; raises `Conflict` when it has one."""
    if playbook_of(family.id) is not None:
        raise Conflict(f"«{family.name}» has a playbook already. Change that one.")
    playbook = Playbook(family=family, name=name, edited_at=utc_now())
    db.session.add(playbook)
    db.session.flush()
    append_log("playbook", playbook.id, "written", f"Written: {name}", actor=actor)
    return playbook


def rename_playbook(playbook: Playbook, name: str, actor: User) -> None:
    """Call it something else."""
    before, playbook.name = playbook.name, name
    _touch(playbook, actor, "renamed", f"Renamed from «{before}» to «{name}».")


def add_step(playbook: Playbook, entry: StepEntry, actor: User) -> PlaybookStep:
    """Add a step at the end; raises `Invalid` when its kind lacks something."""
    if len(playbook.steps) >= MOST_STEPS:
        raise Invalid(f"A playbook has at most {MOST_STEPS} steps. Remove one first.")
    step = PlaybookStep(position=1 + max((one.position for one in playbook.steps), default=0))
    _fill(step, entry)
    playbook.steps.append(step)
    _check_order(playbook)
    _touch(playbook, actor, "step_added", f"Step added: {entry.title}")
    return step


def change_step(playbook: Playbook, step: PlaybookStep, entry: StepEntry, actor: User) -> None:
    """Change what a step says."""
    before = step.title
    _fill(step, entry)
    _check_order(playbook)
    _touch(playbook, actor, "step_changed", f"Step changed: {before}")


def remove_step(playbook: Playbook, step: PlaybookStep, actor: User) -> None:
    """Take a step out; what cases already made of it stays, and what waited for it waits for nothing."""
    playbook.steps.remove(step)
    for one in playbook.steps:
        one.after_position = None if one.after_position == step.position else one.after_position
    _touch(playbook, actor, "step_removed", f"Step removed: {step.title}")


def move_step(playbook: Playbook, step: PlaybookStep, actor: User, *, up: bool) -> None:
    """Change places with the step above or below; at an end nothing happens."""
    steps = list(playbook.steps)
    at = steps.index(step)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(steps):
        return
    here, there = steps[at].position, steps[to].position
    steps[at].position = -there  # one position never stands twice: by way of one that nobody has
    db.session.flush()
    steps[to].position = here
    db.session.flush()
    steps[at].position = there
    for one in steps:  # what waits for one of the two still waits for the same
        one.after_position = {here: there, there: here}.get(one.after_position or 0, one.after_position)
    _touch(playbook, actor, "step_moved", f"Step moved {'up' if up else 'down'}: {step.title}")
    db.session.refresh(playbook, ["steps"])


def give_back_playbook(playbook: Playbook, actor: User) -> None:
    """Let the profile have it again: the next `load-city` that brings this playbook replaces it."""
    _touch(playbook, actor, "given_back", "Given back to the profile.")
    playbook.edited_at = None
    db.session.flush()


def find_step(playbook: Playbook, step_id: int) -> PlaybookStep:
    """A step of this playbook; raises `NotFound`."""
    for step in playbook.steps:
        if step.id == step_id:
            return step
    raise NotFound("The playbook has no such step. Look at it as it stands now.")


def _fill(step: PlaybookStep, entry: StepEntry) -> None:
    facts = {
        "skill": entry.skill, "minutes": entry.minutes, "details": entry.details, "template": entry.template,
        "partner": entry.partner_id, "people": entry.people, "needs": entry.needs, "after": entry.after,
    }  # fmt: skip
    missing = missing_facts(entry.kind, frozenset(name for name, value in facts.items() if value))
    if missing:
        raise Invalid(f"{KINDS[entry.kind].name}: give its {' and '.join(missing)} too.")
    has = KINDS[entry.kind].needs | KINDS[entry.kind].may_have
    step.kind, step.title, step.due_days = entry.kind, entry.title, entry.due_days
    step.skill = entry.skill if "skill" in has else ""
    step.minutes = entry.minutes if "minutes" in has else 0
    step.details = entry.details if "details" in has else ""
    step.template_code = entry.template if "template" in has else ""
    step.partner_id = entry.partner_id if "partner" in has else None
    step.people = entry.people if "people" in has else 1
    step.needs = [need for need in entry.needs if need != entry.skill] if "needs" in has else []
    step.after_position = entry.after if "after" in has else None


def _check_order(playbook: Playbook) -> None:
    crews = [step for step in playbook.steps if step.kind is StepKind.WORK_ORDER]
    check_after({step.position: step.after_position for step in crews}, {step.position: step.title for step in crews})


def _touch(playbook: Playbook, actor: User, verb: str, text: str) -> None:
    playbook.version += 1
    playbook.edited_at = utc_now()
    append_log("playbook", playbook.id, verb, text, actor=actor)
    db.session.flush()
