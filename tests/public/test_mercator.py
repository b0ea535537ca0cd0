"""Windows: whole tiles, bounded, and nothing but numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.published.mercator import project, read_window

BOXES = st.tuples(st.floats(-80, 79), st.floats(-179, 178), st.floats(0.0001, 1), st.floats(0.0001, 1))


@given(BOXES, st.integers(0, 19), st.floats(0, 1), st.floats(0, 1))
def test_a_window_holds_every_point_of_its_box_and_is_bounded(
    box: tuple[float, float, float, float], zoom: int, up: float, right: float
) -> None:
    south, west, height, width = box
    window = read_window(f"{west},{south},{west + width},{south + height}", str(zoom))
    x, y = project(np.array([south + up * height]), np.array([west + right * width]))
    assert window.contains(x, y).all()
    assert window.zoom <= zoom
    assert window.right - window.left <= 33 and window.bottom - window.top <= 33


@pytest.mark.parametrize(
    ("bbox", "zoom"),
    [("", "12"), ("1,2,3", "12"), ("1,2,3,4,5", "12"), ("a,b,c,d", "12"), ("nan,0,1,1", "12"), ("inf,0,1,1", "3"),
     ("2,0,1,1", "12"), ("0,2,1,1", "12"), ("0,0,1,1", ""), ("0,0,1,1", "20"), ("0,0,1,1", "-1"), ("0,0,1,1", "x"),
     ("-1e9,0,1e9,1", "3")],
)  # fmt: skip
def test_what_is_no_window_is_refused_in_words(bbox: str, zoom: str) -> None:
    with pytest.raises(Invalid):
        read_window(bbox, zoom)


def test_two_screens_that_show_nearly_the_same_share_a_window() -> None:
    assert read_window("-71.10,42.30,-71.00,42.40", "12") == read_window("-71.101,42.301,-71.001,42.399", "12")
