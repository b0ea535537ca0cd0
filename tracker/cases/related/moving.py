"""Calls move from case to case as people merge and split, and go back when they take that back.

A move ends each link and makes another, pinned one. Taking it back ends those that still stand and revives the links
they took the place of, so that nothing of them is lost: who made them, when, why, whether they were pinned.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, insert, or_, select, update
from sqlalchemy.orm import aliased, joinedload

from ...batches import in_chunks, insert_rows
from ...calls.models import ServiceRequest, ServiceType
from ...clock import utc_now
from ...errors import Invalid, NotFound
from ...extensions import db
from ...formatters import plural
from ...staff.models import User
from ..following import follow_cases
from ..ledger import COUNTABLE
from ..linking import distance_to
from ..models import CaseCall, ProblemCase
from ..recounting import recount_cases
from .carrying import bring_back, count_returning, work_words
from .models import CaseMove, MovedLink, MoveKind

_APART = {"synchronize_session": False}
_NAMED = 5
"""Calls that are named one by one in a sentence; of more the number is told."""
_MOVES = 200
LEFT = {MoveKind.MERGE: "Merged into case {}.", MoveKind.SPLIT: "Split off into case {}."}
CAME = {MoveKind.MERGE: "Came with case {}: {}", MoveKind.SPLIT: "Split off from case {}: {}"}


@dataclass(frozen=True, slots=True)
class Returned:
    """What taking a move back does: calls that go back, and where the others are now, by their numbers."""

    back: int
    stayed: dict[str, str | None]
    """Number of a call to the number of the case that it is in now; None for no case."""
    work: str = ""
    """Tasks and the like that go back with them."""

    @property
    def words(self) -> str:
        """All of it in a sentence or two."""
        work = f" With them: {self.work}." if self.work else ""
        if not self.stayed:
            return f"{plural(self.back, 'call')} came back.{work}"
        named = [f"{call} in {f'case {case}' if case else 'no case'}" for call, case in self.stayed.items()]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        stay = f"{plural(len(named), 'call')} {'stays' if len(named) == 1 else 'stay'} where somebody put"
        whom = "it" if len(named) == 1 else "them"
        return f"{plural(self.back, 'call')} came back. {stay} {whom} since: {', '.join(named[:_NAMED])}{more}.{work}"


def need_reason(text: str, question: str) -> str:
    """The reason without outer blanks; raises `Invalid` with the question when there is none."""
    if not text.strip():
        raise Invalid(question)
    return text.strip()


def find_move(case: ProblemCase, move_id: int) -> CaseMove:
    """A merge or split from or into the case; raises `NotFound`."""
    move = db.session.get(CaseMove, move_id)
    if move is None or case.id not in (move.from_case_id, move.into_case_id):
        raise NotFound("The case has no such merge or split. Look at its history.")
    return move


def standing_moves(case: ProblemCase) -> dict[int, CaseMove]:
    """The newest merge or split with each other case that nobody has taken back, by the other case's id."""
    query = (
        select(CaseMove)
        .options(joinedload(CaseMove.from_case))
        .where(or_(CaseMove.from_case_id == case.id, CaseMove.into_case_id == case.id), CaseMove.undone_at.is_(None))
        .order_by(CaseMove.id.desc())
        .limit(_MOVES)
    )
    moves = [move for move in reversed(db.session.scalars(query).all()) if _stands(move)]
    return {move.into_case_id if move.from_case_id == case.id else move.from_case_id: move for move in moves}


def _stands(move: CaseMove) -> bool:
    return move.kind is MoveKind.SPLIT or move.from_case.merged_into_id == move.into_case_id


def links_of(case: ProblemCase) -> Select[*tuple[Any, ...]]:
    """The case's active links with what moving and anchoring ask of their calls."""
    return (
        select(
            CaseCall.id.label("link_id"), CaseCall.call_id, ServiceRequest.requested_datetime.label("at"),
            ServiceRequest.source, ServiceRequest.source_id, ServiceRequest.x_dm, ServiceRequest.y_dm,
            ServiceRequest.weight, ServiceRequest.address, ServiceRequest.address_key,
        )
        .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
        .order_by(CaseCall.id)
    )  # fmt: skip


def move_calls(
    case: ProblemCase,
    into: ProblemCase,
    links: Sequence[Row[*tuple[Any, ...]]],
    *,
    kind: MoveKind,
    reason: str,
    actor: User,
) -> CaseMove:
    """Move calls (rows of `links_of`) into another case, pinned and made by the person, and keep what was moved."""
    move = CaseMove(
        kind=kind, from_case=case, into_case=into, status_before=case.status, phase_before=case.phase, reason=reason,
        made_by_id=actor.id,
    )  # fmt: skip
    db.session.add(move)
    db.session.flush()
    _end_links([row.link_id for row in links], actor, LEFT[kind].format(into.public_id))
    came, now = CAME[kind].format(case.public_id, reason), utc_now()
    rows = [
        {
            "case_id": into.id, "call_id": row.call_id, "made_by_id": actor.id, "is_pinned": True, "linked_at": now,
            "distance_m": distance_to(into, row.x_dm, row.y_dm), "reason": came, "unlink_reason": "",
        }
        for row in links
    ]  # fmt: skip
    if rows:
        made = db.session.scalars(insert(CaseCall).returning(CaseCall.id, sort_by_parameter_order=True), rows).all()
        pairs = zip(links, made, strict=True)
        insert_rows(
            MovedLink.__table__,
            [{"move_id": move.id, "former_id": row.link_id, "link_id": link_id} for row, link_id in pairs],
        )
    return move


def what_goes_back(move: CaseMove) -> Returned:
    """What taking the move back would do as things stand. Only reads."""
    rows = db.session.execute(_moved(move)).all()
    stayed = _whereabouts([row for row in rows if not row.stands])
    return Returned(sum(row.stands for row in rows), stayed, _work_of(move))


def give_back(move: CaseMove, *, reason: str, actor: User) -> Returned:
    """Revive the links that the move ended, of every call that is still where the move put it. Flushes.

    A link that a rule had made and would not make today (the call was retyped, moved or withdrawn meanwhile) comes
    back pinned, as calls that change under a pinned link do. The caller recounts.
    """
    rows, work = db.session.execute(_moved(move)).all(), _work_of(move)
    bring_back(move.moved_work, move.from_case, move.into_case)
    back = [row for row in rows if row.stands]
    _end_links([row.link_id for row in back], actor, f"Went back to case {move.from_case.public_id}: {reason}")
    alive = {"unlinked_at": None, "unlinked_by_id": None, "unlink_reason": ""}
    _write([row.former_id for row in back], **alive)
    kept = [row.former_id for row in back if not (row.is_pinned or _would_stand(row, move.from_case))]
    _write(kept, is_pinned=True)
    move.undone_at, move.undone_by_id, move.undo_reason = utc_now(), actor.id, reason
    db.session.flush()
    return Returned(len(back), _whereabouts([row for row in rows if not row.stands]), work)


def _work_of(move: CaseMove) -> str:
    return work_words(count_returning(move.moved_work, move.into_case))


def settle(*cases: ProblemCase) -> None:
    """Recount cases whose calls have changed, let their calls follow them, and read them anew."""
    db.session.flush()
    case_ids = sorted(case.id for case in cases)
    recount_cases(case_ids)
    follow_cases(case_ids)
    db.session.expire_all()


def _moved(move: CaseMove) -> Select[*tuple[Any, ...]]:
    """Every call of the move: its two links, whether the new one stands, and what the old one would be judged by."""
    former = aliased(CaseCall)
    return (
        select(
            MovedLink.former_id, MovedLink.link_id, CaseCall.call_id, CaseCall.unlinked_at.is_(None).label("stands"),
            former.is_pinned, ServiceRequest.service_request_id, ServiceRequest.x_dm, ServiceRequest.y_dm,
            ServiceType.family_id, COUNTABLE.label("counts"),
        )
        .join(CaseCall, CaseCall.id == MovedLink.link_id)
        .join(former, former.id == MovedLink.former_id)
        .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
        .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
        .where(MovedLink.move_id == move.id)
        .order_by(MovedLink.former_id)
    )  # fmt: skip


def _would_stand(row: Row[*tuple[Any, ...]], case: ProblemCase) -> bool:
    """Whether a rule would still link the call to the case: it counts, is of the family, and lies within reach."""
    if not row.counts or row.family_id != case.family_id:
        return False
    x, y = row.x_dm - case.anchor_x_dm, row.y_dm - case.anchor_y_dm
    return bool(x**2 + y**2 <= (10 * case.rule.radius_m) ** 2)


def _whereabouts(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, str | None]:
    """Where calls are now that a person moved after the move."""
    found: dict[int, str] = {}
    for chunk in in_chunks(row.call_id for row in rows):
        query = (
            select(CaseCall.call_id, ProblemCase.public_id)
            .join(ProblemCase, ProblemCase.id == CaseCall.case_id)
            .where(CaseCall.call_id.in_(chunk), CaseCall.unlinked_at.is_(None))
        )
        found |= dict(db.session.execute(query).all())
    return {row.service_request_id: found.get(row.call_id) for row in rows}


def _end_links(link_ids: Collection[int], actor: User, reason: str) -> None:
    _write(link_ids, unlinked_at=utc_now(), unlinked_by_id=actor.id, unlink_reason=reason)


def _write(link_ids: Collection[int], **values: Any) -> None:
    for chunk in in_chunks(link_ids):
        change = update(CaseCall).where(CaseCall.id.in_(chunk)).values(**values)
        db.session.execute(change, execution_options=_APART)
