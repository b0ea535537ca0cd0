"""Copies that a process keeps are those of the tables: whatever writes them, and whatever is rolled back."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import create_engine, text, update

from tests.factories import (
    ORIGIN,
    make_area,
    make_city,
    make_family,
    make_question,
    make_rule,
    make_service_type,
)
from tracker.calls.models import ServiceType
from tracker.change_marks import Kept, current_marks
from tracker.places.city import find_city
from tracker.places.sinks import add_sink
from tracker.published.facts import public_kinds


def test_every_kind_of_change_leaves_other_marks(database: SQLAlchemy) -> None:
    seen = [current_marks()]
    city = make_city()
    for change in (
        make_family,
        lambda: make_service_type(is_public=True),
        make_area,
        make_rule,
        make_question,
        lambda: add_sink(*ORIGIN),
        lambda: database.session.execute(update(ServiceType).values(publish_after_days=3)),
        lambda: setattr(city, "name", "Elsewhere"),
        lambda: database.session.execute(text("DELETE FROM areas")),
    ):
        change()
        seen.append(current_marks())
    assert len(set(seen)) == len(seen)


def test_a_copy_is_made_once_and_again_after_a_change(database: SQLAlchemy) -> None:
    make_city()
    made: list[int] = []
    kept = Kept(lambda: made.append(1) or len(made))  # type: ignore[func-returns-value]  # None counts as nothing
    assert [kept.get(current_marks()) for _ in range(3)] == [1, 1, 1]
    make_area()
    assert kept.get(current_marks()) == 2


def test_what_was_rolled_back_is_not_taken_for_other_work_with_as_many_changes(database: SQLAlchemy) -> None:
    make_city()
    make_family(name="Noise")
    database.session.commit()
    for name in ("Lamps", "Potholes"):
        family = make_family(name=name)
        make_service_type(family=family, service_name=name, is_public=True)
        assert [kind.service_name for kind in public_kinds().values()] == [name]
        database.session.rollback()
    assert public_kinds() == {}


def test_another_process_is_noticed(database: SQLAlchemy) -> None:
    make_city(name="Here")
    database.session.commit()
    other = create_engine(database.engine.url)
    with other.begin() as connection:
        connection.execute(text("UPDATE cities SET name = 'There'"))
    other.dispose()
    database.session.remove()
    city = find_city()
    assert city is not None and city.name == "There"


def test_only_the_latest_marks_are_read_and_one_more_is_still_noticed(database: SQLAlchemy) -> None:
    city = make_city()
    for number in range(250):
        city.name = f"City {number}"
        database.session.flush()
    before = current_marks()
    city.name = "Elsewhere"
    assert current_marks() != before
    found = find_city()
    assert found is not None and found.name == "Elsewhere"
