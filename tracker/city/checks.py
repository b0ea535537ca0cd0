"""What must hold between the entries of a profile; pure, and each refusal is one line that says how to mend it."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ..errors import Conflict, ProfileError
from ..formatters import fold
from ..scheduling.resources.shift_rules import ShiftRule
from .contents import Bounds, CityFacts, TypeFacts
from .hours import ShiftFacts
from .reading import shown, suggest

_CLOCK = "{:02d}:{:02d}"


def check_same_city(loaded: str | None, slug: str) -> None:
    """One database holds one city; raises `Conflict` with what to do when another one is loaded."""
    if loaded not in (None, slug):
        raise Conflict(
            f"This database holds the city {shown(loaded)}, and the profile is of {shown(slug)}. "
            f"Set TRACKER_INSTANCE to a new folder and run init and load-city there"
        )


def check_time_zone(name: str, where: str) -> None:
    """Refuse a name that the time-zone database does not know."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = suggest(name, available_timezones()) or '; write one such as "America/New_York"'
        raise ProfileError(f"{where}: time_zone {shown(name)} is not known{hint}") from error


def check_bounds(bounds: Bounds, where: str) -> None:
    """Refuse edges in the wrong order, and a rectangle too large for one city's plane (5 degrees)."""
    for low, high, low_name, high_name in (
        (bounds.south, bounds.north, "south", "north"),
        (bounds.west, bounds.east, "west", "east"),
    ):
        if low >= high:
            message = f"{low_name} ({low}) must be less than {high_name} ({high}); exchange them"
            raise ProfileError(f"{where}: bounds: {message}")
        if high - low > 5:
            message = f"{low_name} to {high_name} is {high - low:g} degrees; a city has at most 5"
            raise ProfileError(f"{where}: bounds: {message}")


def check_inside(lat: float, long: float, bounds: Bounds, where: str) -> None:
    """Refuse a point out of the bounds; says so when latitude and longitude look swapped."""
    if bounds.holds(lat, long):
        return
    if bounds.holds(long, lat):
        raise ProfileError(f"{where}: latitude {lat} and longitude {long} look swapped; exchange them")
    raise ProfileError(f"{where}: {lat}, {long} lies outside the bounds in city.toml")


def check_city(city: CityFacts, where: str) -> None:
    """Time zone, bounds and origin of the city."""
    check_time_zone(city.time_zone, where)
    check_bounds(city.bounds, where)
    check_inside(city.origin_lat, city.origin_long, city.bounds, f"{where}: origin")


def refuse_twins(values: Iterable[tuple[str, str]], what: str) -> None:
    """Refuse the second entry with a value that another has. `values`: (where it stands, the value), in order."""
    seen: dict[str, str] = {}
    for where, value in values:
        if value in seen:
            first = seen[value].split(": ", 1)[-1]
            raise ProfileError(f"{where}: {what} {shown(value)} is already that of {first}; give it another")
        seen[value] = where


def check_reference(value: str, known: Iterable[str], what: str, where: str) -> None:
    """Refuse a code that nothing else in the profile or the database declares."""
    known = set(known)
    if value not in known:
        raise ProfileError(f"{where}: {what} {shown(value)} is not known{suggest(value, known)}")


def check_type_names(types: Sequence[TypeFacts], where: str) -> None:
    """An import finds a type by its code or name; refuse two types that one text could mean."""
    owners: dict[str, str] = {}
    for item in types:
        for text in {fold(item.service_code), fold(item.service_name)}:
            owner = owners.setdefault(text, item.service_code)
            if owner != item.service_code:
                raise ProfileError(
                    f"{where}: service types {shown(owner)} and {shown(item.service_code)} are both called "
                    f"{shown(text)} when case and blanks are left out of account; give one another name"
                )


def check_visibility(item: TypeFacts, where: str) -> None:
    """What is confidential or a test can never be public."""
    if item.public and (item.confidential or item.test):
        kind = "confidential" if item.confidential else "test"
        raise ProfileError(f"{where}: cannot be both public and {kind}; set public = false")


def check_shifts(shifts: Sequence[ShiftFacts], where: str) -> None:
    """Refuse shifts that end before they start, and two at once on one day."""
    check_ends(shifts, where)
    ordered = sorted(shifts, key=lambda shift: (shift.weekday, shift.start_minute))
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and other.start_minute < one.end_minute:
            raise ProfileError(f"{where}: two shifts overlap on one day at {clock(other.start_minute)}; join them")


def check_ends(shifts: Iterable[ShiftFacts | ShiftRule], where: str) -> None:
    """Refuse shifts that end before they start."""
    for shift in shifts:
        if shift.end_minute <= shift.start_minute:
            raise ProfileError(
                f"{where}: a shift ends at {clock(shift.end_minute)}, its start is {clock(shift.start_minute)}; "
                f'split a night shift at midnight (end = "24:00", then start = "00:00" on the next day)'
            )


def clock(minute: int) -> str:
    """Minutes after midnight as people write them."""
    return _CLOCK.format(*divmod(minute, 60))
