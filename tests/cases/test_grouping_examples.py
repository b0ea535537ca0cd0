"""What the grouping kernel does at the edges that matter, one plain example each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.cases.grouping_oracle import CLOSED, DAY, DISMISSED, WORKED_ON, Terms
from tests.cases.grouping_worlds import Report, Start, World, call_arrays, case_arrays, run_kernel
from tracker.cases.grouping import Bans, Rule, compile_kernel, empty_cases, group_calls

RULE = Terms(radius_m=50, window_days=14, threshold=3)
CLOSED_CASE = Start(0, 0, 50, 14, CLOSED, (0, DAY), 2 * DAY, 30 * DAY)


def call(name: str, day: float, x: int = 0, y: int = 0, weight: int = 1) -> Report:
    return Report(int(day * DAY), name, x, y, weight)


def outcome(*reports: Report, cases: tuple[Start, ...] = (), terms: Terms = RULE) -> dict[str, int | str]:
    return run_kernel(World(terms, list(cases), [], list(reports))).case_of


def test_three_calls_at_one_address_within_two_weeks_become_a_case() -> None:
    assert outcome(call("a", 0), call("b", 7), call("c", 14)) == {"a": 0, "b": 0, "c": 0}


def test_a_microsecond_beyond_the_window_does_not_count() -> None:
    late = replace(call("c", 14), at=14 * DAY + 1)
    assert outcome(call("a", 0), call("b", 7), late) == {"a": "loose", "b": "loose", "c": "loose"}


@pytest.mark.parametrize(("x", "y", "counts"), [(500, 0, True), (300, 400, True), (501, 0, False), (300, 401, False)])
def test_the_radius_includes_its_edge_and_nothing_beyond(x: int, y: int, counts: bool) -> None:
    made = outcome(call("a", 0), call("b", 1), call("c", 2, x, y))
    assert (made["c"] == 0) is counts


def test_the_anchor_is_the_site_with_most_calls_not_the_last_call() -> None:
    history = run_kernel(World(RULE, [], [], [call("a", 0), call("b", 1), call("c", 2, 400, 0)]))
    assert history.places == [(0, 0)]
    assert history.opened == [("c", "b")]


def test_of_equally_heavy_sites_the_one_with_the_latest_call_is_the_anchor() -> None:
    history = run_kernel(World(RULE, [], [], [call("a", 0), call("b", 1, 100), call("c", 2, 200)]))
    assert history.places == [(200, 0)]


def test_a_call_between_two_others_opens_at_a_site_that_reaches_all() -> None:
    made = outcome(call("a", 0, -500), call("b", 1, 500), call("c", 2, 0))
    assert made == {"a": 0, "b": 0, "c": 0}


def test_a_chain_of_neighbors_is_no_case() -> None:
    chain = [call(name, day, 450 * day) for day, name in enumerate("abcdef")]
    terms = replace(RULE, threshold=4)
    assert set(outcome(*chain, terms=terms).values()) == {"loose"}


def test_a_weightless_call_is_linked_with_the_disc_without_counting() -> None:
    made = outcome(call("a", 0), call("b", 1), call("z", 2, weight=0))
    assert set(made.values()) == {"loose"}
    history = run_kernel(World(RULE, [], [], [call("z", 0, weight=0), call("a", 1), call("b", 2), call("c", 3)]))
    assert history.case_of == {"z": 0, "a": 0, "b": 0, "c": 0}
    assert history.windows == [(DAY, 3 * DAY)]


def test_a_loose_call_later_than_the_new_one_counts() -> None:
    later = [call("b", 10), call("c", 11)]
    assert run_kernel(World(RULE, [], later, [call("a", 0)])).case_of == {"a": 0, "b": 0, "c": 0}


def test_one_day_of_many_calls_is_not_two_dates() -> None:
    terms = replace(RULE, distinct_days=2)
    same_day = [call(name, 0.1 * number) for number, name in enumerate("abcdef")]
    assert set(outcome(*same_day, terms=terms).values()) == {"loose"}
    assert set(outcome(*same_day, call("g", 1), terms=terms).values()) == {0}


def test_a_storm_within_one_day_is_taken_in_reasonable_steps() -> None:
    terms = replace(RULE, distinct_days=3)
    storm = [replace(call(f"{number:04}", 0), at=number) for number in range(3_000)]
    assert set(outcome(*storm, terms=terms).values()) == {"loose"}


def test_a_call_after_closure_reopens_and_an_earlier_one_does_not() -> None:
    before = run_kernel(World(RULE, [CLOSED_CASE], [], [call("a", 2)]))
    assert (before.case_of, before.statuses, before.recurred) == ({"a": 0}, [CLOSED], {})
    after = run_kernel(World(RULE, [CLOSED_CASE], [], [call("a", 2), call("b", 2.5), call("c", 3)]))
    assert (after.statuses, after.recurred) == ([WORKED_ON], {0: "b"})


def test_monitoring_ends_at_its_very_end() -> None:
    assert outcome(call("a", 30), cases=(CLOSED_CASE,)) == {"a": "loose"}
    assert outcome(replace(call("a", 30), at=30 * DAY - 1), cases=(CLOSED_CASE,)) == {"a": 0}


def test_only_calls_after_a_dismissal_count_near_it() -> None:
    dismissed = replace(CLOSED_CASE, status=DISMISSED)
    made = outcome(*[call(name, day) for day, name in enumerate("abcdef")], cases=(dismissed,))
    assert made == {"a": "muted", "b": "muted", "c": "muted", "d": 1, "e": 1, "f": 1}


def test_a_loose_call_near_a_dismissed_case_is_muted_when_given() -> None:
    dismissed = replace(CLOSED_CASE, status=DISMISSED)
    history = run_kernel(World(RULE, [dismissed], [call("a", 1)], [call("b", 3), call("c", 4)]))
    assert history.case_of == {"a": "muted", "b": "loose", "c": "loose"}


def test_a_banned_call_joins_the_next_nearest_case() -> None:
    farther = replace(CLOSED_CASE, x=100)
    banned = replace(call("a", 3), banned_from=(0,))
    assert outcome(banned, cases=(CLOSED_CASE, farther)) == {"a": 1}


def test_of_equally_near_cases_the_one_opened_first_is_joined() -> None:
    west, east = replace(CLOSED_CASE, x=-100), replace(CLOSED_CASE, x=100)
    assert outcome(call("a", 3), cases=(east, west)) == {"a": 0}


def test_a_case_keeps_the_radius_that_opened_it() -> None:
    wide = replace(CLOSED_CASE, radius_m=400)
    assert outcome(call("a", 3, 4000), cases=(wide,)) == {"a": 0}
    assert outcome(call("a", 3, 4001), cases=(wide,)) == {"a": "loose"}


def test_nothing_given_is_written_to_even_when_it_cannot_be() -> None:
    calls, cases = call_arrays([call(name, day) for day, name in enumerate("abc")]), case_arrays([CLOSED_CASE])
    columns = [getattr(table, name) for table in (calls, cases) for name in table.__slots__]
    before = [column.copy() for column in columns]
    for column in columns:
        column.flags.writeable = False
    grouping = group_calls(calls, cases, Rule(50, 14, 3), Bans(np.empty(0, np.int64), np.empty(0, np.int64)))
    assert grouping.case_of.tolist() == [0, 0, 0]
    for column, copy in zip(columns, before, strict=True):
        assert np.array_equal(column, copy)


def test_no_calls_change_no_case() -> None:
    compile_kernel()
    grouping = group_calls(call_arrays([]), case_arrays([CLOSED_CASE]), Rule(50, 14, 3))
    assert grouping.case_of.size == 0
    assert grouping.cases.status.tolist() == case_arrays([CLOSED_CASE]).status.tolist()


def test_what_cannot_be_right_is_refused() -> None:
    calls, rule = call_arrays([call("a", 0), call("b", 1)]), Rule(50, 14, 3)
    backwards = replace(calls, at_us=calls.at_us[::-1])
    for wrong in (
        backwards,
        replace(calls, weight=calls.weight - 2),
        replace(calls, x_dm=calls.x_dm + 2**40),
        replace(calls, local_day=calls.local_day[:1]),
    ):
        with pytest.raises(ValueError, match=r"order|negative|earth|length"):
            group_calls(wrong, empty_cases(), rule)
    for wrong_rule in ((-1, 14, 3), (50, -1, 3), (50, 14, 0), (50, 14, 3, 0)):
        with pytest.raises(ValueError, match="rule"):
            Rule(*wrong_rule)
