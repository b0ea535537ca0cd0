"""Lines and polygons: each rule against a case that can be drawn on a napkin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.city.demo.geometry import at_chainage, chainage, is_inside, near_pairs, offset, reach, smooth
from tracker.city.demo.land import Land
from tracker.city.demo.layout import Road
from tracker.city.demo.network import build_network
from tracker.city.demo.plan import join_cells

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
points = st.tuples(st.floats(-300, 300), st.floats(-300, 300))


def test_a_smooth_curve_goes_through_every_given_point() -> None:
    control = np.array([[0.0, 0.0], [100.0, 50.0], [200.0, 0.0]])
    curve = smooth(control, 10.0)

    assert all(np.hypot(*(curve - point).T).min() == 0 for point in control)
    assert np.hypot(*np.diff(curve, axis=0).T).max() < 15


def test_points_along_a_line_lie_at_their_distance() -> None:
    line = np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 40.0]])

    assert chainage(line).tolist() == [0, 30, 70]
    assert at_chainage(line, np.array([10.0, 50.0])).tolist() == [[10, 0], [30, 20]]


def test_the_left_of_a_line_to_the_east_is_the_north() -> None:
    assert offset(np.array([[0.0, 0.0], [10.0, 0.0]]), 5.0).tolist() == [[0, 5], [10, 5]]


def test_inside_is_inside() -> None:
    spots = np.array([[5.0, 5.0], [15.0, 5.0], [-1.0, 5.0], [5.0, 11.0]])

    assert is_inside(spots, SQUARE).tolist() == [True, False, False, False]


def test_a_ray_meets_the_line_before_it_and_none_behind() -> None:
    wall = [np.array([[20.0, -5.0], [20.0, 5.0]])]

    assert reach(np.array([0.0, 0.0]), np.array([1.0, 0.0]), wall) == pytest.approx(20)
    assert reach(np.array([0.0, 0.0]), np.array([-1.0, 0.0]), wall) == np.inf
    assert reach(np.array([0.0, 9.0]), np.array([1.0, 0.0]), wall) == np.inf


@given(st.lists(points, min_size=2, max_size=40))
def test_no_near_pair_is_missed_and_none_comes_twice(spots: list[tuple[float, float]]) -> None:
    array = np.array(spots)
    pairs = list(zip(*(side.tolist() for side in near_pairs(array, 30.0)), strict=True))
    together = {tuple(sorted(pair)) for pair in pairs}

    assert len(together) == len(pairs)
    for one in range(len(spots)):
        for two in range(one):
            if np.hypot(*(array[one] - array[two])) < 30.0:
                assert (two, one) in together


def test_two_streets_that_cross_make_four_blocks_and_one_crossing() -> None:
    east = Road([np.array([[-100.0, 0.0], [100.0, 0.0]])], "Elm St")
    north = Road([np.array([[0.0, -100.0], [0.0, 100.0]])], "Oak Ave")
    network = build_network([east, north])

    assert [(one.street, one.hundred) for one in network.blocks] == [
        ("Elm St", 100), ("Elm St", 200), ("Oak Ave", 100), ("Oak Ave", 200),
    ]  # fmt: skip
    assert [(one.x, one.y, one.streets) for one in network.crossings] == [(0, 0, ("Elm St", "Oak Ave"))]


def test_a_street_that_ends_a_little_over_another_is_cut_there_and_one_that_leads_nowhere_is_dropped() -> None:
    through = Road([np.array([[-100.0, 0.0], [100.0, 0.0]])], "Elm St")
    side = Road([np.array([[0.0, -4.0], [0.0, 100.0]])], "Oak Ave")
    lost = Road([np.array([[500.0, 500.0], [600.0, 500.0]])], "Lost Ln")
    blocks = build_network([through, side, lost]).blocks

    assert [one.street for one in blocks].count("Oak Ave") == 1
    assert "Lost Ln" not in {one.street for one in blocks}


def test_taken_land_is_taken_and_the_rest_is_free() -> None:
    land = Land()
    land.take_along([np.array([[-100.0, 0.0], [100.0, 0.0]])], 40.0)
    land.take_ellipse((1000.0, 1000.0), (100.0, 50.0))
    spots = np.array([[0.0, 20.0], [0.0, 80.0], [1080.0, 1000.0], [1000.0, 1080.0], [99_999.0, 0.0]])

    assert land.is_free(spots).tolist() == [False, True, False, True, False]


def test_joined_cells_share_no_inner_edge() -> None:
    one, two, both = join_cells([(0, 0)]), join_cells([(1, 0)]), join_cells([(0, 0), (1, 0)])
    shared = {tuple(p) for p in one.tolist()} & {tuple(p) for p in two.tolist()}

    assert len(both) == len(one) + len(two) - 2 * (len(shared) - 1)
