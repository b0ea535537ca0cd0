"""Add and change resources; each change says so in the resource's own log."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select

from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import is_in_bounds, the_city
from ...staff.log import append_log
from ...staff.models import User
from ..bookings.locking import lock_row
from .models import CityResource, ResourceKind, ResourceSkill, Shift
from .shift_rules import ShiftRule, in_order, rule_of
from .shift_text import check_rules


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """What a person says about a resource; base in degrees, cost in cents."""

    code: str
    name: str
    kind: ResourceKind
    center_id: int | None
    base_lat: float
    base_long: float
    skills: Sequence[str]
    shifts: Sequence[ShiftRule]
    people: int = 1
    capacity: int | None = None
    cost_cents_per_hour: int | None = None
    lends_to_priority: int = 0
    lends_within_days: int = 0
    note: str = ""


_PLAIN = [field.name for field in fields(ResourceEntry) if field.name not in ("skills", "shifts")]


def entry_of(resource: CityResource) -> ResourceEntry:
    """What a resource says of itself, as somebody would have to enter it."""
    plain = {name: getattr(resource, name) for name in _PLAIN}
    skills = tuple(sorted(row.skill for row in resource.skills))
    return ResourceEntry(skills=skills, shifts=in_order(rule_of(row) for row in resource.shifts), **plain)


def settings_mark(resource: CityResource) -> str:
    """How a resource stands, as a form keeps it to notice that somebody changed the resource meanwhile."""
    return hashlib.sha256(repr(entry_of(resource)).encode()).hexdigest()[:16]


def require_unchanged(resource: CityResource, seen: str) -> None:
    """Hold a resource, and raise `Conflict` when it no longer stands as it did at `seen`, its `settings_mark` then."""
    lock_row(resource)
    if seen != settings_mark(resource):
        raise Conflict(
            f"Somebody changed {resource.name} meanwhile. What stands now is said at each field that differs; "
            "send it again if you know better."
        )


def save_resource(resource: CityResource | None, entry: ResourceEntry, actor: User) -> CityResource:
    """Change a resource, or add one when `resource` is None.

    Raises `Conflict` when another one has the code, and `Invalid` when the base lies outside the city or shifts of it
    would be at work at the same time.
    """
    check_rules(entry.shifts)
    twin = db.session.scalar(select(CityResource).where(CityResource.code == entry.code))
    if twin is not None and twin is not resource:
        raise Conflict(f"The code «{entry.code}» belongs to {twin.name}. Choose another code.")
    if not is_in_bounds(the_city(), entry.base_lat, entry.base_long):
        raise Invalid("The base lies outside the city. Check latitude and longitude, and that they are not swapped.")
    is_new = resource is None
    saved = resource or CityResource(code=entry.code)
    for name in _PLAIN:
        setattr(saved, name, getattr(entry, name))
    db.session.add(saved)
    set_skills(saved, entry.skills)
    set_shifts(saved, entry.shifts)
    append_log(
        "resource",
        saved.id,
        "added" if is_new else "changed",
        f"{saved.name} was {'added' if is_new else 'changed'}.",
        actor=actor,
    )
    db.session.flush()
    return saved


def set_skills(resource: CityResource, skills: Sequence[str]) -> None:
    """Let a resource have these skills and no others."""
    wanted = set(skills)
    for row in list(resource.skills):
        if row.skill not in wanted:
            resource.skills.remove(row)
    present = {row.skill for row in resource.skills}
    resource.skills.extend(ResourceSkill(skill=skill) for skill in sorted(wanted - present))


def set_shifts(resource: CityResource, shifts: Sequence[ShiftRule]) -> None:
    """Let a resource work by these rules and no others; rows that stay as they were are left alone."""
    standing = {rule_of(row): row for row in resource.shifts}
    wanted = dict.fromkeys(shifts)
    for rule, row in standing.items():
        if rule not in wanted:
            resource.shifts.remove(row)
    db.session.flush()  # the old rows go before the new ones come: both may begin at the same minute
    for rule in wanted:
        if rule not in standing:
            resource.shifts.append(Shift(**{field.name: getattr(rule, field.name) for field in fields(ShiftRule)}))
    db.session.flush()
