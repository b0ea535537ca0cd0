"""What makes the problem come back: the analysis as text whose every version is kept."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...errors import Conflict
from ...extensions import db
from ...staff.models import User
from ..models import ProblemCase
from ..touching import touch_case
from .models import CaseAnalysis
from .scanning import require_open

PARTS: dict[str, str] = {  # the texts of an analysis, and what the log calls them
    "offender": "offender", "handler": "handler", "target": "target or victim", "guardian": "guardian",
    "place": "place", "manager": "manager", "conditions": "events and conditions before it",
    "tried": "what was tried", "to_find_out": "what is still to be found out", "hypothesis": "hypothesis",
}  # fmt: skip
VERSIONS_SHOWN = 30


def analysis_of(case: ProblemCase) -> CaseAnalysis | None:
    """The analysis as it stands; None before anybody wrote one."""
    return next(iter(versions_of(case, limit=1)), None)


def versions_of(case: ProblemCase, *, limit: int = VERSIONS_SHOWN) -> Sequence[CaseAnalysis]:
    """Its versions, the newest first."""
    query = select(CaseAnalysis).options(joinedload(CaseAnalysis.written_by)).where(CaseAnalysis.case_id == case.id)
    return db.session.scalars(query.order_by(CaseAnalysis.version.desc()).limit(limit)).all()


def write_analysis(case: ProblemCase, texts: Mapping[str, str], *, actor: User, seen: int) -> bool:
    """Keep a new version with these texts, by the names in `PARTS`; False when nothing is different.

    So a form that is sent twice is one version.

    Raises `Conflict` when the case is not open, or somebody else wrote since version `seen` (0: none yet).
    """
    require_open(case)
    standing = analysis_of(case)
    changed = [part for part in PARTS if texts[part] != (getattr(standing, part) if standing else "")]
    if not changed:
        return False
    version = standing.version if standing else 0
    if version != seen:
        raise Conflict("Somebody else wrote the analysis meanwhile. Where it differs from yours, it says so below.")
    new = CaseAnalysis(case_id=case.id, version=version + 1, written_by=actor, **{part: texts[part] for part in PARTS})
    db.session.add(new)
    words = f"Analysis, version {new.version}: {', '.join(PARTS[part] for part in changed)}."
    if "hypothesis" in changed and new.hypothesis:
        words += f" Hypothesis: {new.hypothesis}"
    touch_case(case, actor, "analyzed", words)
    return True
