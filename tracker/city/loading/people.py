"""Staff accounts with their contacts, and the resources with their skills and shifts."""

from collections.abc import Sequence

from sqlalchemy import select

from ...cases.models import Contact, ContactFamily
from ...clock import utc_now
from ...extensions import db
from ...places.models import Area, AreaKind
from ...scheduling.bookings.members import change_members
from ...scheduling.crew.driving import drive_with
from ...scheduling.resources.keeping import set_shifts, set_skills
from ...scheduling.resources.models import CityResource
from ...staff.accounts import find_user
from ...staff.log import append_log
from ...staff.models import Role, User
from ..contents import ResourceFacts, StaffFacts
from .services import family_ids


def _center_ids() -> dict[str, int]:
    query = select(Area.code, Area.id).where(Area.kind == AreaKind.SERVICE_CENTER)
    return dict(db.session.execute(query).all())


def load_staff(staff: Sequence[StaffFacts]) -> int:
    """Insert or update accounts by sign-in name. A new one has no password: an administrator invites the person."""
    centers, families = _center_ids(), family_ids()
    accounts = {user.sign_in_name.lower(): user for user in db.session.scalars(select(User))}
    for facts in staff:
        user = accounts.get(facts.sign_in_name.lower())
        user = _add_account(facts) if user is None else _update_account(user, facts)
        if facts.role is Role.CONTACT:
            _fill_contact(user, facts, centers, families)
    db.session.flush()
    return len(staff)


def _add_account(facts: StaffFacts) -> User:
    user = User(
        sign_in_name=facts.sign_in_name,
        display_name=facts.display_name,
        email=facts.email,
        role=facts.role,
        created_at=utc_now(),
    )
    db.session.add(user)
    db.session.flush()
    append_log("user", user.id, "created", f"{facts.sign_in_name} as {facts.role} from the city profile")
    return user


def _update_account(user: User, facts: StaffFacts) -> User:
    """Name and address follow the profile, a new role is logged; password, sessions and disabling stay as they are."""
    user.display_name, user.email = facts.display_name, facts.email or user.email
    if user.role is not facts.role:
        text = f"from {user.role} to {facts.role} by the city profile"
        append_log("user", user.id, "role_changed", text, data={"from": user.role, "to": facts.role})
        user.role = facts.role
    return user


def _fill_contact(user: User, facts: StaffFacts, centers: dict[str, int], families: dict[str, int]) -> None:
    contact = db.session.scalars(select(Contact).where(Contact.user_id == user.id)).first()
    if contact is None:
        contact = Contact(user_id=user.id)
        db.session.add(contact)
    contact.center_id = None if facts.center is None else centers[facts.center]
    wanted = {families[code] for code in facts.families or ()}
    contact.families = [row for row in contact.families if row.family_id in wanted]
    kept = {row.family_id for row in contact.families}
    contact.families.extend(ContactFamily(family_id=number) for number in sorted(wanted - kept))


def load_resources(resources: Sequence[ResourceFacts]) -> int:
    """Insert or update resources by code; skills, shifts and members become those of the profile, bookings stay.

    Bookings of a team whose members change take their time; raises `Conflict` in words when one has none.
    """
    centers = _center_ids()
    existing = {resource.code: resource for resource in db.session.scalars(select(CityResource))}
    for facts in resources:
        resource = existing.setdefault(facts.code, CityResource(code=facts.code))
        for name in _SAME:
            setattr(resource, name, getattr(facts, name))
        resource.center_id = None if facts.center is None else centers[facts.center]
        db.session.add(resource)
        set_skills(resource, facts.skills)
        set_shifts(resource, facts.shifts)
    db.session.flush()
    for facts in sorted(resources, key=lambda one: bool(one.members)):  # who was a team may now be a member
        change_members(existing[facts.code], [existing[code].id for code in facts.members], None)
    return len(resources)


def load_crews(staff: Sequence[StaffFacts]) -> None:
    """Say with what the crews' accounts drive out; one for which the profile names nothing keeps what it has."""
    numbers = dict(db.session.execute(select(CityResource.code, CityResource.id)).all())
    for facts in staff:
        user = find_user(facts.sign_in_name)
        if facts.resources and user is not None:
            drive_with(user, [numbers[code] for code in facts.resources], by=None)


_SAME = (
    "name", "kind", "base_lat", "base_long", "people", "capacity", "cost_cents_per_hour", "lends_to_priority",
    "lends_within_days", "note",
)  # fmt: skip
