"""Read `staff.toml` and `resources.toml`: who works here, and with what."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import Invalid, ProfileError
from ..scheduling.resources.shift_rules import ShiftRule, first_day_of
from ..scheduling.resources.shift_text import check_break, check_rules
from ..scheduling.resources.shifts import SHIFTS_BEGIN
from ..staff.models import Role
from . import keys
from .checks import check_ends, check_inside, check_reference, refuse_twins
from .contents import Bounds, ResourceFacts, StaffFacts
from .entries import read_entry
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
    teams = {resource.code for resource in found.values() if resource.members}
    for where, resource in found.items():
        _check_members(resource, {one.code for one in found.values()}, teams, where)
    return tuple(found.values())


def _check_members(resource: ResourceFacts, codes: Collection[str], teams: Collection[str], where: str) -> None:
    for code in resource.members:
        check_reference(code, codes, "member", where)
        if code == resource.code or code in teams:
            raise ProfileError(f"{where}: member {shown(code)} is a team itself; name those who are in it")


def _read_resource(entry: Any, centers: Collection[str], bounds: Bounds, where: str) -> ResourceFacts:
    values = read_entry(entry, keys.RESOURCE, where)
    lat, long = values.pop("base")
    check_inside(lat, long, bounds, f"{where}: base")
    if values["center"] is not None:
        check_reference(values["center"], centers, "center", where)
    entries = enumerate(values.pop("shifts"), 1)
    shifts = tuple(shift for number, raw in entries for shift in _read_shift(raw, f"{where}: shift {number}"))
    cost = values.pop("cost_per_hour")
    try:
        check_rules(shifts)
    except Invalid as error:
        raise ProfileError(f"{where}: {error}") from error
    return ResourceFacts(base_lat=lat, base_long=long, shifts=shifts, cost_cents_per_hour=cost, **values)


def _read_shift(entry: Any, where: str) -> list[ShiftRule]:
    values = read_entry(entry, keys.RESOURCE_SHIFT, where)
    days, start, end = (values.pop(name) for name in ("days", "start", "end"))
    if values["every_weeks"] > 1 and values["starts_on"] == SHIFTS_BEGIN:
        raise ProfileError(f"{where}: every_weeks needs starts_on, the day from whose week on it is counted")
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        raise ProfileError(f"{where}: ends_on {values['ends_on']} is before starts_on {values['starts_on']}")
    rules = [ShiftRule(day, start, end, **values) for day in days]
    check_ends(rules, where)
    for rule in rules:
        if first_day_of(rule) is None:
            raise ProfileError(f"{where}: no such day lies between starts_on and ends_on; take the shift out")
    return [_with_break(rule, where) for rule in rules]


def _with_break(rule: ShiftRule, where: str) -> ShiftRule:
    """The rule with the times between which its break is; without them it may be at any time of the shift."""
    if not rule.break_minutes:
        if (rule.break_from, rule.break_until) != (None, None):
            raise ProfileError(f"{where}: break_from and break_until need break_minutes")
        return rule
    begin = rule.start_minute if rule.break_from is None else rule.break_from
    until = rule.end_minute if rule.break_until is None else rule.break_until
    try:
        check_break("break_minutes", rule.break_minutes, (rule.start_minute, rule.end_minute), (begin, until))
    except Invalid as error:
        raise ProfileError(f"{where}: {error}") from error
    return replace(rule, break_from=begin, break_until=until)
