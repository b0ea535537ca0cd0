"""Read `deadlines.toml`: when the city works, and by how many working hours what is due of a case."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..cases.deadlines.defaults import Measure
from ..errors import ProfileError
from . import keys
from .checks import check_reference, check_shifts, refuse_twins
from .entries import read_entry
from .hours import DeadlineFacts, HolidayFacts, MeasureFacts, ShiftFacts
from .reading import read_toml, shown

MOST_HOLIDAYS = 1_000


def read_deadlines(path: Path, families: Collection[str]) -> DeadlineFacts:
    """Hours, holidays and measures of the file; `families` are the codes that a measure may name."""
    values = read_entry(read_toml(path), keys.DEADLINES, path.name)
    return DeadlineFacts(
        hours=_read_hours(values["hours"], path.name),
        holidays=_read_holidays(values["holidays"], path.name),
        measures=_read_measures(values["measures"], families, path.name),
    )


def _read_hours(entries: list[Any], name: str) -> tuple[ShiftFacts, ...]:
    spans = []
    for number, entry in enumerate(entries, 1):
        values = read_entry(entry, keys.SHIFT, f"{name}: hours {number}")
        spans += [ShiftFacts(day, values["start"], values["end"]) for day in values["days"]]
    check_shifts(spans, f"{name}: hours")
    return tuple(spans)


def _read_holidays(entries: list[Any], name: str) -> tuple[HolidayFacts, ...]:
    if len(entries) > MOST_HOLIDAYS:
        raise ProfileError(f"{name}: has {len(entries)} holidays; at most {MOST_HOLIDAYS} are read. Take some out")
    found = {}
    for number, entry in enumerate(entries, 1):
        where = f"{name}: holiday {number}"
        found[where] = HolidayFacts(**read_entry(entry, keys.HOLIDAY, where))
    refuse_twins(((where, one.day.isoformat()) for where, one in found.items()), "the day")
    return tuple(found.values())


def _read_measures(entries: list[Any], families: Collection[str], name: str) -> tuple[MeasureFacts, ...]:
    found = {}
    for number, entry in enumerate(entries, 1):
        kind = entry.get("kind") if isinstance(entry, dict) else None
        where = f"{name}: measure {number}" + (f" ({shown(kind)})" if kind is not None else "")
        found[where] = _read_measure(entry, families, where)
    refuse_twins(
        ((where, f"{one.family or 'the city'}: {one.kind.value}") for where, one in found.items()), "what it measures"
    )
    return tuple(found.values())


def _read_measure(entry: Any, families: Collection[str], where: str) -> MeasureFacts:
    values = read_entry(entry, keys.MEASURE, where)
    if values["family"] is not None:
        check_reference(values["family"], families, "family", where)
    measure = Measure(values["working_hours"], values["warn_before_hours"], values["grace_hours"])
    if measure.warn_before_hours >= measure.working_hours:
        raise ProfileError(
            f"{where}: warn_before_hours {measure.warn_before_hours} is not less than working_hours "
            f"{measure.working_hours}; it would be soon from the start. Lower it"
        )
    return MeasureFacts(values["kind"], values["family"], measure)
