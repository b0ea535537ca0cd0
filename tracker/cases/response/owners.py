"""Who may be given a step of a response: active staff who may work cases or take calls."""

from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from ...errors import Invalid
from ...extensions import db
from ...staff.models import Role, User
from ...staff.permissions import ROLES, Permission
from ..models import ProblemCase

ABLE = ROLES[Permission.WORK_CASES] | ROLES[Permission.TAKE_CALLS]
OFFERED = 1_000
GROUPS = {
    Role.CONTACT: "Contacts", Role.AIDE: "Aides", Role.SUPERVISOR: "Supervisors",
    Role.ADMINISTRATOR: "Administrators",
}  # fmt: skip


def owner_choices(case: ProblemCase, keep: User | None = None) -> list[SelectChoice]:
    """Everybody who can be given it, grouped by role; the case's own contact first.

    `keep` is whose it is now: she is offered even when she works here no longer, so that no other change takes it away.
    """
    query = select(User.id, User.display_name, User.role).where(User.disabled_at.is_(None), User.role.in_(ABLE))
    people = db.session.execute(query.order_by(User.display_name, User.id).limit(OFFERED)).all()
    own = case.contact.user_id if case.contact else None
    groups = [("The case's contact", [row for row in people if row.id == own])]
    groups += [(GROUPS[role], [row for row in people if row.role is role and row.id != own]) for role in GROUPS]
    choices = [SelectChoice(str(row.id), row.display_name, optgroup=label) for label, rows in groups for row in rows]
    if keep is None or any(row.id == keep.id for row in people):
        return choices
    return [SelectChoice(str(keep.id), keep.display_name, optgroup="Whose it is now"), *choices]


def usual_owner(case: ProblemCase, person: User) -> int:
    """Who it is given to unless somebody else is chosen: the case's contact, else the person who looks."""
    contact = case.contact
    return contact.user_id if contact is not None and contact.user.disabled_at is None else person.id


def find_owner(user_id: int, keep_id: int | None = None) -> User:
    """The chosen person; raises `Invalid` when she cannot be given it, unless she has it already (`keep_id`)."""
    user = db.session.get(User, user_id)
    if user is None or (user.role not in ABLE and user.id != keep_id):
        raise Invalid("Choose somebody who works cases or takes calls.")
    return user
