"""What an assessment says: one verdict per case, in plain sentences, never more than the counts allow."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.assessing.counted import CLOSED, NONE, WINDOWS, Counts, assessment
from tracker.cases.assessing.drawing import draw_assessment
from tracker.cases.assessing.explaining import explain_windows, how_reckoned, table_rows
from tracker.cases.assessing.findings import Assessment, Verdict, find
from tracker.cases.assessing.stored import read_inputs, write_inputs, write_results
from tracker.cases.assessing.windows import DAY, SEASON, Span
from tracker.cases.assessing.wording import HEADINGS, say_all, say_difference, say_heading, say_verdict, say_warnings

ZONE = ZoneInfo("America/New_York")


def said(one: Assessment) -> tuple[Verdict, str]:
    """The verdict with its words, blanks that do not break made plain."""
    findings = find(one)
    return findings.verdict, say_verdict(one, findings).replace("\u00a0", " ")


EARLY = replace(WINDOWS, after=Span(CLOSED, CLOSED + 5 * DAY))
ONE_DAY = replace(WINDOWS, after=Span(CLOSED, CLOSED + DAY))
GOING_ON = replace(WINDOWS, after=None)
NO_BEFORE = replace(WINDOWS, before=None, years_back=0)
RIGHT_BEFORE = replace(WINDOWS, before=Span(CLOSED - 370 * DAY, CLOSED - 130 * DAY), years_back=0)

SAID = [
    (assessment((24, 0), windows=EARLY), Verdict.TOO_EARLY, "Only 5 days have passed"),
    (assessment((24, 0), windows=ONE_DAY), Verdict.TOO_EARLY, "Only 1 day has passed"),
    (assessment((24, 0), windows=GOING_ON), Verdict.TOO_EARLY, "Only 0 days have passed"),
    (assessment((24, 0), windows=GOING_ON, is_closed=False), Verdict.TOO_EARLY, "The response goes on."),
    (assessment((0, 3)), Verdict.NO_BASELINE, "the problem was new when the case was opened"),
    (assessment((0, 1)), Verdict.NO_BASELINE, "there was 1 report."),
    (assessment((0, 3), windows=NO_BEFORE), Verdict.NO_BASELINE, "do not reach back"),
    (assessment((4, 0)), Verdict.TOO_FEW, "Reports fell from 4 to 0 (down 100 %"),
    (assessment((4, 4)), Verdict.TOO_FEW, "Reports stayed the same at 4 (no change"),
    (assessment((10, 40)), Verdict.UP, "from 10 to 40 (up 300 %, likely between 97 % and 797 %)."),
    (assessment((2, 40)), Verdict.UP, "The problem was not solved. Calls of the same kind"),
    (assessment((10, 40), NONE), Verdict.UP, "The problem was not solved."),
    (assessment((20, 16)), Verdict.UNCLEAR, "can be chance, in either direction"),
    (assessment((60, 48), (200, 480)), Verdict.HELD_DOWN, "rose by 140 % (200 before, 480 after). Measured against"),
    (assessment((24, 9), (5, 5)), Verdict.DOWN_UNCOMPARED, "would have fallen anyway"),
    (assessment((60, 20), (600, 200)), Verdict.DOWN_EVERYWHERE, "fell by 67 % (600 before, 200 after). Measured"),
    (assessment((24, 9), ring=(20, 60), belt=(50, 50)), Verdict.MAY_HAVE_MOVED, "20 to 60, worse than further out"),
    (assessment((24, 9)), Verdict.HELPED, "hardly changed (100 before, 100 after). So the response probably helped."),
    (assessment((24, 9), is_response_known=False), Verdict.HELPED, "does not say that a response was"),
    (assessment((24, 9), ring=(20, 22), belt=(50, 50)), Verdict.HELPED, "down 63 %, likely between 16 % and 85 %"),
    (assessment((48, 9), windows=RIGHT_BEFORE), Verdict.HELPED, "over 240 days before and 120 days after"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "verdict", "words"), SAID)
def test_each_verdict_has_its_sentence(one: Assessment, verdict: Verdict, words: str) -> None:
    found, sentence = said(one)
    assert found is verdict and words in sentence, sentence


def test_help_by_something_unknown_is_not_called_the_response() -> None:
    one = assessment((24, 9), is_response_known=False)
    assert say_heading(one, find(one)) == "Calls fell more than elsewhere"
    assert say_heading(assessment((24, 9)), find(one)) == "It probably helped"


def test_a_fall_that_few_comparisons_leave_unclear_is_not_said_to_be_no_more_than_elsewhere() -> None:
    one = assessment((24, 9), (10, 12))
    assert said(one)[0] is Verdict.DOWN_EVERYWHERE
    assert say_heading(one, find(one)) == "Calls fell, but not clearly more than elsewhere"


def test_a_place_that_only_pushed_its_calls_next_door_was_not_held_down() -> None:
    assert said(assessment((60, 48), (200, 480), ring=(20, 90), belt=(50, 50)))[0] is Verdict.UNCLEAR


def test_every_verdict_is_tried_and_named() -> None:
    assert {verdict for _, verdict, _ in SAID} == set(Verdict) == set(HEADINGS)


def test_regression_to_the_mean_is_named_whenever_the_baseline_is_not_clean() -> None:
    clean = assessment((24, 9))
    assert not any("regression to the mean" in words for words in say_warnings(clean, find(clean)))
    for unclean in (replace(clean, had_case_before=True), assessment((48, 9), windows=RIGHT_BEFORE)):
        assert any("regression to the mean" in words for words in say_warnings(unclean, find(unclean)))


def test_what_else_to_beware_of_is_said() -> None:
    one = assessment((24, 9), is_response_known=False)
    warnings = " ".join(say_warnings(one, find(one)))
    for words in ("covers 120 days", "does not say that a response was carried out", "moved next door"):
        assert words in warnings
    year = replace(WINDOWS, before=Span(CLOSED - SEASON, CLOSED), after=Span(CLOSED, CLOSED + SEASON))
    sure = assessment((240, 90), ring=(50, 50), belt=(50, 50), windows=year)
    assert say_warnings(sure, find(sure)) == []
    nothing = assessment((0, 3))
    assert say_warnings(nothing, find(nothing)) == []


def test_windows_counts_and_method_are_explained() -> None:
    one = assessment((24, 9), ring=(3, 0))
    names = [name for name, _, _ in explain_windows(one, ZONE)]
    assert names == ["Before", "Calls that made it a case", "Response", "After"]
    rows = table_rows(one, find(one))
    assert rows[0] == ("This place, within 100 m", "24", "9", "down 63 %")
    assert rows[1][3] == "down 100 %" and rows[2][3] == "no baseline"
    assert len(table_rows(replace(one, has_ring=False), find(one))) == 2
    assert "Wheeler and Ratcliffe" in how_reckoned(one)
    later = [explain_windows(assessment((1, 1), windows=w), ZONE)[0][2] for w in (GOING_ON, RIGHT_BEFORE)]
    assert "for as long as nothing can be compared yet" in later[0] and "do not reach back" in later[1]
    assert table_rows(assessment((1, 1), windows=GOING_ON), find(one))[0][3] == "not yet"
    assert say_difference(None) == "Too few calls to compare."
    assert "15.0 fewer than the comparison" in say_difference(find(one).difference)


def test_what_is_kept_comes_back_the_same() -> None:
    for one, _, _ in SAID:
        assert read_inputs(write_inputs(one)) == one
        assert write_results(find(one), say_all(one, find(one)))["verdict"] == find(one).verdict


pairs = st.tuples(st.integers(0, 300), st.integers(0, 300))


@settings(max_examples=50)
@given(pairs, pairs, pairs, pairs, st.booleans())
def test_help_is_never_claimed_without_a_clear_fall_beyond_the_comparison(
    place: Counts, control: Counts, ring: Counts, belt: Counts, is_known: bool
) -> None:
    one = assessment(place, control, ring, belt, is_response_known=is_known)
    findings, (verdict, sentence) = find(one), said(one)
    if "probably helped" in sentence:
        assert is_known and findings.difference is not None and findings.difference.high < 0
    if verdict is Verdict.HELPED:
        assert findings.change is not None and findings.change.high < 0
        assert not (findings.moved is not None and findings.moved.low > 0)
    assert 0 < len(sentence) < 500


@settings(max_examples=50)
@given(pairs, pairs)
def test_the_chart_stays_within_its_frame(place: Counts, control: Counts) -> None:
    one = assessment(place, control)
    chart = draw_assessment(one, find(one), ZONE)
    assert chart is not None
    for column in chart.columns:
        assert chart.left <= column.x <= column.x + column.width <= chart.width + 1
        assert chart.top - 1 <= column.y <= column.y + column.height <= chart.base + 1
    assert all(chart.top - 1 <= y <= chart.base for _, y in chart.line)


def test_nothing_counted_is_no_chart() -> None:
    one = replace(assessment((1, 1)), bins=())
    assert draw_assessment(one, find(one), ZONE) is None
