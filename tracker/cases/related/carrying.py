"""What is still open of a case goes along when it is merged, and comes back when that is taken back."""

from collections.abc import Mapping

from sqlalchemy import func, select, update

from ...extensions import db
from ...formatters import plural
from ..file.visits.models import CaseVisit
from ..models import ProblemCase
from ..response.models import CaseObjective, CaseTask, PartnerRequest

Work = type[CaseTask | PartnerRequest | CaseObjective | CaseVisit]

KINDS: dict[str, tuple[Work, str]] = {
    "task": (CaseTask, "task"),
    "request": (PartnerRequest, "request to a partner"),
    "objective": (CaseObjective, "objective"),
    "visit": (CaseVisit, "planned visit"),
}
"""Each kind of work: its table, and what one is called."""
_APART = {"synchronize_session": False}


def carry_work(case: ProblemCase, into: ProblemCase) -> dict[str, list[int]]:
    """Move what is open of a case into another one; gives the ids of what was moved, by kind. Flushes."""
    db.session.flush()
    moved: dict[str, list[int]] = {}
    for name, (table, _) in KINDS.items():
        still_open = select(table.id).where(table.case_id == case.id, table.is_open)
        ids = list(db.session.scalars(still_open.order_by(table.id)))
        if ids:
            _put(table, ids, case, into)
            moved[name] = ids
    db.session.expire_all()
    return moved


def bring_back(moved: Mapping[str, list[int]], case: ProblemCase, into: ProblemCase) -> None:
    """Move into `case` again what came from it and is still in `into`, also what was finished there meanwhile."""
    db.session.flush()
    for name, ids in moved.items():
        _put(KINDS[name][0], ids, into, case)
    db.session.expire_all()


def count_returning(moved: Mapping[str, list[int]], into: ProblemCase) -> dict[str, int]:
    """How much of what came along is still in `into`, by kind."""
    counts = {}
    for name, ids in moved.items():
        table = KINDS[name][0]
        query = select(func.count()).select_from(table).where(table.id.in_(ids), table.case_id == into.id)
        counts[name] = db.session.scalar(query) or 0
    return counts


def work_words(counts: Mapping[str, int]) -> str:
    """«2 tasks, 1 planned visit»; empty for nothing."""
    return ", ".join(plural(count, KINDS[name][1]) for name, count in counts.items() if count)


def _put(table: Work, ids: list[int], there: ProblemCase, here: ProblemCase) -> None:
    change = update(table).where(table.id.in_(ids), table.case_id == there.id).values(case_id=here.id)
    db.session.execute(change, execution_options=_APART)
