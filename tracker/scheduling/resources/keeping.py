"""Add, change and retire resources; each says so in the resource's own log."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import is_in_bounds, the_city
from ...staff.log import append_log
from ...staff.models import User
from ..bookings.locking import lock_row
from .models import CityResource, ResourceKind, ResourceSkill, Shift

_EVER = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """What a person says about a resource. `shifts`: weekday to (start, end) minutes; base in degrees."""

    code: str
    name: str
    kind: ResourceKind
    center_id: int | None
    base_lat: float
    base_long: float
    skills: Sequence[str]
    shifts: Mapping[int, Sequence[tuple[int, int]]]


def settings_mark(resource: CityResource) -> str:
    """How a resource stands, as a form keeps it to notice that somebody changed the resource meanwhile."""
    shifts = sorted((row.weekday, row.start_minute, row.end_minute) for row in resource.shifts)
    skills = sorted(row.skill for row in resource.skills)
    base = (resource.base_lat, resource.base_long)
    plain = (resource.code, resource.name, resource.kind.value, resource.center_id, base)
    return hashlib.sha256(repr((plain, skills, shifts)).encode()).hexdigest()[:16]


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

    Raises `Conflict` when another one has the code, and `Invalid` when the base lies outside the city.
    """
    twin = db.session.scalar(select(CityResource).where(CityResource.code == entry.code))
    if twin is not None and twin is not resource:
        raise Conflict(f"The code «{entry.code}» belongs to {twin.name}. Choose another code.")
    if not is_in_bounds(the_city(), entry.base_lat, entry.base_long):
        raise Invalid("The base lies outside the city. Check latitude and longitude, and that they are not swapped.")
    is_new = resource is None
    saved = resource or CityResource(code=entry.code)
    saved.code, saved.name, saved.kind, saved.center_id = entry.code, entry.name, entry.kind, entry.center_id
    saved.base_lat, saved.base_long = entry.base_lat, entry.base_long
    db.session.add(saved)
    _set_skills(saved, entry.skills)
    _set_shifts(saved, entry.shifts)
    append_log(
        "resource",
        saved.id,
        "added" if is_new else "changed",
        f"{saved.name} was {'added' if is_new else 'changed'}.",
        actor=actor,
    )
    db.session.flush()
    return saved


def _set_skills(resource: CityResource, skills: Sequence[str]) -> None:
    wanted = set(skills)
    for row in list(resource.skills):
        if row.skill not in wanted:
            resource.skills.remove(row)
    present = {row.skill for row in resource.skills}
    resource.skills.extend(ResourceSkill(skill=skill) for skill in sorted(wanted - present))


def _set_shifts(resource: CityResource, shifts: Mapping[int, Sequence[tuple[int, int]]]) -> None:
    resource.shifts.clear()
    db.session.flush()  # the old rows go before the new ones come: both may begin at the same minute
    for weekday, spans in sorted(shifts.items()):
        resource.shifts.extend(Shift(weekday=weekday, start_minute=start, end_minute=end) for start, end in spans)
    db.session.flush()
