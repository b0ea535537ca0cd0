"""Which steps a crew is offered, by where its work stands: one table for the page and for the phone. Pure."""

from ..orders.work_status import WorkStatus
from .models import StepKind

_BEFORE = frozenset({WorkStatus.PLANNED, WorkStatus.CONFIRMED})
_ON_ITS_WAY = _BEFORE | {WorkStatus.EN_ROUTE}
_UNDONE = _ON_ITS_WAY | {WorkStatus.ON_SITE}

OFFERED: dict[StepKind, frozenset[WorkStatus]] = {
    StepKind.SET_OUT: _BEFORE,
    StepKind.ARRIVE: _ON_ITS_WAY,
    StepKind.FINISH: _UNDONE,
    StepKind.COULD_NOT: _UNDONE,
    StepKind.CALL_BACK: _UNDONE - _BEFORE,
    StepKind.NOTE: frozenset(WorkStatus),
}
"""No step waits for the one before it: a crew may say only that it is done."""

NEXT = {
    WorkStatus.PLANNED: StepKind.SET_OUT,
    WorkStatus.CONFIRMED: StepKind.SET_OUT,
    WorkStatus.EN_ROUTE: StepKind.ARRIVE,
    WorkStatus.ON_SITE: StepKind.FINISH,
}
"""What usually comes next."""
