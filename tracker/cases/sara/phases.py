"""A case goes from phase to phase: one step forward when its gate is open, back at any time with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...errors import Invalid
from ...extensions import db
from ...staff.models import LogEntry, User
from ..following import note_phase
from ..models import CaseStatus, ProblemCase, SaraPhase
from ..response.open_steps import open_steps_of
from ..touching import require_version, touch_case
from .analyzing import analysis_of
from .phase_steps import PHASES, REACHED_BY, earlier_phases, is_back, next_phase, require_phase_step
from .scanning import scan_of

_HISTORY = 100
_SAID = 3


def _scanning_points(case: ProblemCase) -> list[str]:
    return scan_of(case).missing


def _analysis_points(case: ProblemCase) -> list[str]:
    analysis = analysis_of(case)
    has_hypothesis = analysis is not None and analysis.hypothesis.strip()
    return [] if has_hypothesis else ["The analysis has no hypothesis: say what makes the problem come back."]


def _response_points(case: ProblemCase) -> list[str]:
    steps = open_steps_of([case.id])
    said = [f"«{step.what}» ({step.owner_name}, due {step.due_on:%-d %b %Y}) is not done yet." for step in steps]
    return said[:_SAID] + ([f"{len(said) - _SAID} more are open."] if len(said) > _SAID else [])


GATES: dict[SaraPhase, Callable[[ProblemCase], list[str]]] = {
    SaraPhase.SCANNING: _scanning_points,
    SaraPhase.ANALYSIS: _analysis_points,
    SaraPhase.RESPONSE: _response_points,
}
"""What must stand before a case leaves a phase forward."""


def open_points(case: ProblemCase) -> list[str]:
    """What still stands before the next phase, a sentence each; nothing when the way is free."""
    gate = GATES.get(case.phase)
    return gate(case) if gate else []


def change_phase(
    case: ProblemCase, to: SaraPhase, *, actor: User, reason: str = "", seen_version: int | None = None
) -> None:
    """Take the case to another phase. Going back wants a reason, going forward an open gate.

    Raises `Conflict` for a step that the table does not allow or a case that is not open, `Invalid` when something is
    missing.
    """
    require_version(case, seen_version)
    now, words, points = case.phase, reason.strip(), open_points(case)
    require_phase_step(case.status, now, to, points)
    if is_back(now, to) and not words:
        raise Invalid(f"Say why the work goes back to {to.value}; the reason stays in the history.")
    if points and not is_back(now, to):
        raise Invalid(f"Before {to.value}: {' '.join(points)}")
    case.phase = to
    text = f"{'Back to' if is_back(now, to) else 'On to'} {to.value}, from {now.value}{f': {words}' if words else '.'}"
    touch_case(case, actor, f"began_{to.value}", text)
    note_phase(case)


@dataclass(frozen=True, slots=True)
class Stage:
    """One phase on the way: whether it lies behind, is now, or comes, and when it was reached, by whom."""

    phase: SaraPhase
    stand: str
    reached_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the work on a case stands, and where it may go from there."""

    stages: list[Stage]
    forward: SaraPhase | None
    back: list[SaraPhase]
    points: list[str]


def stand_of(case: ProblemCase) -> Stand:
    """The four phases of a case and what comes next."""
    reached = _reached(case)
    here = PHASES.index(case.phase)
    stages = []
    for place, phase in enumerate(PHASES):
        at, by = reached.get(phase, (None, "")) if place <= here else (None, "")
        stages.append(Stage(phase, "done" if place < here else "now" if place == here else "ahead", at, by))
    is_open = case.status is CaseStatus.OPEN
    return Stand(
        stages=stages,
        forward=next_phase(case.phase) if is_open else None,
        back=earlier_phases(case.phase) if is_open else [],
        points=open_points(case) if is_open else [],
    )


def _reached(case: ProblemCase) -> dict[SaraPhase, tuple[datetime | None, str]]:
    """When each phase was reached last, as the log tells it; scanning begins with the case."""
    query = (
        select(LogEntry)
        .options(joinedload(LogEntry.actor))
        .where(LogEntry.subject_kind == "case", LogEntry.subject_id == case.id, LogEntry.verb.in_(REACHED_BY))
        .order_by(LogEntry.id.desc())
        .limit(_HISTORY)
    )
    reached: dict[SaraPhase, tuple[datetime | None, str]] = {}
    for entry in db.session.scalars(query):
        reached.setdefault(REACHED_BY[entry.verb], (entry.at, entry.actor.display_name if entry.actor else "by rule"))
    return {SaraPhase.SCANNING: (case.opened_at, ""), **reached}
