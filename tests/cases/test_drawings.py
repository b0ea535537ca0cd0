"""The chart and the plan of a case: pure figures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cases.charts import HEIGHT, WIDTH, chart_calls
from tracker.cases.site_plan import Spot, cut_sheet, draw_plan

DAY = date(2026, 6, 15)
DAYS = st.lists(st.integers(0, 2_000).map(lambda number: DAY + timedelta(days=number)), min_size=1, max_size=60)


def test_without_calls_there_is_no_chart() -> None:
    assert chart_calls([]) is None


@pytest.mark.parametrize(("span", "unit"), [(0, "day"), (61, "day"), (62, "week"), (459, "week"), (460, "month")])
def test_longer_spans_have_wider_bars(span: int, unit: str) -> None:
    chart = chart_calls([DAY, DAY + timedelta(days=span)])
    assert chart is not None and chart.unit == unit


@given(DAYS, st.lists(st.integers(-50, 2_500), max_size=3))
def test_every_call_stands_in_one_bar_within_the_chart(days: list[date], marks: list[int]) -> None:
    chart = chart_calls(days, [(DAY + timedelta(days=number), "opened") for number in marks])
    assert chart is not None
    assert sum(bar.count for bar in chart.bars) == len(days)
    for bar in chart.bars:
        assert bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y >= 0 and bar.y + bar.height <= HEIGHT
        assert bar.count == sum(bar.first <= day <= bar.last for day in days)
    assert all(0 <= mark.x <= WIDTH for mark in chart.marks)


def test_the_plan_shows_the_whole_reach_and_every_call() -> None:
    spots = [Spot(9_000, -500, 1, "far"), Spot(0, 0, 2, "1 Elm St")]
    sheet = cut_sheet((0, 0), 100, [(spot.x_dm, spot.y_dm) for spot in spots])
    plan = draw_plan(sheet, 100, spots, known=[(0, 0), (300, 300), (10**7, 0)])
    assert [(dot.count, dot.label) for dot in plan.dots] == [(2, "1 Elm St"), (1, "far")]
    assert all(0 <= dot.x <= plan.width and 0 <= dot.y <= plan.height for dot in plan.dots)
    assert plan.anchor_r == plan.dots[0].r and len(plan.known) == 1
    assert plan.scale <= plan.width / 4 and plan.reach <= plan.height / 2


def test_north_is_up() -> None:
    sheet = cut_sheet((0, 0), 100, [])
    assert sheet.place(0, 500)[1] < sheet.place(0, 0)[1] < sheet.place(0, -500)[1]
    assert sheet.place(500, 0)[0] > sheet.place(0, 0)[0]


def test_streets_that_cross_the_sheet_are_drawn_and_named_once() -> None:
    sheet = cut_sheet((0, 0), 100, [])
    across, beyond = [(-50_000.0, 100.0), (50_000.0, 100.0)], [(90_000.0, 0.0), (99_000.0, 0.0)]
    plan = draw_plan(sheet, 100, [], streets=[("Elm St", across), ("Elm St", across), ("Far St", beyond)])
    assert [line.name for line in plan.lines] == ["Elm St", "Elm St"]
    assert [line.label_at is not None for line in plan.lines] == [True, False]
