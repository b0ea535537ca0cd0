"""Read `staff.toml` and `resources.toml`: who works here, and with what."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import ProfileError
from ..staff.models import Role
from . import keys
from .checks import check_inside, check_reference, check_shifts, refuse_twins
from .contents import Bounds, ResourceFacts, StaffFacts
from .entries import read_entry
from .hours import ShiftFacts
from .reading import read_toml, shown


def read_staff(
    path: Path, centers: Collection[str], families: Collection[str], resources: Collection[str]
) -> tuple[StaffFacts, ...]:
    """The accounts of the file; none carries a password."""
    values = read_entry(read_toml(path), keys.STAFF, path.name)
    found = {}
    for number, entry in enumerate(values["staff"], 1):
        where = f"{path.name}: staff member {number} ({shown(_field(entry, 'sign_in_name'))})"
        found[where] = _read_member(entry, centers, families, where)
        _check_crew(found[where], resources, where)
    refuse_twins(((where, member.sign_in_name.lower()) for where, member in found.items()), "the sign_in_name")
    return tuple(found.values())


def _field(entry: Any, key: str) -> Any:
    return entry.get(key) if isinstance(entry, dict) else None


def _read_member(entry: Any, centers: Collection[str], families: Collection[str], where: str) -> StaffFacts:
    member = StaffFacts(**read_entry(entry, keys.STAFF_MEMBER, where))
    if member.role is not Role.CONTACT and (member.center is not None or member.families is not None):
        raise ProfileError(f'{where}: center and families are for role = "contact"; take them out')
    if member.center is not None:
        check_reference(member.center, centers, "center", where)
    for family in member.families or ():
        check_reference(family, families, "family", where)
    if member.families == ():
        raise ProfileError(f"{where}: families is empty; take the key out to let the contact handle all of them")
    return member


def _check_crew(member: StaffFacts, resources: Collection[str], where: str) -> None:
    if member.resources and member.role is not Role.CREW:
        raise ProfileError(f'{where}: resources is for role = "crew"; take it out')
    for code in member.resources:
        check_reference(code, resources, "resource", where)


def read_resources(path: Path, centers: Collection[str], bounds: Bounds) -> tuple[ResourceFacts, ...]:
    """The crews, vehicles, persons and equipment of the file."""
    values = read_entry(read_toml(path), keys.RESOURCES, path.name)
    found = {}
    for number, entry in enumerate(values["resources"], 1):
        where = f"{path.name}: resource {number} ({shown(_field(entry, 'code'))})"
        found[where] = _read_resource(entry, centers, bounds, where)
    refuse_twins(((where, resource.code) for where, resource in found.items()), "the code")
    return tuple(found.values())


def _read_resource(entry: Any, centers: Collection[str], bounds: Bounds, where: str) -> ResourceFacts:
    values = read_entry(entry, keys.RESOURCE, where)
    lat, long = values.pop("base")
    check_inside(lat, long, bounds, f"{where}: base")
    if values["center"] is not None:
        check_reference(values["center"], centers, "center", where)
    entries = enumerate(values.pop("shifts"), 1)
    shifts = tuple(shift for number, raw in entries for shift in _read_shift(raw, f"{where}: shift {number}"))
    check_shifts(shifts, where)
    return ResourceFacts(base_lat=lat, base_long=long, shifts=shifts, **values)


def _read_shift(entry: Any, where: str) -> list[ShiftFacts]:
    values = read_entry(entry, keys.SHIFT, where)
    return [ShiftFacts(day, values["start"], values["end"]) for day in values["days"]]
