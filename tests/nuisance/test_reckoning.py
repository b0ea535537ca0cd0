"""The standing of a property: windows by the calendar, each exclusion, and agreement with a slow second reckoning."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nuisance.rules import TODAY, act, counting, slow_totals, terms
from tracker.nuisance.reckoning import Act, History, reckon
from tracker.nuisance.rule_terms import Outcome, RuleKind, RuleTerms, Threshold, Unit, Window, months_after

ALONE = History()


def totals(rule: RuleTerms, acts: Sequence[Act], history: History = ALONE, on: date = TODAY) -> list[int]:
    return [measure.total for measure in reckon(rule, acts, history, on).measures]


def test_points_are_added_up_in_each_window() -> None:
    standing = reckon(terms(), [act(1, 10), act(2, 200, points=6)], ALONE, TODAY)
    assert [measure.total for measure in standing.measures] == [10, 16]
    assert [measure.missing for measure in standing.measures] == [2, 2] and not standing.is_reached
    assert "Before 15 Dec 2025" in standing.measures[0].lines[0].why
    assert standing.measures[0].lines[1].why == "Counts: confirmed, and between 15 Dec 2025 and 15 Jun 2026."
    assert reckon(terms(), [act(1), act(2)], ALONE, TODAY).is_reached


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 6, 15), -6, date(2025, 12, 15)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2024, 8, 31), -6, date(2024, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
    ],
)
def test_months_go_by_the_calendar(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    ("window", "last_inside"),
    [
        (Window(6, Unit.MONTHS), date(2025, 12, 15)),
        (Window(12, Unit.MONTHS), date(2025, 6, 15)),
        (Window(30, Unit.DAYS), date(2026, 5, 16)),
    ],
)
def test_both_ends_of_a_window_belong_to_it(window: Window, last_inside: date) -> None:
    rule = counting(thresholds=(Threshold(3, window),))
    inside, outside = act(1, on=last_inside), act(2, on=last_inside - timedelta(days=1))
    assert totals(rule, [inside]) == [1] and totals(rule, [outside]) == [0]
    assert totals(rule, [act(3, 0)]) == [1], "the day itself belongs to it"
    assert totals(rule, [act(3, -1)]) == [0], "tomorrow does not"


def test_points_expire_with_time() -> None:
    acts = [act(1), act(2)]
    assert totals(terms(), acts, on=months_after(TODAY, 6)) == [20, 20]
    assert totals(terms(), acts, on=months_after(TODAY, 6) + timedelta(days=1)) == [0, 20]
    assert totals(terms(), acts, on=months_after(TODAY, 12) + timedelta(days=1)) == [0, 0]


def test_several_acts_of_one_incident_count_once_and_the_gravest_does() -> None:
    acts = [act(1, 5, incident="A", points=6), act(2, 5, incident="A"), act(3, 5, incident="A", points=6)]
    standing = reckon(terms(), acts, ALONE, TODAY)
    assert standing.measures[0].total == 10
    assert "Same incident report or evidence as violation 2" in standing.measures[0].lines[0].why
    assert totals(terms(incident_once=False), acts) == [22, 22]
    assert totals(terms(), [act(1, incident=""), act(2, incident="")]) == [20, 20], "no number is no same number"


def test_only_separate_days_count_where_the_rule_says_so() -> None:
    acts = [act(1, 5), act(2, 5), act(3, 6)]
    assert totals(counting(distinct_days=True), acts) == [2]
    [measure] = reckon(counting(distinct_days=True), acts, ALONE, TODAY).measures
    assert "Same day as violation 1" in measure.lines[-1].why
    assert totals(counting(), acts) == [3]
    one_incident = [act(1, 5), act(2, 5, incident="B"), act(3, 4, incident="B")]
    assert totals(counting(distinct_days=True), one_incident) == [1], "its first day is the day of an incident"


def test_only_serious_offenses_count_where_the_threshold_says_so() -> None:
    rule = counting(thresholds=(Threshold(2, Window(12, Unit.MONTHS), only_serious=True),))
    assert totals(rule, [act(1, 5), act(2, 6, is_serious=True)]) == [1]


def test_an_outcome_that_does_not_qualify_counts_for_nothing() -> None:
    standing = reckon(terms(), [act(1, outcome=Outcome.REPORT)], ALONE, TODAY)
    assert standing.measures[0].total == 0 and "does not qualify" in standing.left_out[0].why
    assert totals(terms(outcomes=frozenset(Outcome)), [act(1, outcome=Outcome.REPORT)]) == [10, 10]


@pytest.mark.parametrize(("days_later", "counts"), [(-1, 1), (0, 0), (13, 0), (14, 1)])
def test_after_a_notice_the_owner_has_her_days(days_later: int, counts: int) -> None:
    notice = TODAY - timedelta(days=20)
    history = History(notices=(notice,))
    one = act(1, on=notice + timedelta(days=days_later))
    assert totals(counting(days_after_notice=13), [one], history) == [counts]
    assert totals(counting(days_after_notice=0), [one], history) == [1]


def test_a_kept_plan_waives_what_was_before_it() -> None:
    accepted = months_after(TODAY, -12)
    before, after = act(1, on=accepted), act(2, on=accepted + timedelta(days=1))
    rule, history = counting(days=3_000), History(plans=(accepted,))
    assert totals(rule, [before], history) == [0]
    assert totals(rule, [before], history, TODAY - timedelta(days=1)) == [1], "the year is not over"
    assert totals(rule, [before, after], history) == [2], "the plan was not kept"
    assert totals(rule, [before, replace(after, barred="Excluded.")], history) == [0], "what is excluded breaks no plan"
    assert totals(counting(days=3_000, waiver_months=0), [before], history) == [1]


def test_a_second_plan_takes_back_nothing_that_a_kept_one_waived() -> None:
    first, second = months_after(TODAY, -20), months_after(TODAY, -2)
    before, between, broken = (act(number, on=day) for number, day in ((1, first), (2, second), (3, TODAY)))
    rule, history = counting(days=3_000), History(plans=(first, second))
    standing = reckon(rule, [before, between], history, TODAY)
    assert standing.measures[0].total == 1 and f"the plan of {first:%d %b %Y}" in standing.left_out[0].why
    assert totals(rule, [before, between, broken], history) == [2], "what breaks the second does not undo the first"
    assert totals(rule, [before, between], history, months_after(second, 12)) == [0]


def test_each_building_is_held_to_the_tier_of_its_units() -> None:
    window = Window(180, Unit.DAYS)
    rule = counting(thresholds=(Threshold(3, window, 1, 1), Threshold(6, window, 2, 3), Threshold(12, window, 4, None)))
    for units, needed in ((1, 3), (2, 6), (3, 6), (4, 12), (500, 12)):
        [measure] = reckon(rule, [], History(units), TODAY).measures
        assert measure.threshold.needed == needed


rules = st.builds(
    lambda kind, days, months, flags, grace, waiver: terms(
        kind=kind,
        thresholds=(
            Threshold(3, Window(days, Unit.DAYS), 1, 3),
            Threshold(5, Window(days, Unit.DAYS), 4, None),
            Threshold(4, Window(months, Unit.MONTHS), only_serious=kind is RuleKind.COUNT),
        ),
        incident_once=flags[0], distinct_days=flags[1] and kind is RuleKind.COUNT, days_after_notice=grace,
        waiver_months=waiver,
    ),
    st.sampled_from(RuleKind), st.integers(1, 60), st.integers(1, 3), st.tuples(st.booleans(), st.booleans()),
    st.sampled_from([0, 5]), st.sampled_from([0, 1]),
)  # fmt: skip
acts = st.lists(
    st.builds(
        lambda days, incident, points, serious, outcome, barred: act(
            0, days, incident=incident, points=points, is_serious=serious, outcome=outcome, barred=barred
        ),
        st.one_of(st.integers(0, 3), st.integers(-3, 70)), st.sampled_from(["", "A", "B", "C"]), st.integers(1, 10),
        st.booleans(), st.sampled_from(Outcome), st.sampled_from(["", "", "", "Excluded."]),
    ),
    max_size=8,
).map(lambda found: [replace(one, id=number) for number, one in enumerate(found)])  # fmt: skip
days = st.integers(-5, 70).map(lambda ago: TODAY - timedelta(days=ago))
histories = st.builds(
    History, st.integers(1, 6), st.lists(days, max_size=2).map(tuple), st.lists(days, max_size=3).map(tuple)
)  # fmt: skip


@settings(max_examples=150)
@given(rules, acts, histories, st.randoms(use_true_random=False))
def test_it_agrees_with_a_slow_second_reckoning_in_any_order(
    rule: RuleTerms, found: list[Act], history: History, chance: object
) -> None:
    standing = reckon(rule, found, history, TODAY)
    assert [measure.total for measure in standing.measures] == slow_totals(rule, found, history, TODAY)
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random
    assert reckon(rule, shuffled, history, TODAY) == standing


@settings(max_examples=100)
@given(rules, acts, histories, st.integers(-3, 70), st.sampled_from(["", "A", "B"]))
def test_an_excluded_violation_never_changes_the_standing(
    rule: RuleTerms, found: list[Act], history: History, days_ago: int, incident: str
) -> None:
    excluded = act(99, days_ago, incident=incident, is_serious=True, barred="A victim asked for help.")
    without, with_it = (reckon(rule, some, history, TODAY) for some in (found, [*found, excluded]))
    assert with_it.measures == without.measures
    assert [line for line in with_it.left_out if line.act_id != 99] == list(without.left_out)


@settings(max_examples=60)
@given(rules, acts, histories)
def test_every_violation_is_explained_once_toward_each_threshold(
    rule: RuleTerms, found: list[Act], history: History
) -> None:
    standing = reckon(rule, found, history, TODAY)
    for measure in standing.measures:
        told = [line.act_id for line in (*measure.lines, *standing.left_out)]
        assert sorted(told) == [one.id for one in found]
        assert all(line.why for line in measure.lines) and measure.total == sum(line.adds for line in measure.lines)
