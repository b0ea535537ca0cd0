"""The contacts of the centers: what they handle, when they are away, how much they carry."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case as when
from sqlalchemy import func, select

from ..calls.models import Family
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..places.models import Area, AreaKind
from ..staff.accounts import hold_user
from ..staff.log import append_log
from ..staff.models import Role, User
from .alive import alive_at
from .models import Absence, Contact, ContactFamily, ProblemCase


@dataclass(frozen=True, slots=True)
class Load:
    """What one contact carries: live cases, their weighted load, those of priority 1 or 2; days away from now on."""

    contact: Contact
    cases: int
    load: int
    urgent: int
    absences: list[Absence]
    is_away: bool


def find_contact(contact_id: int) -> Contact:
    """The contact with this number; raises `NotFound`."""
    contact = db.session.get(Contact, contact_id)
    if contact is None:
        raise NotFound("There is no such contact. Look for the person in the list of contacts.")
    return contact


def contact_of(user: User) -> Contact | None:
    """The contact that a staff member is, or None."""
    return db.session.scalars(select(Contact).where(Contact.user_id == user.id)).first()


def live_loads(at: datetime) -> dict[int, tuple[int, int, int]]:
    """Contact id to (cases, weighted load, cases of priority 1 or 2), over the cases that are alive at an instant."""
    urgent = func.sum(when((ProblemCase.priority <= 2, 1), else_=0))
    query = (
        select(ProblemCase.contact_id, func.count(), func.sum(6 - ProblemCase.priority), urgent)
        .where(ProblemCase.contact_id.in_(select(Contact.id)), alive_at(at))  # by owner, and from its index alone
        .group_by(ProblemCase.contact_id)
    )
    return {row[0]: (row[1], int(row[2]), int(row[3])) for row in db.session.execute(query)}


def team_loads(today: date, at: datetime) -> list[Load]:
    """Every contact with her load as of `at` and her leave from `today` on, by center and name."""
    carried = live_loads(at)
    away: dict[int, list[Absence]] = {}
    for absence in db.session.scalars(select(Absence).where(Absence.last_day >= today).order_by(Absence.first_day)):
        away.setdefault(absence.contact_id, []).append(absence)
    loads = [
        Load(
            contact, *carried.get(contact.id, (0, 0, 0)), absences=away.get(contact.id, []),
            is_away=any(absence.first_day <= today for absence in away.get(contact.id, [])),
        )
        for contact in db.session.scalars(select(Contact).join(User, User.id == Contact.user_id))
    ]  # fmt: skip
    return sorted(loads, key=lambda load: (_center_name(load.contact), load.contact.user.display_name))


def _center_name(contact: Contact) -> str:
    return contact.center.name if contact.center else ""


def people_without_contact() -> list[User]:
    """Staff members in the role of a contact who own no cases yet, because nobody has said where and for what."""
    known = select(Contact.user_id)
    query = select(User).where(User.role == Role.CONTACT, User.disabled_at.is_(None), User.id.not_in(known))
    return list(db.session.scalars(query.order_by(User.display_name)))


def settings_mark(contact: Contact | None) -> str:
    """Where and for what a staff member is a contact, as a form keeps it to notice that somebody changed it."""
    if contact is None:
        return "none"
    return f"{contact.center_id}:{sorted(row.family_id for row in contact.families)}"


def set_contact(
    user: User, *, center_id: int | None, family_ids: Collection[int], actor: User, seen: str | None = None
) -> Contact:
    """Make a staff member a contact, or change where and for which families she is one (none: for all). Flushes.

    `seen`: the `settings_mark` when the person looked; raises `Conflict` when somebody has changed them since.
    """
    hold_user(user)
    center = db.session.get(Area, center_id) if center_id else None
    if center_id and (center is None or center.kind is not AreaKind.SERVICE_CENTER):
        raise Invalid("Choose one of the centers in the list.")
    contact = contact_of(user)
    if contact is not None:
        db.session.refresh(contact)  # what was read before the account was held may be old
    if seen is not None and seen != settings_mark(contact):
        raise Conflict(
            f"Somebody changed this meanwhile. Now it is {_say_settings(contact)}. Send it again if you know better."
        )
    if contact is None:
        contact = Contact(user=user)
        db.session.add(contact)
    contact.center = center
    present = {row.family_id: row for row in contact.families}
    contact.families = [present.get(number) or ContactFamily(family_id=number) for number in sorted(set(family_ids))]
    db.session.flush()
    what = f"{len(contact.families)} families" if contact.families else "every family"
    append_log("contact", contact.id, "set", f"{user.display_name}: {_where(contact)}, {what}.", actor=actor)
    db.session.flush()
    return contact


def _where(contact: Contact) -> str:
    return _center_name(contact) or "no center"


def _say_settings(contact: Contact | None) -> str:
    if contact is None:
        return "nothing at all"
    ids = [row.family_id for row in contact.families]
    names = list(db.session.scalars(select(Family.name).where(Family.id.in_(ids)).order_by(Family.name)))
    return f"{_where(contact)}, {', '.join(names) or 'every family'}"


def add_absence(contact: Contact, *, first_day: date, last_day: date, actor: User) -> Absence:
    """Say that a contact is away on these days, both inclusive: no new case goes to her then. Flushes."""
    if last_day < first_day:
        raise Invalid("The last day lies before the first; change one of them.")
    absence = Absence(contact_id=contact.id, first_day=first_day, last_day=last_day)
    db.session.add(absence)
    text = f"{contact.user.display_name} is away from {first_day} to {last_day}."
    append_log("contact", contact.id, "absent", text, actor=actor)
    db.session.flush()
    return absence


def remove_absence(absence: Absence, *, actor: User) -> None:
    """Take an absence back. Flushes."""
    text = f"Not away from {absence.first_day} to {absence.last_day} after all."
    append_log("contact", absence.contact_id, "present", text, actor=actor)
    db.session.delete(absence)
    db.session.flush()
