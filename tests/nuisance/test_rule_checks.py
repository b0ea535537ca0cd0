"""A rule set that no court would stand cannot be written down: each fault is refused in words."""

from dataclasses import replace
from typing import Any

import pytest

from tests.nuisance.rules import counting, terms
from tracker.errors import Invalid
from tracker.nuisance.example_rules import example_rules
from tracker.nuisance.rule_checks import faults_of
from tracker.nuisance.rule_terms import Offense, RuleKind, Threshold, Unit, Window, read_terms
from tracker.nuisance.rule_text import read_offenses, read_thresholds, write_offenses, write_thresholds

DAYS = Window(180, Unit.DAYS)


@pytest.mark.parametrize("code", sorted(example_rules()))
def test_each_example_is_sound_and_says_that_it_is_one(code: str) -> None:
    example = example_rules()[code]
    assert faults_of(example.terms) == [] and example.note.startswith("Example, check with counsel")
    assert read_terms(example.terms.as_data()) == example.terms
    written = write_thresholds(example.terms.thresholds, example.terms.kind)
    assert read_thresholds(written, example.terms.kind) == example.terms.thresholds
    assert read_offenses(write_offenses(example.terms.offenses)) == example.terms.offenses


@pytest.mark.parametrize(
    ("tiers", "why"),
    [
        ([(14, 1, 4), (11, 5, None)], "the tier 5+ units allows 11, less than the 14 of 1-4 units"),
        ([(3, 1, 1), (6, 3, None)], "nothing is said for buildings between 1 unit and 3+ units"),
        ([(3, 1, 3), (6, 3, None)], "the tiers 1-3 units and 3+ units overlap"),
        ([(3, 1, None), (6, 4, None)], "overlap"),
        ([(3, 2, None)], "begin at 2+ units"),
        ([(3, 1, 4)], "end at 1-4 units"),
        ([(3, 1, None), (3, 1, None)], "overlap"),
        ([(3, 5, 2)], "holds no building"),
        ([(0, 1, None)], "it goes from 1"),
    ],
)
def test_tiers_that_fall_overlap_or_leave_a_gap_are_refused_by_name(
    tiers: list[tuple[int, int, int | None]], why: str
) -> None:
    rule = counting(thresholds=tuple(Threshold(needed, DAYS, low, high) for needed, low, high in tiers))
    assert why in " ".join(faults_of(rule))


def test_tiers_are_held_against_those_of_their_own_window_only() -> None:
    longer = Window(12, Unit.MONTHS)
    short = (Threshold(3, DAYS, 1, 1), Threshold(6, DAYS, 2, None))
    sound = (*short, Threshold(5, longer), Threshold(2, longer, only_serious=True))
    assert faults_of(counting(thresholds=sound)) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"appeal_days": 0}, "without an appeal cannot come into force"),
        ({"appeal_days": -3}, "without an appeal"),
        ({"appeal_days": 99_999}, "more than ten years"),
        ({"answer_days": 0}, "days to answer are too few"),
        ({"days_after_notice": -1}, "days after the notice"),
        ({"waiver_months": -1}, "months of the waiver"),
        ({"expiry_months": 0}, "until a step expires"),
        ({"expiry_months": 999}, "more than ten years"),
        ({"outcomes": frozenset()}, "which outcomes qualify"),
        ({"offenses": ()}, "at least one offense"),
        ({"thresholds": ()}, "at least one threshold"),
        ({"distinct_days": True}, "Separate days belong to rules that count"),
        ({"offenses": (Offense("a", "A", 0),)}, "0 points"),
        ({"offenses": (Offense("a", "A", -6),)}, "-6 points"),
        ({"offenses": (Offense("a", "A"), Offense("a", "B"))}, "stands 2 times"),
        ({"offenses": (Offense("a", ""),)}, "a code and a name"),
        ({"thresholds": (Threshold(3, Window(0, Unit.DAYS)),)}, "The window"),
        ({"thresholds": (Threshold(3, Window(-6, Unit.MONTHS)),)}, "The window"),
        ({"thresholds": (Threshold(3, Window(121, Unit.MONTHS)),)}, "The window"),
        ({"thresholds": (Threshold(3, DAYS, only_serious=True),)}, "give those offenses more points"),
    ],
)
def test_each_other_fault_is_refused_in_words(changes: dict[str, Any], why: str) -> None:
    assert faults_of(terms()) == []
    assert why in " ".join(faults_of(replace(terms(), **changes)))


def test_a_threshold_of_serious_offenses_needs_one() -> None:
    rule = counting(offenses=(Offense("a", "A"),), thresholds=(Threshold(2, DAYS, only_serious=True),))
    assert "no offense is marked serious" in " ".join(faults_of(rule))


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("12 points in 6 months", Threshold(12, Window(6, Unit.MONTHS))),
        ("12 in 6 MONTHS", Threshold(12, Window(6, Unit.MONTHS))),
        ("1 unit: 3 in 1 day", Threshold(3, Window(1, Unit.DAYS), 1, 1)),
        ("2-3 units: 6 points in 180 days", Threshold(6, DAYS, 2, 3)),
        ("40+ units : 24 in 180 days", Threshold(24, DAYS, 40, None)),
    ],
)
def test_thresholds_are_read_as_people_write_them(text: str, threshold: Threshold) -> None:
    assert read_thresholds(f"\n {text} \n", RuleKind.POINTS) == (threshold,)


@pytest.mark.parametrize("text", ["many", "3 calls in 30 days", "-3 in 30 days", "3 in 30", "3 violations in 30 days"])
def test_what_is_no_threshold_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"no threshold|speaks of"):
        read_thresholds(text, RuleKind.POINTS)


@pytest.mark.parametrize("text", ["noise", "noise | Noise | six", "a | b | 3 | serious | 4", "a | b | 1 | 2"])
def test_what_is_no_offense_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no offense"):
        read_offenses(text)


@pytest.mark.parametrize("data", [{}, {"kind": "calls"}, {**terms().as_data(), "call_weight": 1}])
def test_data_that_are_no_rule_set_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_terms(data)
