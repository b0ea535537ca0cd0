"""`backtest`: what would have been found in a file, and when, under the city's rules or others. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ..calls.importing.beside import open_reading
from ..calls.importing.drafts import CallDraft
from ..calls.importing.mapping import ColumnMap
from ..calls.importing.run import reading_task
from ..calls.importing.twins import Rank, rank_draft
from ..calls.placing import Placer, Spot
from ..calls.types import TypeBook, TypeEntry
from ..clock import to_microseconds
from ..errors import Invalid
from ..places.city import the_city
from .grouping import CallArrays, Grouping, Rule, compile_kernel, empty_cases, group_calls
from .measures import hash_partition
from .rules import as_kernel_rule, current_rule

_DAY_US = 86_400_000_000
_WHOLE_RULE = {"radius_m", "window_days", "threshold"}


@dataclass(slots=True)
class Backtest:
    """Calls that count, linked ones, cases, days gained, and the partition.

    `days_gained`: for each case the days from the call that would have made it a case to its last call, summed: so
    long the city would have known of a problem while calls still came in.
    """

    calls: int = 0
    linked: int = 0
    cases: int = 0
    days_gained: float = 0.0
    groups: list[list[str]] = field(default_factory=list)

    @property
    def partition_sha256(self) -> str:
        """The hash of the partition, as `scan` prints it."""
        return hash_partition(self.groups)


@dataclass(frozen=True, slots=True)
class _Call:
    rank: Rank
    family_id: int
    counts: bool
    source_id: str
    at_us: int
    x_dm: int
    y_dm: int
    weight: int
    local_day: int


def backtest_file(path: Path, mapping: ColumnMap, load_hint: str, overrides: dict[str, int]) -> Backtest:
    """Group a file's calls in memory. `overrides` are measures of a rule by name, and hold for every family.

    What they give replaces that measure of each family's rule; but see `drops_distinct_days`.

    The caller rolls the session back: types the city does not know are filed only for the length of the run.
    """
    result = Backtest()
    first: dict[str, _Call] = {}
    for call in _calls(path, mapping, load_hint):
        if call.rank < first.setdefault(call.source_id, call).rank:
            first[call.source_id] = call
    given = overrides | ({"distinct_days": 1} if drops_distinct_days(overrides) else {})
    by_family: dict[int, list[_Call]] = defaultdict(list)
    for call in first.values():
        if call.counts:
            by_family[call.family_id].append(call)
    result.calls = sum(map(len, by_family.values()))
    for family_id, calls in sorted(by_family.items()):
        _add(result, calls, replace(as_kernel_rule(current_rule(family_id)), **given))
    return result


def check_overrides(overrides: dict[str, int]) -> None:
    """Refuse what a profile's rule refuses too: more distinct days than the calls that are asked for."""
    days, threshold = overrides.get("distinct_days", 1), overrides.get("threshold")
    if threshold is not None and days > threshold:
        raise Invalid(
            f"--distinct-days {days} is more than --threshold {threshold}: calls on so many days are more calls than "
            "that. Lower --distinct-days."
        )


def drops_distinct_days(overrides: dict[str, int]) -> bool:
    """Whether they are a whole rule of three numbers, which has no distinct days: docs/decisions/0005."""
    return overrides.keys() == _WHOLE_RULE


def _calls(path: Path, mapping: ColumnMap, load_hint: str) -> Iterator[_Call]:
    """The file's calls, one by one."""
    task = reading_task(path, mapping, load_hint)
    placer, types = Placer(the_city()), TypeBook()
    with open_reading(task, meanwhile=compile_kernel) as reading:
        reading.survey()
        for portion in reading.portions():
            placer.remember(portion.addresses)
            places = placer.place([Spot(draft.address, draft.lat, draft.long) for draft in portion.drafts])
            for draft, place in zip(portion.drafts, places, strict=True):
                yield _call(draft, place, types.find_or_file(draft.service_name), task.city.zone)


def _call(draft: CallDraft, place: dict[str, Any], kind: TypeEntry, zone: ZoneInfo) -> _Call:
    return _Call(
        rank=rank_draft(draft, kind.name),
        family_id=kind.family_id,
        counts=kind.counts and place["x_dm"] is not None and not place["is_outside"],
        source_id=draft.source_id,
        at_us=to_microseconds(draft.requested),
        x_dm=place["x_dm"],
        y_dm=place["y_dm"],
        weight=kind.weight,
        local_day=draft.requested.astimezone(zone).toordinal(),
    )


def _add(result: Backtest, calls: list[_Call], rule: Rule) -> None:
    calls.sort(key=lambda call: (call.at_us, call.source_id))
    columns = np.array([(c.at_us, c.x_dm, c.y_dm, c.weight, c.local_day) for c in calls], dtype=np.int64)
    at_us, x_dm, y_dm, weight, local_day = (columns[:, place].copy() for place in range(5))
    arrays = CallArrays(at_us, x_dm, y_dm, weight, local_day, np.zeros(len(calls), np.bool_))
    grouping = group_calls(arrays, empty_cases(), rule)
    groups: list[list[str]] = [[] for _ in grouping.opened_by]
    for index in np.flatnonzero(grouping.case_of >= 0).tolist():
        groups[int(grouping.case_of[index])].append(calls[index].source_id)
    result.groups += groups
    result.cases += len(groups)
    result.linked += sum(map(len, groups))
    result.days_gained += _days_gained(arrays, grouping)


def _days_gained(arrays: CallArrays, grouping: Grouping) -> float:
    gained = grouping.cases.last_at_us - arrays.at_us[grouping.opened_by]
    return float(gained.sum()) / _DAY_US
