"""Giving cases to contacts: by rule as they open, by hand afterwards; every change keeps the history."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, bindparam, select

from ..batches import in_chunks, insert_rows, update_rows
from ..calls.as_of import as_of
from ..calls.models import Family
from ..clock import local_date, utc_now
from ..errors import Invalid
from ..extensions import db
from ..places.areas import AreaIndex
from ..places.city import city_zone, the_city
from ..places.models import AreaKind
from ..staff.models import User
from .alive import alive_at
from .assignment import Candidate, Choice, case_load, choose_owner
from .contacts import live_loads
from .models import Absence, CaseAssignment, Contact, ContactFamily, OwnerQueue, ProblemCase
from .touching import touch_case


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A case that waits for its owner."""

    case_id: int
    center_id: int | None
    family_id: int
    priority: int


class Roster:
    """All contacts with their loads of live cases at an instant; a load grows with each live case that is given out."""

    def __init__(self, today: date, at: datetime, *, without: int | None = None) -> None:
        """`without` is a contact who is given nothing, because her own cases are what is given out."""
        self._candidates = {c.contact_id: c for c in _candidates(today, at) if c.contact_id != without}
        self._given = 0
        self._centers = {area.id: area.name for area in AreaIndex.load(AreaKind.SERVICE_CENTER).areas}
        self._families = {row.id: row.name for row in db.session.connection().execute(_FAMILIES)}

    def choose(self, newcomer: Newcomer, now: datetime, *, is_alive: bool) -> Choice:
        """Choose an owner; a case that is alive counts to her load, a lapsed one only makes it the next one's turn."""
        choice = choose_owner(
            newcomer.center_id,
            self._centers.get(newcomer.center_id or 0, ""),
            newcomer.family_id,
            self._families[newcomer.family_id],
            list(self._candidates.values()),
        )
        if choice.contact_id is not None:
            chosen = self._candidates[choice.contact_id]
            chosen.load += case_load(newcomer.priority) if is_alive else 0
            self._given += 1
            chosen.last_assigned_at = now + timedelta(microseconds=self._given)
        return choice


_TODAY = bindparam("today", type_=Date())
_AWAY = select(Absence.contact_id).where(Absence.first_day <= _TODAY, Absence.last_day >= _TODAY)
_HANDLED = select(ContactFamily.contact_id, ContactFamily.family_id)
_FAMILIES = select(Family.id, Family.name)
_CONTACTS = (
    select(Contact.id, User.display_name, Contact.center_id, Contact.last_assigned_at, User.disabled_at)
    .join(User, User.id == Contact.user_id)
    .where(Contact.center_id.is_not(None))
    .order_by(Contact.id)
)


def _candidates(today: date, at: datetime) -> list[Candidate]:
    db.session.flush()
    ask = db.session.connection().execute
    away = set(ask(_AWAY, {"today": today}).scalars())
    handled: dict[int, set[int]] = defaultdict(set)
    for contact_id, family_id in ask(_HANDLED):
        handled[contact_id].add(family_id)
    loads = {contact_id: load for contact_id, (_, load, _) in live_loads(at).items()}
    return [
        Candidate(
            contact_id=row.id,
            name=row.display_name,
            center_id=row.center_id,
            families=frozenset(handled.get(row.id, ())),
            load=loads.get(row.id, 0),
            last_assigned_at=row.last_assigned_at,
            is_away=row.id in away or row.disabled_at is not None,
        )
        for row in ask(_CONTACTS)
    ]


def _alive_of(newcomers: list[Newcomer], at: datetime) -> set[int]:
    """The ids of the newcomers that are alive: of last year's file most have lapsed before anybody sees them."""
    chunks = in_chunks(newcomer.case_id for newcomer in newcomers)
    queries = (select(ProblemCase.id).where(ProblemCase.id.in_(chunk), alive_at(at)) for chunk in chunks)
    return {case_id for query in queries for case_id in db.session.scalars(query)}


def assign_newcomers(newcomers: Iterable[Newcomer]) -> None:
    """Give every newcomer an owner by rule, in order, with the reason in words. Flushes."""
    waiting = list(newcomers)
    if not waiting:
        return
    now, city = utc_now(), the_city()
    at = as_of(city)
    alive = _alive_of(waiting, at)
    roster = Roster(local_date(now, city_zone(city)), at)
    owners: list[dict[str, Any]] = []
    for newcomer in waiting:
        choice = roster.choose(newcomer, now, is_alive=newcomer.case_id in alive)
        owners.append(
            {
                "case_id": newcomer.case_id,
                "queue": choice.queue,
                "contact_id": choice.contact_id,
                "center_id": newcomer.center_id,
                "reason": choice.reason,
                "assigned_at": now,
            }
        )
    insert_rows(CaseAssignment.__table__, owners)
    changes = [{"id": o["case_id"], "queue": o["queue"], "contact_id": o["contact_id"]} for o in owners]
    update_rows(ProblemCase.__table__, changes)
    chosen = {o["contact_id"] for o in owners if o["contact_id"]}
    update_rows(Contact.__table__, [{"id": contact_id, "last_assigned_at": now} for contact_id in sorted(chosen)])


def assign_case(
    case: ProblemCase, *, contact: Contact | None, reason: str, actor: User, seen_version: int | None = None
) -> CaseAssignment:
    """Give a case to a contact by hand, or back to its center's (or the city's) queue when `contact` is None."""
    if not reason.strip():
        raise Invalid("Say why the case changes hands; the reason stays in its history.")
    return _hand_over(case, contact, reason.strip(), actor, "assigned", seen_version)


def accept_case(case: ProblemCase, actor: User, *, seen_version: int | None = None) -> None:
    """The contact takes the case on."""
    _require_owner(case, actor)
    current_assignment(case).accepted_at = utc_now()
    touch_case(case, actor, "accepted", "Accepted by its contact.", seen_version=seen_version)


def hand_back_case(case: ProblemCase, *, reason: str, actor: User, seen_version: int | None = None) -> None:
    """The contact gives the case back to her center's queue, with a reason."""
    _require_owner(case, actor)
    if not reason.strip():
        raise Invalid("Say why you hand the case back, so that the next contact knows.")
    current_assignment(case).handed_back_reason = reason.strip()
    _hand_over(case, None, f"Handed back by {actor.display_name}: {reason.strip()}", actor, "handed_back", seen_version)


def current_assignment(case: ProblemCase) -> CaseAssignment:
    """The newest assignment row of a case."""
    query = select(CaseAssignment).where(CaseAssignment.case_id == case.id).order_by(CaseAssignment.id.desc()).limit(1)
    return db.session.scalars(query).one()


def _require_owner(case: ProblemCase, actor: User) -> None:
    if case.contact is None or case.contact.user_id != actor.id:
        owner = case.contact.user.display_name if case.contact else "nobody"
        raise Invalid(f"Only the case's own contact can do this; it belongs to {owner}.")


def _hand_over(
    case: ProblemCase, contact: Contact | None, reason: str, actor: User, verb: str, seen_version: int | None
) -> CaseAssignment:
    now = utc_now()
    for row in db.session.scalars(
        select(CaseAssignment).where(CaseAssignment.case_id == case.id, CaseAssignment.ended_at.is_(None))
    ):
        row.ended_at = now
    fallback = OwnerQueue.CENTER if case.center_id else OwnerQueue.CITY
    queue = OwnerQueue.CONTACT if contact else fallback
    row = CaseAssignment(
        case_id=case.id, queue=queue, contact_id=contact.id if contact else None, reason=reason,
        center_id=contact.center_id if contact else case.center_id, assigned_by_id=actor.id, assigned_at=now,
    )  # fmt: skip
    case.queue, case.contact = queue, contact
    if contact:
        contact.last_assigned_at = now
    whom = contact.user.display_name if contact else f"the {queue.value} queue"
    db.session.add(row)
    touch_case(case, actor, verb, f"Now with {whom}. {reason}", seen_version=seen_version)
    return row
