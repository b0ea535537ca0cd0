"""Small dense worlds for the grouping tests, and the same history run by kernel and by oracle."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from hypothesis import strategies as st

from tests.cases.grouping_oracle import CLOSED, DAY, DISMISSED, OPEN, WORKED_ON, Call, Case, Family, Terms
from tracker.cases.grouping import (
    LOOSE_CALL,
    MUTED_CALL,
    Bans,
    CallArrays,
    CaseArrays,
    CaseCode,
    Grouping,
    Rule,
    group_calls,
)

STATUSES = [OPEN, WORKED_ON, CLOSED, DISMISSED]  # in the order of CaseCode

# R is 1 m in most worlds: 10 is exactly R away, (6, 8) too, 20 is 2R, 11 just beyond R.
EASTINGS = [0, 0, 6, 8, 10, 11, 16, 20, 21, -10]
NORTHINGS = [0, 0, 0, 6, 8, 10, -6]


@dataclass(frozen=True)
class Report:
    """A call as it comes in; ids are unique."""

    at: int
    id: str
    x: int
    y: int
    weight: int
    banned_from: tuple[int, ...] = ()  # numbers of starting cases

    @property
    def order_key(self) -> tuple[int, str]:
        return (self.at, self.id)

    @property
    def day(self) -> int:
        return self.at // DAY


@dataclass(frozen=True)
class Start:
    """A case that exists before the first delivery."""

    x: int
    y: int
    radius_m: int
    window_days: int
    status: str
    window: tuple[int, int] | None
    decided_at: int
    monitored_until: int


@dataclass(frozen=True)
class World:
    terms: Terms
    cases: list[Start]
    loose: list[Report]
    new: list[Report]


INSTANTS = [day * DAY + offset for day in range(5) for offset in (0, 0, 1, -1, DAY // 2, 7)]
WEIGHTS = [1, 1, 1, 1, 0, 2, 3]
instants = st.sampled_from(INSTANTS)
sightings = st.sampled_from(list(product(INSTANTS, EASTINGS, NORTHINGS, WEIGHTS)))  # one draw a call: fast


@st.composite
def starts(draw: st.DrawFn) -> Start:
    x, y = draw(st.sampled_from(EASTINGS)), draw(st.sampled_from(NORTHINGS))
    first, last = sorted([draw(instants), draw(instants)])
    decided = draw(instants)
    return Start(
        x,
        y,
        draw(st.integers(0, 4)),
        draw(st.integers(0, 2)),
        draw(st.sampled_from(STATUSES)),
        draw(st.sampled_from([(first, last), None])),
        decided,
        decided + draw(st.sampled_from([-DAY, 0, DAY, 3 * DAY])),
    )


@st.composite
def reports(draw: st.DrawFn, prefix: str, most: int, cases: int = 0) -> list[Report]:
    # Left to itself Hypothesis draws lists of five or so; dense worlds need more.
    count = draw(st.sampled_from(range(most + 1)))
    drawn = draw(st.lists(sightings, min_size=count, max_size=count))
    pairs = st.tuples(st.integers(0, most), st.integers(0, max(cases - 1, 0)))
    bans = draw(st.sets(pairs, max_size=5)) if cases else set()
    return [
        # Ids do not ascend in the order drawn, so that equal instants are put in order by id.
        Report(at, f"{number * 7 % 10}{prefix}{number}", x, y, weight, tuple(c for n, c in sorted(bans) if n == number))
        for number, (at, x, y, weight) in enumerate(drawn)
    ]


@st.composite
def worlds(draw: st.DrawFn, people: bool = True, most_calls: int = 24) -> World:
    """Draw a world; without `people` it starts from nothing."""
    threshold = draw(st.integers(1, 5))
    terms = Terms(
        draw(st.sampled_from([1, 1, 1, 0, 2])),
        draw(st.integers(0, 2)),
        threshold,
        draw(st.sampled_from([1, 1, 2, 3])),
    )
    cases = draw(st.lists(starts(), max_size=4)) if people else []
    loose = draw(reports("b", 6)) if people else []
    return World(terms, cases, loose, draw(reports("a", most_calls, len(cases))))


@dataclass
class History:
    """What became of every call and case, in terms that kernel and oracle share."""

    case_of: dict[str, int | str] = field(default_factory=dict)
    joined: dict[str, bool] = field(default_factory=dict)
    opened: list[tuple[str, str]] = field(default_factory=list)  # opened by, latest call at the anchor
    windows: list[tuple[int, int] | None] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    recurred: dict[int, str] = field(default_factory=dict)

    def partition(self) -> list[list[str]]:
        cases: dict[int | str, list[str]] = {}
        for call, case in self.case_of.items():
            if isinstance(case, int):
                cases.setdefault(case, []).append(call)
        return sorted(sorted(calls) for calls in cases.values())


def run_oracle(world: World, *deliveries: list[Report]) -> History:
    """Take the deliveries (by default all new calls as one) by the slow rule."""
    cases = [_oracle_case(start) for start in world.cases]
    calls = {report.id: _oracle_call(report, cases) for report in world.loose}
    family = Family(world.terms, list(cases), list(calls.values()))
    for delivery in deliveries or (world.new,):
        new = {report.id: _oracle_call(report, cases) for report in delivery}
        calls |= new
        family.take_delivery(list(new.values()))
    return _oracle_history(family, calls, len(cases))


def _oracle_case(start: Start) -> Case:
    terms = Terms(start.radius_m, start.window_days, 1)
    case = Case(start.x, start.y, terms, start.status, start.decided_at, start.monitored_until)
    if start.window:
        case.first_at, case.last_at = start.window
    return case


def _oracle_call(report: Report, cases: list[Case]) -> Call:
    banned = tuple(cases[number] for number in report.banned_from)
    return Call(report.at, report.id, report.x, report.y, report.weight, report.day, banned)


def _oracle_history(family: Family, calls: dict[str, Call], known: int) -> History:
    history = History()
    for call in calls.values():
        loose = "muted" if call.muted else "loose"
        history.case_of[call.id] = family.cases.index(call.case) if call.case else loose
        history.joined[call.id] = call.joined
    for number, case in enumerate(family.cases):
        has_window = case.first_at is not None and case.last_at is not None
        history.windows.append((case.first_at, case.last_at) if has_window else None)
        history.places.append((case.x, case.y))
        history.statuses.append(case.status)
        if number >= known:
            history.opened.append((case.opened_by.id, case.anchor.id))
        if case.reopened_by:
            history.recurred[number] = case.reopened_by.id
    return history


def run_kernel(world: World, *deliveries: list[Report]) -> History:
    """Take the deliveries (by default all new calls as one), carrying cases and loose calls over."""
    history = History({report.id: "loose" for report in world.loose}, {report.id: False for report in world.loose})
    cases, loose = case_arrays(world.cases), list(world.loose)
    for delivery in deliveries or (world.new,):
        calls = sorted([*loose, *delivery], key=lambda report: report.order_key)
        taken = {report.id for report in loose}
        grouping = group_calls(call_arrays(calls, taken), cases, Rule(**vars(world.terms)), bans_of(calls))
        _note(history, calls, taken, grouping)
        cases, loose = grouping.cases, [call for call in calls if history.case_of[call.id] == "loose"]
    _note_cases(history, cases)
    return history


def case_arrays(cases: list[Start]) -> CaseArrays:
    def column(values: list[int]) -> np.ndarray:
        return np.array(values, np.int64)

    windows = [case.window or (1, 0) for case in cases]
    return CaseArrays(
        column([case.x for case in cases]),
        column([case.y for case in cases]),
        column([case.radius_m for case in cases]),
        column([case.window_days for case in cases]),
        column([first for first, _ in windows]),
        column([last for _, last in windows]),
        np.array([STATUSES.index(case.status) for case in cases], np.int8),
        column([case.decided_at for case in cases]),
        column([case.monitored_until for case in cases]),
    )


def call_arrays(calls: list[Report], taken: set[str] = frozenset()) -> CallArrays:
    rows = np.array([(c.at, c.x, c.y, c.weight, c.day) for c in calls], np.int64).reshape(-1, 5)
    return CallArrays(*rows.T, np.array([call.id in taken for call in calls], np.bool_))


def bans_of(calls: list[Report]) -> Bans | None:
    pairs = [(number, case) for number, call in enumerate(calls) for case in call.banned_from]
    if not pairs:
        return None
    rows = np.array(pairs[::-1], np.int64)  # in no useful order
    return Bans(rows[:, 0], rows[:, 1])


def _note(history: History, calls: list[Report], taken: set[str], grouping: Grouping) -> None:
    words = {LOOSE_CALL: "loose", MUTED_CALL: "muted"}
    for call, case, joined in zip(calls, grouping.case_of.tolist(), grouping.joined.tolist(), strict=True):
        history.case_of[call.id] = words.get(case, case)
        history.joined[call.id] = joined
    for opener, anchor in zip(grouping.opened_by.tolist(), grouping.anchor.tolist(), strict=True):
        assert calls[opener].id not in taken
        history.opened.append((calls[opener].id, calls[anchor].id))
    for case, call in zip(grouping.recurred.tolist(), grouping.recurred_by.tolist(), strict=True):
        assert case not in history.recurred
        history.recurred[case] = calls[call].id


def _note_cases(history: History, cases: CaseArrays) -> None:
    windows = zip(cases.first_at_us.tolist(), cases.last_at_us.tolist(), strict=True)
    history.windows = [(first, last) if first <= last else None for first, last in windows]
    history.places = list(zip(cases.x_dm.tolist(), cases.y_dm.tolist(), strict=True))
    history.statuses = [STATUSES[CaseCode(status)] for status in cases.status.tolist()]
