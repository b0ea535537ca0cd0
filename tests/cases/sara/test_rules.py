"""What may follow which phase, when a problem is one, when it peaks and where it concentrates: the pure rules."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.cases.models import CaseStatus, SaraPhase
from tracker.cases.sara.cheers import Element, missing_answers
from tracker.cases.sara.concentration import concentration_words, rank_places
from tracker.cases.sara.phase_steps import PHASE_STEPS, earlier_phases, next_phase, require_phase_step
from tracker.cases.sara.sides import SIDES, draw_triangle
from tracker.cases.sara.times import BANDS, count_times, find_peak
from tracker.errors import Conflict

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 6, 15, tzinfo=NEW_YORK)
ALLOWED = {  # written down once more, by hand: the table must not drift
    ("scanning", "analysis"), ("analysis", "scanning"), ("analysis", "response"), ("response", "scanning"),
    ("response", "analysis"), ("response", "assessment"), ("assessment", "scanning"), ("assessment", "analysis"),
    ("assessment", "response"),
}  # fmt: skip


@pytest.mark.parametrize("status", list(CaseStatus))
@pytest.mark.parametrize("now", list(SaraPhase))
@pytest.mark.parametrize("then", list(SaraPhase))
def test_every_step_outside_the_table_is_refused(status: CaseStatus, now: SaraPhase, then: SaraPhase) -> None:
    if status is CaseStatus.OPEN and (now.value, then.value) in ALLOWED:
        require_phase_step(status, now, then)
    else:
        with pytest.raises(Conflict):
            require_phase_step(status, now, then)


def test_a_skipped_phase_is_refused_with_what_comes_first_and_what_is_missing() -> None:
    with pytest.raises(Conflict, match=r"After scanning comes analysis; response cannot come before it. Ask first."):
        require_phase_step(CaseStatus.OPEN, SaraPhase.SCANNING, SaraPhase.RESPONSE, ["Ask first."])


def test_one_step_forward_and_any_step_back_is_offered() -> None:
    assert [next_phase(phase) for phase in SaraPhase] == [*list(SaraPhase)[1:], None]
    assert earlier_phases(SaraPhase.RESPONSE) == [SaraPhase.ANALYSIS, SaraPhase.SCANNING]
    assert set(PHASE_STEPS) == set(SaraPhase)


@given(
    st.dictionaries(st.sampled_from(Element), st.sampled_from([True, False, None])), st.sampled_from(["", " ", "So."])
)
def test_the_gate_is_open_with_six_answers_and_a_reason_for_each_no(
    answers: dict[Element, bool | None], reason: str
) -> None:
    whole = all(answers.get(element) is not None for element in Element)
    denied = any(answer is False for answer in answers.values())
    assert (missing_answers(answers, reason) == []) == (whole and (not denied or reason.strip() != ""))


def test_what_is_missing_is_said_by_name() -> None:
    answers = dict.fromkeys(Element, True) | {Element.HARM: False, Element.EVENTS: None}
    unanswered, denied = missing_answers(answers, "")
    assert (
        unanswered == "Of the six questions not answered yet: events."
        and "to harm is no: dismiss the case, or say why" in denied
    )


def at(days: int, hour: float) -> tuple[datetime, bool]:
    """A call that was taken here, on the city's clocks, `days` after a Monday."""
    local = (MONDAY + timedelta(days=days)).replace(hour=int(hour), minute=round(hour % 1 * 60))
    return local, False


def test_a_peak_is_named_with_its_share() -> None:
    calls = [at(4 + 7 * week, 21.5) for week in range(9)] + [at(5 + 7 * week, 20) for week in range(8)]
    calls += [at(day, 9) for day in range(5)]
    times = count_times(calls)
    assert (
        times.sentence == "It peaks on Fridays and Saturdays, 18:00 to 24:00: 17 of 22 calls (77 %) in 7 % of the week."
    )
    assert times.levels[7][4] == 4 and times.levels[0] == [0] * 7


def test_too_few_calls_tell_nothing_and_even_ones_have_no_peak() -> None:
    assert "Too few calls to tell when it peaks: 9 with a time" in count_times([at(0, 22)] * 9).sentence
    even = [at(day, hour) for day in range(7) for hour in range(1, 24, 3)]
    assert count_times(even).sentence.startswith("No time stands out")
    assert count_times([]).sentence == "There are no calls."


def test_dates_without_a_time_are_no_peak_at_midnight() -> None:
    dates = [(MONDAY + timedelta(days=day), True) for day in range(30)]
    times = count_times(dates)
    assert times.sentence == "The times of these calls are not known: only their dates." and times.timed == 0
    assert sum(times.weekdays) == times.untimed == 30
    mixed = count_times([*dates, *[at(day, 12) for day in range(20)]])
    assert (
        "every day, 12:00 to 15:00: 20 of 20" in mixed.sentence
        and "Of 30 more only the date is known" in mixed.sentence
    )
    assert count_times([(dates[0][0], False)]).timed == 1, "taken here at midnight it was midnight"


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 23)), min_size=1, max_size=60))
def test_every_call_counts_once_and_a_peak_holds_more_than_its_share(calls: list[tuple[int, int]]) -> None:
    times = count_times([at(day, hour) for day, hour in calls])
    assert sum(map(sum, times.grid)) == sum(times.weekdays) == times.timed == len(calls)
    assert len(times.grid) == BANDS and all(0 <= level <= 4 for row in times.levels for level in row)
    peak = find_peak(times.grid)
    if peak is not None:
        assert peak[2] / len(calls) > peak[3]


@settings(max_examples=40)
@given(st.dictionaries(st.text("abc", min_size=1), st.integers(1, 50), min_size=1))
def test_shares_add_up_to_all_calls_and_all_places(counts: dict[str, int]) -> None:
    ranked = rank_places(counts, {key: key for key in counts})
    assert [place.calls for place in ranked] == sorted(counts.values(), reverse=True)
    assert ranked[-1].cumulated_calls == ranked[-1].cumulated_places == 100
    assert sum(place.calls for place in ranked) == sum(counts.values())


def test_few_places_that_give_most_calls_are_counted() -> None:
    counts = Counter({"a": 70, "b": 15, "c": 5, "d": 5, "e": 5})
    ranked = rank_places(counts, {"a": "12 Elm St", "b": "B", "c": "C", "d": "D", "e": "E"})
    assert concentration_words(ranked) == "2 of 5 places give 85 % of the calls; 12 Elm St alone 70 %."
    one = rank_places(Counter({"a": 80, "b": 20}), {"a": "12 Elm St", "b": "B"})
    assert concentration_words(one) == "1 of 2 places gives 80 % of the calls; 12 Elm St alone 80 %."
    assert concentration_words(ranked[:1]) == "Every call names the same place: 12 Elm St."
    assert concentration_words([]) == "No calls are linked."


def test_a_side_is_drawn_with_its_words_in_at_most_three_lines() -> None:
    long = "young people who wait for the last bus and have nowhere else to go after the club has closed its doors"
    offender, target, place = draw_triangle({"offender": long, "manager": "Park staff"})
    assert offender.is_known and not offender.is_controlled and not target.is_known
    assert len(offender.block[2]) == 3 and offender.block[2][-1].endswith("…") and offender.words == long
    assert place.controller_block[2] == ["Park staff"] and place.is_controlled
    assert [drawn.side for drawn in (offender, target, place)] == list(SIDES)
