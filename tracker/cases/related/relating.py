"""Relations that people make between two cases, and end; both cases show them."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from ..touching import require_version, touch_case
from .kinds import RELATIONS
from .models import CaseRelation, RelationKind
from .moving import need_reason

SHOWN = 100


def relate_cases(
    case: ProblemCase,
    other: ProblemCase,
    *,
    kind: RelationKind,
    reason: str,
    actor: User,
    seen_version: int | None = None,
    key: str = "",
) -> CaseRelation:
    """Say that two cases belong together, of whatever families, and why. Flushes."""
    require_version(case, seen_version)
    if case.id == other.id:
        raise Invalid("A case is not related to itself; give the number of another one.")
    for one in (case, other):
        if one.status is CaseStatus.MERGED and one.merged_into is not None:
            raise Invalid(f"Case {one.public_id} is merged; relate the one it went into: {one.merged_into.public_id}.")
    words = need_reason(reason, "Say what makes the two belong together.")
    pair = (case.id, other.id)
    same = select(CaseRelation.id).where(
        CaseRelation.case_id.in_(pair), CaseRelation.other_id.in_(pair), CaseRelation.kind == kind,
        CaseRelation.ended_at.is_(None),
    )  # fmt: skip
    if db.session.scalars(same.limit(1)).first() is not None:
        raise Conflict(f"Case {other.public_id} is related in this way already.")
    relation = CaseRelation(case=case, other=other, kind=kind, reason=words, made_by_id=actor.id)
    db.session.add(relation)
    here, there = RELATIONS[kind]
    touch_case(case, actor, "related", f"{here}: case {other.public_id}. {words}", key=key)
    touch_case(other, actor, "related", f"{there}: case {case.public_id}. {words}")
    return relation


def end_relation(relation: CaseRelation, *, reason: str, actor: User) -> None:
    """Say that two cases do not belong together after all; the row stays with both reasons."""
    if relation.ended_at is not None:
        raise Conflict("This relation was ended already.")
    words = need_reason(reason, "Say why the two do not belong together.")
    relation.ended_at, relation.ended_by_id, relation.end_reason = utc_now(), actor.id, words
    for one, other in ((relation.case, relation.other), (relation.other, relation.case)):
        touch_case(one, actor, "unrelated", f"No longer related to case {other.public_id}: {words}")


def find_relation(case: ProblemCase, relation_id: int) -> CaseRelation:
    """A relation of this case, from either side; raises `NotFound`."""
    relation = db.session.get(CaseRelation, relation_id)
    if relation is None or case.id not in (relation.case_id, relation.other_id):
        raise NotFound("The case has no such relation. Look at the list as it stands now.")
    return relation


def relations_of(case: ProblemCase) -> Sequence[CaseRelation]:
    """What people have said about the case and others and still say, newest first."""
    query = (
        select(CaseRelation)
        .options(
            joinedload(CaseRelation.case), joinedload(CaseRelation.other), joinedload(CaseRelation.made_by),
        )
        .where(or_(CaseRelation.case_id == case.id, CaseRelation.other_id == case.id))
        .where(CaseRelation.ended_at.is_(None))
        .order_by(CaseRelation.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    return db.session.scalars(query).all()
