"""The grid of solved cases: coarse, fixed on the ground, and silent about squares with fewer than three."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import ORIGIN
from tracker.published.heat import CELL_M, grid_of
from tracker.published.small_counts import FEW_BELOW

OFFSETS = st.lists(st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)), max_size=30)


def test_two_at_a_place_are_not_shown_and_three_are() -> None:
    lat, long = np.full(5, ORIGIN[0]), np.full(5, ORIGIN[1])
    lat[3:] += 0.02
    (cell,) = grid_of(lat, long, ORIGIN[0])
    assert cell.count == 3
    meters = np.hypot(cell.lat - ORIGIN[0], (cell.long - ORIGIN[1]) * np.cos(np.radians(ORIGIN[0]))) * 111_195
    assert meters <= CELL_M * 0.72  # half of the diagonal


@settings(max_examples=40)
@given(offsets=OFFSETS, repeats=st.integers(1, 4))
def test_no_square_has_few_and_none_depends_on_where_in_it_the_points_lie(
    offsets: list[tuple[float, float]], repeats: int
) -> None:
    points = np.array(offsets * repeats, dtype=float).reshape(-1, 2) + ORIGIN
    cells = grid_of(points[:, 0], points[:, 1], ORIGIN[0])
    assert all(cell.count >= FEW_BELOW for cell in cells)
    assert sum(cell.count for cell in cells) <= len(points)
    if cells:
        middles = np.array([(cell.lat, cell.long) for cell in cells for _ in range(cell.count)])
        assert grid_of(middles[:, 0], middles[:, 1], ORIGIN[0]) == cells
