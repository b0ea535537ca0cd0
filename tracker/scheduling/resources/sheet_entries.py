"""A resource as a line of a spreadsheet, and back; what cannot be read is named by its column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...errors import Invalid
from .keeping import ResourceEntry
from .lending import LEAST_URGENT, MOST_DAYS
from .limits import MOST_CAPACITY, MOST_PEOPLE
from .models import ResourceKind
from .money import read_money, write_money
from .shift_rules import ShiftRule, in_order
from .shift_text import WEEKDAYS, check_rules, read_rules, read_shifts, write_others, write_usual

DAYS = tuple(name.lower() for name in WEEKDAYS)
COLUMNS = (
    "code", "name", "kind", "center", "skills", "people", "capacity", "cost_per_hour", "members", "base_lat",
    "base_long", "lends_to_priority", "lends_within_days", *DAYS, "other_rules", "note",
)  # fmt: skip
IGNORED = ("line", "reason")
"""Columns of the file of refused lines, which may come back with it."""
_NEEDED = ("name", "kind", "skills", "base_lat", "base_long")
_CODE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """What a line says: the resource, and the codes of its members; None: the file does not speak of members."""

    entry: ResourceEntry
    members: tuple[str, ...] | None


def write_cells(entry: ResourceEntry, members: list[str], centers: Mapping[int, str]) -> list[object]:
    """The line of a resource, in the order of `COLUMNS`; `centers` are the codes of centers by number."""
    return [
        entry.code, entry.name, entry.kind.value, centers.get(entry.center_id or 0, ""), ", ".join(entry.skills),
        entry.people, entry.capacity, write_money(entry.cost_cents_per_hour), ", ".join(sorted(members)),
        entry.base_lat, entry.base_long, entry.lends_to_priority, entry.lends_within_days,
        *(write_usual(entry.shifts, number) for number in range(7)), " | ".join(write_others(entry.shifts)), entry.note,
    ]  # fmt: skip


def read_code(cells: Mapping[str, str]) -> str:
    """The code that a line is about; raises `Invalid` when it has none."""
    code = cells.get("code", "")
    if not code or len(code) > _CODE_LENGTH:
        raise Invalid(f"column «code»: give the resource's code, at most {_CODE_LENGTH} characters")
    return code


def read_cells(
    cells: Mapping[str, str], standing: ResourceEntry | None, centers: Mapping[str, int], *, decimal_comma: bool
) -> SheetEntry:
    """What a line makes of the resource that stands, or of none; columns that the file has not stay as they are.

    Raises `Invalid` that names the column and says what to do.
    """
    missing = [name for name in _NEEDED if not cells.get(name) and (standing is None or name in cells)]
    if missing:
        raise Invalid(f"column «{missing[0]}»: it is empty; a resource needs it")
    said = {name: _read(cells, name, read) for name, read in _readers(centers, decimal_comma).items() if name in cells}
    changes: dict[str, Any] = {"code": read_code(cells)}
    changes |= {_FIELDS.get(name, name): value for name, value in said.items() if name not in ("members",)}
    changes["shifts"] = _read_rules(cells, standing.shifts if standing else ())
    entry = replace(standing, **changes) if standing else ResourceEntry(**{"center_id": None, **changes})
    return SheetEntry(entry, said.get("members"))


_FIELDS = {"center": "center_id", "cost_per_hour": "cost_cents_per_hour"}


def _readers(centers: Mapping[str, int], decimal_comma: bool) -> dict[str, Callable[[str], Any]]:
    degrees, whole = _degrees(decimal_comma), _whole
    return {
        "name": _text(120),
        "kind": _kind,
        "center": lambda text: _center(text, centers),
        "skills": lambda text: tuple(sorted(_words(text, 60))),
        "people": whole(0, MOST_PEOPLE, 1),
        "capacity": whole(1, MOST_CAPACITY, None),
        "cost_per_hour": lambda text: read_money(text.replace(",", ".") if decimal_comma else text),
        "members": lambda text: tuple(sorted(_words(text, _CODE_LENGTH))),
        "base_lat": degrees(90),
        "base_long": degrees(180),
        "lends_to_priority": whole(0, LEAST_URGENT, 0),
        "lends_within_days": whole(0, MOST_DAYS, 0),
        "note": _text(2_000),
    }


def _read(cells: Mapping[str, str], name: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(cells[name])
    except Invalid as error:
        raise Invalid(f"column «{name}»: {error}") from None


def _read_rules(cells: Mapping[str, str], standing: tuple[ShiftRule, ...] | Any) -> tuple[ShiftRule, ...]:
    """The shifts that the line says; of days, or other rules, that the file has no column for, those that stand."""
    rules: list[ShiftRule] = []
    for number, day in enumerate(DAYS):
        if day in cells:
            rules += _read(cells, day, lambda text, number=number: read_shifts(text, number))  # type: ignore[misc]
        else:
            rules += [rule for rule in standing if rule.is_usual and rule.weekday == number]
    if "other_rules" in cells:
        rules += _read(cells, "other_rules", read_rules)
    else:
        rules += [rule for rule in standing if not rule.is_usual]
    _read({"other_rules": ""}, "other_rules", lambda _: check_rules(rules))
    return in_order(rules)


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise Invalid(f"it has {len(text)} characters; at most {longest} are kept. Shorten it")
        return text

    return read


def _words(text: str, longest: int) -> list[str]:
    words = list(dict.fromkeys(part.strip() for part in text.replace(";", ",").split(",") if part.strip()))
    if any(len(word) > longest for word in words):
        raise Invalid(f"each has at most {longest} characters; put commas between them")
    return words


def _kind(text: str) -> ResourceKind:
    try:
        return ResourceKind(text.lower())
    except ValueError:
        raise Invalid(f"«{text[:40]}» is none of {', '.join(ResourceKind)}") from None


def _center(text: str, centers: Mapping[str, int]) -> int | None:
    if not text:
        return None
    if text not in centers:
        known = ", ".join(sorted(centers)) or "none"
        raise Invalid(f"«{text[:40]}» is no center's code; the codes are: {known}. Empty: the whole city")
    return centers[text]


def _whole(low: int, high: int, empty: int | None) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        if not text:
            return empty
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise Invalid(f"«{text[:40]}» is no whole number from {low:,} to {high:,}")
        return int(text)

    return read


def _degrees(decimal_comma: bool) -> Callable[[int], Callable[[str], float]]:
    def up_to(most: int) -> Callable[[str], float]:
        def read(text: str) -> float:
            try:
                number = float(text.replace(",", ".") if decimal_comma else text)
            except ValueError:
                raise Invalid(f"«{text[:40]}» is no number of degrees; write it like 43.5712") from None
            if not -most <= number <= most:
                raise Invalid(f"{text[:40]} is not between -{most} and {most} degrees")
            return number

        return read

    return up_to
