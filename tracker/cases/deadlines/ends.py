"""When a deadline begins, and what the status of a case, its phase and its acceptance say about it. Pure.

Ignored is who did it: a case that a supervisor moves to its response has met the contact's deadline too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from ..models import CaseStatus, SaraPhase
from .kinds import DeadlineKind

CAUGHT_UP = timedelta(days=3)
"""A deadline begins when the case came to its owner. If that was longer ago than this, nobody counted at that time (the
rules are newer, or a lapsed case came back to life), and it begins now: nobody is late for what was not asked."""

_K, _S = DeadlineKind, CaseStatus


class End(Enum):
    """How a deadline ended."""

    MET = "met"
    DROPPED = "dropped"


BY_STATUS: dict[CaseStatus, dict[DeadlineKind, End]] = {
    _S.OPEN: {},
    _S.CLOSED: {_K.ACCEPT: End.DROPPED, _K.SCAN: End.MET, _K.RESPOND: End.MET, _K.REVIEW: End.MET},
    # Saying that it is no problem is what scanning is for.
    _S.DISMISSED: {_K.ACCEPT: End.DROPPED, _K.SCAN: End.MET, _K.RESPOND: End.DROPPED, _K.REVIEW: End.DROPPED},
    _S.MERGED: dict.fromkeys(DeadlineKind, End.DROPPED),
}
PAST: dict[DeadlineKind, frozenset[SaraPhase]] = {
    _K.SCAN: frozenset(SaraPhase) - {SaraPhase.SCANNING},
    _K.RESPOND: frozenset({SaraPhase.RESPONSE, SaraPhase.ASSESSMENT}),
}
"""The phases in which a deadline is met."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about a case now."""

    status: CaseStatus
    phase: SaraPhase
    is_alive: bool
    assigned_at: datetime | None
    """When its present owner, or the queue in which it lies, got it."""
    accepted_at: datetime | None
    changed: Sequence[datetime] = ()
    """When its phase or status was changed, oldest first; known where they end a deadline."""
    looked_at: datetime | None = None
    """When a person last did something about it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A deadline's end."""

    how: End
    at: datetime


def wanted_kinds(case: Standing) -> set[DeadlineKind]:
    """The kinds of deadline that run for a case as it stands: none for one that is over or has lapsed."""
    if case.status is not CaseStatus.OPEN or not case.is_alive:
        return set()
    kinds = {kind for kind in DeadlineKind if case.phase not in PAST.get(kind, ())}
    return kinds - {DeadlineKind.ACCEPT} if case.accepted_at or case.assigned_at is None else kinds


def begins_at(kind: DeadlineKind, case: Standing, now: datetime) -> datetime:
    """When a deadline that is new begins."""
    begin = case.assigned_at
    if kind is DeadlineKind.REVIEW and case.looked_at is not None:
        begin = max(case.looked_at, begin or case.looked_at)
    return begin if begin is not None and now - CAUGHT_UP <= begin <= now else now


def is_over(kind: DeadlineKind, status: CaseStatus, phase: SaraPhase) -> bool:
    """Whether status or phase end a deadline: only then it matters when they were changed."""
    return status is not CaseStatus.OPEN or phase in PAST.get(kind, ())


def ended(kind: DeadlineKind, started_at: datetime, case: Standing, now: datetime) -> Ended | None:
    """How and when a running deadline ended; None while it runs."""
    if case.status is not CaseStatus.OPEN:
        return Ended(BY_STATUS[case.status][kind], _changed(kind, started_at, case, now))
    if kind is DeadlineKind.ACCEPT and case.accepted_at is not None:
        return Ended(End.MET, case.accepted_at)
    if kind is DeadlineKind.ACCEPT and case.assigned_at is not None and case.assigned_at > started_at:
        return Ended(End.DROPPED, case.assigned_at)  # somebody else has it now, with time of her own
    if case.phase in PAST.get(kind, ()):
        return Ended(End.MET, _changed(kind, started_at, case, now))
    return None if case.is_alive else Ended(End.DROPPED, now)


def _changed(kind: DeadlineKind, started_at: datetime, case: Standing, now: datetime) -> datetime:
    """When phase or status changed, as far as the log tells: the first step leaves scanning, the last one led here."""
    since = [at for at in case.changed if at >= started_at] or [now]
    return since[0] if kind is DeadlineKind.SCAN else since[-1]
