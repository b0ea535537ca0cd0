"""Circles and places: every case in view is in exactly one of them, wherever the cases lie."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.public.clusters import FEW, MOST_SINGLE, gather
from tracker.published.mercator import MAX_ZOOM, project

SPOTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=400)


@settings(max_examples=60)
@given(SPOTS, st.integers(0, MAX_ZOOM), st.integers(1, 900))
def test_every_case_is_at_one_place_or_counted_in_one_circle(
    spots: list[tuple[int, int]], zoom: int, repeats: int
) -> None:
    lat = np.array([42 + north / 1000 for north, _ in spots], dtype=np.float64)
    long = np.array([-71 + east / 1000 for _, east in spots], dtype=np.float64)
    lat, long = np.tile(lat, 1 + repeats % 3), np.tile(long, 1 + repeats % 3)
    x, y = project(lat, long)
    found = gather(np.arange(lat.size), x, y, lat, long, zoom)
    listed = [case for members in found.places for case in members]
    assert len(listed) == len(set(listed)) <= MOST_SINGLE
    assert len(listed) + sum(count for _, _, count in found.circles) == lat.size
    assert all(len({(lat[case], long[case]) for case in members}) == 1 for members in found.places)
    for circle_lat, circle_long, count in found.circles:
        assert count >= 1
        assert lat.min() - 1e-9 <= circle_lat <= lat.max() + 1e-9
        assert long.min() - 1e-9 <= circle_long <= long.max() + 1e-9


def test_few_cases_are_shown_place_by_place_and_many_as_circles() -> None:
    lat = 42 + np.arange(FEW + 1) / 5000
    long = np.full(FEW + 1, -71.0)
    x, y = project(lat, long)
    few = gather(np.arange(FEW), x, y, lat, long, 11)
    assert len(few.places) == FEW and not few.circles
    many = gather(np.arange(FEW + 1), x, y, lat, long, 11)
    assert sum(count for *_, count in many.circles) + sum(map(len, many.places)) == FEW + 1
    assert many.circles and max(count for *_, count in many.circles) > 1


def test_more_cases_than_may_be_listed_at_one_point_become_a_circle_even_at_the_last_zoom() -> None:
    n = MOST_SINGLE + 1
    lat, long = np.full(n, 42.0), np.full(n, -71.0)
    x, y = project(lat, long)
    found = gather(np.arange(n), x, y, lat, long, MAX_ZOOM)
    assert found.places == [] and found.circles == [(42.0, -71.0, n)]


def test_nothing_in_view_gives_nothing() -> None:
    nothing = np.array([], dtype=np.int64)
    empty = np.array([], dtype=np.float64)
    found = gather(nothing, empty, empty, empty, empty, 12)
    assert (found.places, found.circles) == ([], [])
