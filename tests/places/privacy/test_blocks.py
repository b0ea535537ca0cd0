"""The pure rule: which hundred blocks share a public point."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.places.models import PointKind
from tracker.places.privacy.blocks import MINIMUM, WIDEST, Run, Span, divide, run_at, spans_that_may_hold

RUN = Run("ELM ST", 0, -1)
numbers_per_hundred = st.dictionaries(st.integers(0, 30).map(lambda n: n * 100), st.integers(1, 12), max_size=12)


def bounds(spans: list[Span]) -> list[tuple[int, int]]:
    return [(span.low, span.high) for span in spans]


def behind(span: Span, numbers: dict[int, int]) -> int:
    return sum(count for hundred, count in numbers.items() if span.low <= hundred <= span.high)


def test_a_block_of_eight_stands_alone_and_one_of_seven_does_not() -> None:
    assert bounds(divide(RUN, {100: 8})) == [(100, 100)]
    assert divide(RUN, {100: 7}) == []


def test_a_small_block_is_widened_by_its_neighbors() -> None:
    assert bounds(divide(RUN, {100: 3, 200: 3, 300: 2, 400: 9})) == [(100, 300), (400, 400)]


def test_a_small_block_at_the_end_joins_the_span_before_it() -> None:
    assert bounds(divide(RUN, {100: 8, 200: 3})) == [(100, 200)]


def test_blocks_too_far_along_the_street_are_not_joined() -> None:
    assert divide(RUN, {100: 4, 600: 4}) == []
    assert bounds(divide(RUN, {100: 8, 600: 4})) == [(100, 100)]
    assert bounds(divide(RUN, {100: 8, 200: 3, 700: 3})) == [(100, 200)]


def test_a_kept_span_is_cut_only_when_every_part_is_large_enough() -> None:
    kept = [Span(RUN, 100, 300)]
    assert bounds(divide(RUN, {100: 8, 300: 3}, kept)) == [(100, 300)]
    assert bounds(divide(RUN, {100: 8, 300: 8}, kept)) == [(100, 100), (300, 300)]


def test_a_new_small_block_does_not_widen_a_span_that_stands() -> None:
    assert bounds(divide(RUN, {100: 8, 200: 3}, [Span(RUN, 100, 100)])) == [(100, 100)]


def test_a_span_whose_addresses_went_away_no_longer_stands() -> None:
    assert divide(RUN, {100: 7}, [Span(RUN, 100, 200)]) == []


@pytest.mark.parametrize(
    ("span", "key", "kind", "label"),
    [
        (Span(RUN, 100, 100), "100-100 BLOCK ELM ST @0,-1", PointKind.BLOCK, "100 block of Elm St"),
        (Span(RUN, 0, 200), "0-200 BLOCK ELM ST @0,-1", PointKind.WIDENED, "0 to 200 blocks of Elm St"),
    ],
)
def test_a_span_has_a_key_that_reads_back_and_a_label_for_people(
    span: Span, key: str, kind: PointKind, label: str
) -> None:
    assert (span.key, span.kind, span.label) == (key, kind, label)
    assert Span.from_key(key) == span


def test_other_keys_are_no_spans() -> None:
    with pytest.raises(ValueError, match="not the key of a block point"):
        Span.from_key("ELM ST & OAK AVE")


def test_streets_of_one_name_in_different_squares_are_different_runs() -> None:
    assert run_at("ELM ST", 19_999, -1) == RUN
    assert run_at("ELM ST", 20_000, -1) == Run("ELM ST", 1, -1)


@given(numbers_per_hundred)
def test_spans_never_overlap_and_each_has_eight_numbers_behind_it(numbers: dict[int, int]) -> None:
    spans = divide(RUN, numbers)
    assert all(behind(span, numbers) >= MINIMUM for span in spans)
    assert all(span.high - span.low <= WIDEST for span in spans)
    assert all(first.high < second.low for first, second in itertools.pairwise(spans))


@given(numbers_per_hundred)
def test_every_block_that_has_eight_numbers_is_covered_and_found_by_key(numbers: dict[int, int]) -> None:
    spans = divide(RUN, numbers)
    for hundred, count in numbers.items():
        holding = [span for span in spans if span.low <= hundred <= span.high]
        assert len(holding) <= 1
        assert holding or count < MINIMUM
        assert set(holding) <= set(spans_that_may_hold(RUN, hundred))


@given(st.lists(numbers_per_hundred, min_size=2, max_size=5))
def test_learning_more_only_ever_makes_a_place_finer(lessons: list[dict[int, int]]) -> None:
    numbers: dict[int, int] = {}
    spans: list[Span] = []
    for lesson in lessons:
        numbers = {hundred: numbers.get(hundred, 0) + lesson.get(hundred, 0) for hundred in {*numbers, *lesson}}
        later = divide(RUN, numbers, spans)
        assert all(behind(span, numbers) >= MINIMUM for span in later)
        assert all(first.high < second.low for first, second in itertools.pairwise(later))
        for span in spans:
            for hundred in (block for block in numbers if span.low <= block <= span.high):
                (now,) = [one for one in later if one.low <= hundred <= one.high]
                assert span.low <= now.low and now.high <= span.high
        spans = later
