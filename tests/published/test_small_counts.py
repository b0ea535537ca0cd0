"""Small counts of a table are neither said nor to be worked out from its sum."""

from collections import defaultdict
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.published.small_counts import FEW_BELOW, Hidden, hide_small


@settings(max_examples=60)
@given(counts=st.lists(st.integers(0, 40), max_size=14))
def test_no_small_count_is_said_and_zeros_and_large_ones_are_never_called_few(counts: list[int]) -> None:
    said = hide_small(counts)
    assert len(said) == len(counts)
    for count, one in zip(counts, said, strict=True):
        assert (one is Hidden.FEW) == (0 < count < FEW_BELOW)
        assert one == count or one is Hidden.FEW or (one is Hidden.KEPT_BACK and count >= FEW_BELOW)
    if Hidden.FEW not in said:
        assert said == counts


def test_who_knows_the_sum_and_this_very_rule_cannot_tell_one_from_two() -> None:
    """Every table of some sizes, side by side: those that look alike and sum alike leave each small count open."""
    for size, most in ((2, 9), (3, 9), (4, 6), (5, 4)):
        alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
        for counts in product(range(most + 1), repeat=size):
            alike[tuple(hide_small(counts)), sum(counts)].append(counts)
        for (said, _), tables in alike.items():
            if not any(isinstance(one, int) and one for one in said):
                continue  # nothing but hidden numbers: all that is known is the sum of the whole table
            for place, one in enumerate(said):
                assert one is not Hidden.FEW or {table[place] for table in tables} == {1, 2}, (said, tables)


def test_with_one_small_count_its_neighbors_are_kept_back_too() -> None:
    assert hide_small([12, 1, 30, 7, 9]) == [12, Hidden.FEW, 30, Hidden.KEPT_BACK, Hidden.KEPT_BACK]
    assert hide_small([12, 0, 30, 7, 9]) == [12, 0, 30, 7, 9]
