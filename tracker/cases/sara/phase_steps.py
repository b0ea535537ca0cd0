"""Which change of phase is allowed, as one table, and which log entries say that a phase was reached. Pure."""

from collections.abc import Sequence

from ...errors import Conflict
from ..models import CaseStatus, SaraPhase

PHASES = tuple(SaraPhase)
"""In the order in which a problem is worked."""

PHASE_STEPS: dict[SaraPhase, frozenset[SaraPhase]] = {  # one step forward, or back as far as it takes
    SaraPhase.SCANNING: frozenset({SaraPhase.ANALYSIS}),
    SaraPhase.ANALYSIS: frozenset({SaraPhase.SCANNING, SaraPhase.RESPONSE}),
    SaraPhase.RESPONSE: frozenset({SaraPhase.SCANNING, SaraPhase.ANALYSIS, SaraPhase.ASSESSMENT}),
    SaraPhase.ASSESSMENT: frozenset({SaraPhase.SCANNING, SaraPhase.ANALYSIS, SaraPhase.RESPONSE}),
}

RESPONSE_BEGAN = f"began_{SaraPhase.RESPONSE.value}"
"""The verb under which the log says that the response began."""
WORK_BEGAN = ("task_added", "partner_asked", "work_ordered", "work_booked", "task_done", "partner_done", "work_done")
"""Verbs under which it says that work began: where nobody moved the case, the earliest of them stands in."""
REACHED_BY: dict[str, SaraPhase] = {  # verbs of the log; closing and reopening set the phase too
    "reopened": SaraPhase.SCANNING,
    "recurred": SaraPhase.SCANNING,
    "closed": SaraPhase.ASSESSMENT,
    **{f"began_{phase.value}": phase for phase in SaraPhase},
}


def is_back(now: SaraPhase, then: SaraPhase) -> bool:
    """Whether `then` comes before `now`."""
    return PHASES.index(then) < PHASES.index(now)


def next_phase(now: SaraPhase) -> SaraPhase | None:
    """The phase after `now`; None after the last."""
    return next((phase for phase in PHASES if phase in PHASE_STEPS[now] and not is_back(now, phase)), None)


def earlier_phases(now: SaraPhase) -> list[SaraPhase]:
    """The phases that the work may go back to, the nearest first."""
    return [phase for phase in reversed(PHASES) if phase in PHASE_STEPS[now] and is_back(now, phase)]


def require_phase_step(status: CaseStatus, now: SaraPhase, then: SaraPhase, points: Sequence[str] = ()) -> None:
    """Raise `Conflict` unless an open case may go from phase `now` to `then`; `points` are what is missing before."""
    if status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {status.value}: only an open case changes its phase. Reopen it first.")
    if then is now:
        raise Conflict(f"The case is in {now.value} already.")
    if then not in PHASE_STEPS[now]:
        following = (next_phase(now) or now).value
        raise Conflict(" ".join([f"After {now.value} comes {following}; {then.value} cannot come before it.", *points]))
