"""Positions that mean «don't know»."""

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_city
from tests.places.houses import degrees
from tracker.errors import Invalid
from tracker.places.sinks import add_sink, find_sink, sink_positions


def test_a_sink_is_found_at_its_very_position_only(database: SQLAlchemy) -> None:
    make_city()
    sink = add_sink(*degrees(300, -40), "the geocoder's default")
    assert (sink.x_dm, sink.y_dm, sink.note) == (300, -40, "the geocoder's default")
    assert sink_positions() == {(300, -40)}
    assert find_sink(300, -40) is sink
    assert find_sink(301, -40) is None


def test_naming_a_sink_again_gives_the_one_there_is(database: SQLAlchemy) -> None:
    make_city()
    assert add_sink(*degrees(300, -40), "first") is add_sink(*degrees(300, -40), "second")
    assert sink_positions() == {(300, -40)}


def test_a_sink_outside_the_city_is_refused(database: SQLAlchemy) -> None:
    make_city()
    with pytest.raises(Invalid, match="outside Testville"):
        add_sink(0.0, 0.0)
