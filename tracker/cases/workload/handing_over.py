"""Handing somebody's cases over while she is away, or for good: proposed by rule, agreed by a person, given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...errors import Invalid
from ...extensions import db
from ...staff.models import User
from ..alive import alive_at
from ..assigning import Newcomer, Roster, assign_case
from ..contacts import add_absence
from ..listing import load_shown
from ..models import Absence, CaseStatus, Contact, ProblemCase
from ..turns import take_turns
from .bulk import Change, assign_each, do_for_each
from .models import BulkWork, HandOver, HandOverEnd
from .passing_on import Moved, pass_back, pass_on, say_moved
from .selection import MOST, Selected

RETURNED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case, whom the rule would give it to (None: its queue), and why."""

    case: ProblemCase
    contact_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How a hand-over is meant: until which day (None: for good), and whether her open work goes along."""

    until: date | None
    with_tasks: bool
    reason: str


def count_live(contact: Contact, at: datetime) -> int:
    """How many live cases somebody has."""
    query = select(func.count()).select_from(ProblemCase).where(ProblemCase.contact_id == contact.id, alive_at(at))
    return db.session.scalar(query) or 0


def propose_owners(contact: Contact, first_day: date, at: datetime) -> list[Proposal]:
    """Her live cases, the most urgent first and at most as many as are worked on at once, each with a new owner.

    The rule is the one by which new cases find their owner, as if she were away; whoever is away on `first_day` is
    passed over, and each case that is given makes the next more likely to go to somebody else.
    """
    query = select(ProblemCase.id).where(ProblemCase.contact_id == contact.id, alive_at(at))
    order = (ProblemCase.priority, ProblemCase.priority_score.desc(), ProblemCase.id)
    cases = load_shown(db.session.scalars(query.order_by(*order).limit(MOST)).all())
    roster, now = Roster(first_day, at, without=contact.id), utc_now()
    proposals = []
    for case in cases:
        newcomer = Newcomer(case.id, case.center_id or contact.center_id, case.family_id, case.priority)
        choice = roster.choose(newcomer, now, is_alive=True)
        proposals.append(Proposal(case, choice.contact_id, choice.reason))
    return proposals


def hand_over(
    giver: Contact,
    selection: Sequence[Selected],
    takers: Mapping[int, Contact | None],
    terms: Terms,
    *,
    actor: User,
    key: str,
) -> BulkWork:
    """Give each case to its taker (None: its queue), for good or until a day. Flushes.

    One case after the other, whole or refused with its reason, as all work on many cases; the same `key` is done once.
    """
    if not terms.reason.strip():
        raise Invalid("Say why the cases change hands; the reason stays in their histories.")
    words = terms.reason.strip()
    if terms.until is not None:
        words = f"{words} Until {terms.until:%-d %b %Y} for {giver.user.display_name}."
    assign = assign_each(lambda case: takers.get(case.id), words, actor)
    name = giver.user.display_name
    title = f"Cases of {name}, until {terms.until:%-d %b %Y}" if terms.until else f"Cases of {name}, for good"
    ids = [taker.id for taker in takers.values() if taker]
    cover = _cover(giver, takers, terms, assign, actor)
    return do_for_each(selection, cover, title=title, actor=actor, key=key, takers=ids)


def _cover(giver: Contact, takers: Mapping[int, Contact | None], terms: Terms, assign: Change, actor: User) -> Change:
    def cover(case: ProblemCase) -> str:
        if case.contact_id != giver.id:
            raise Invalid(f"The case is no longer with {giver.user.display_name}.")
        taker, before = takers.get(case.id), cover_of(case)
        done = assign(case)
        _end_covers(case)
        moved = pass_on(case, giver.user_id, taker.user, actor) if terms.with_tasks and taker else {}
        if taker is not None:
            _note_cover(case, giver, taker, terms, before, moved, actor)
        return f"{done} Went along: {say_moved(moved)}." if moved else done

    return cover


def _note_cover(
    case: ProblemCase,
    giver: Contact,
    taker: Contact,
    terms: Terms,
    before: HandOver | None,
    moved: Moved,
    actor: User,
) -> None:
    """Remember to whom the case goes back. What the giver only covered herself goes back to its owner on that day."""
    owner_id = before.from_id if before else giver.id
    until = before.until if before else terms.until
    if until is None or owner_id == taker.id:
        return
    own = moved if before is None else {
        name: [number for number in ids if number in before.moved_work.get(name, [])] for name, ids in moved.items()
    }  # fmt: skip
    cover = HandOver(case_id=case.id, from_id=owner_id, to_id=taker.id, until=until, moved_work=own,
                     made_by_id=actor.id)  # fmt: skip
    db.session.add(cover)
    db.session.flush()


def _end_covers(case: ProblemCase) -> None:
    standing = select(HandOver).where(HandOver.case_id == case.id, HandOver.ended_at.is_(None))
    for row in db.session.scalars(standing):
        row.ended_at, row.end = utc_now(), HandOverEnd.OVERTAKEN
    db.session.flush()


def note_leave(contact: Contact, first_day: date, last_day: date, *, actor: User) -> None:
    """Note the leave for which her cases are handed over, unless it is noted: no new case is to come to her then."""
    covering = select(Absence.id).where(
        Absence.contact_id == contact.id, Absence.first_day <= first_day, Absence.last_day >= last_day
    )
    if db.session.scalar(covering.limit(1)) is None:
        add_absence(contact, first_day=first_day, last_day=last_day, actor=actor)


def return_handovers(today: date) -> int:
    """Give back what was covered until a day before `today`; how many cases went back. Flushes.

    A case that somebody has moved on or closed meanwhile, or whose owner's account is closed, stays where it is.
    At most a portion at a time: the rest is found again at the next run.
    """
    due = select(HandOver.id).where(HandOver.ended_at.is_(None), HandOver.until < today)
    ids = list(db.session.scalars(due.order_by(HandOver.until, HandOver.id).limit(RETURNED_AT_ONCE)))
    if not ids:
        return 0
    take_turns()
    query = (
        select(HandOver).options(joinedload(HandOver.case), joinedload(HandOver.made_by))
        .where(HandOver.id.in_(ids), HandOver.ended_at.is_(None)).order_by(HandOver.id)
    )  # fmt: skip
    rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
    return sum(_give_back(row) for row in rows)


def _give_back(row: HandOver) -> bool:
    case, giver = row.case, row.giver
    is_standing = case.contact_id == row.to_id and case.status is CaseStatus.OPEN and giver.user.disabled_at is None
    row.ended_at, row.end = utc_now(), HandOverEnd.RETURNED if is_standing else HandOverEnd.OVERTAKEN
    if is_standing:
        reason = f"Back after the cover that {row.made_by.display_name} arranged until {row.until:%-d %b %Y}."
        assign_case(case, contact=giver, reason=reason, actor=row.made_by)
        pass_back(case, row.moved_work, row.taker.user_id, giver.user, row.made_by)
    db.session.flush()
    return is_standing


def cover_of(case: ProblemCase) -> HandOver | None:
    """Who covers the case for whom until when, while that stands."""
    standing = select(HandOver).where(
        HandOver.case_id == case.id, HandOver.ended_at.is_(None), HandOver.to_id == case.contact_id
    )
    return db.session.scalars(standing).first()


def covers_of(contact: Contact) -> Sequence[HandOver]:
    """What others cover for a contact, what is back first on top; at most a hundred."""
    query = (
        select(HandOver).options(joinedload(HandOver.case)).join(ProblemCase, ProblemCase.id == HandOver.case_id)
        .where(HandOver.from_id == contact.id, HandOver.ended_at.is_(None), ProblemCase.contact_id == HandOver.to_id)
        .order_by(HandOver.until, HandOver.id).limit(100)
    )  # fmt: skip
    return db.session.scalars(query).unique().all()
