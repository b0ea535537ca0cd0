"""The chain of outside geocoders, against a stand-in service on this machine."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import make_city
from tests.places.geocoder_service import Service, running_service
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.places.city import city_projection, the_city
from tracker.places.gazetteer import Match
from tracker.places.geocoding import Pace, geocode
from tracker.places.models import GeocodeAnswer

Ask = Callable[[str], Match | None]


class Clock:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 15, tzinfo=UTC)
        self.waits: list[float] = []

    def read(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def configure(app: Flask, database: SQLAlchemy, service: Service, clock: Clock) -> Callable[..., Ask]:
    """`configure("photon")` gives a `geocode` with these providers, on the stand-in, with a clock of its own."""
    make_city()

    def configure_chain(*geocoders: str, url: str | None = None) -> Ask:
        url = service.url if url is None else url
        settings = replace(app.config["SETTINGS"], geocoders=geocoders, geocoder_url=url, geocoder_contact="our-city")
        app.config["SETTINGS"] = settings
        paces = {name: Pace(clock=clock.read, wait=clock.wait) for name in geocoders}
        return lambda text: geocode(text, paces=paces)

    return configure_chain


def kept_answers() -> list[tuple[str, str, float | None]]:
    rows = db.session.scalars(select(GeocodeAnswer).order_by(GeocodeAnswer.id))
    return [(row.provider, row.query, row.lat) for row in rows]


def test_nobody_is_asked_unless_the_city_configures_it(configure: Callable[..., Ask], service: Service) -> None:
    assert configure()("12 Elm Street") is None
    assert configure("nominatim")("  ") is None
    assert service.asked == []


@pytest.mark.parametrize("provider", ["nominatim", "photon"])
def test_an_answer_is_placed_with_its_source_and_score(configure: Callable[..., Ask], provider: str) -> None:
    match = configure(provider)(" 12  Elm Street ")
    x, y = city_projection(the_city()).to_decimetres(42.36, -71.05)
    assert match is not None
    assert (match.lat, match.long, match.x_dm, match.y_dm) == (42.36, -71.05, x, y)
    assert (match.address_id, match.score) == (None, 75.0)
    assert match.reason.startswith(f"{provider}: Elm Street")


def test_the_service_hears_who_asks_and_is_kept_to_the_city(configure: Callable[..., Ask], service: Service) -> None:
    configure("nominatim")("12 Elm Street")
    ((path, parameters, agent),) = service.asked
    assert (path, parameters["q"], agent) == ("/search", ["12 Elm Street, Testville"], "our-city")
    assert parameters["bounded"] == ["1"]
    city = the_city()
    west, south, east, north = (float(number) for number in parameters["viewbox"][0].split(","))
    assert (west, south, east, north) == pytest.approx((city.west, city.south, city.east, city.north))


def test_a_city_that_is_named_is_not_named_twice(configure: Callable[..., Ask], service: Service) -> None:
    configure("photon")("12 Elm Street, Testville")
    assert service.queries() == ["/api 12 Elm Street, Testville"]


def test_an_answer_is_asked_for_once_also_when_there_is_none(configure: Callable[..., Ask], service: Service) -> None:
    ask = configure("nominatim")
    assert ask("12 Elm Street") == ask("12 Elm Street")
    assert ask("Nowhere 7") is None
    assert ask("Nowhere 7") is None
    assert len(service.asked) == 2
    assert kept_answers() == [("nominatim", "12 Elm Street", 42.36), ("nominatim", "Nowhere 7", None)]


def test_an_answer_outside_the_city_counts_as_none(configure: Callable[..., Ask]) -> None:
    assert configure("photon")("Far away") is None
    assert kept_answers() == [("photon", "Far away", None)]


def test_the_next_one_is_asked_when_the_first_knows_nothing_or_fails(
    configure: Callable[..., Ask], service: Service
) -> None:
    ask = configure("nominatim", "photon")
    service.broken.add("/search")
    match = ask("12 Elm Street")
    assert match is not None and match.reason.startswith("photon")
    assert [name for name, *_ in kept_answers()] == ["photon"], "a failure is no answer"
    service.broken.clear()
    again = ask("12 Elm Street")
    assert again is not None and again.reason.startswith("nominatim")


def test_no_failure_reaches_the_caller(configure: Callable[..., Ask], service: Service) -> None:
    service.broken.add("/search")
    service.garbled.add("/api")
    assert configure("nominatim", "photon")("12 Elm Street") is None
    assert configure("nominatim", url="http://127.0.0.1:9")("12 Elm Street") is None
    assert kept_answers() == []


def test_each_provider_is_asked_at_most_once_a_second(configure: Callable[..., Ask], clock: Clock) -> None:
    ask = configure("nominatim")
    for number in range(3):
        ask(f"{number} Nowhere")
    clock.now += timedelta(seconds=0.25)
    ask("3 Nowhere")
    clock.now += timedelta(seconds=60)
    ask("4 Nowhere")
    assert clock.waits == pytest.approx([1.0, 1.0, 0.75])


def test_a_clock_set_back_never_makes_anybody_wait_longer_than_a_second(clock: Clock) -> None:
    pace = Pace(clock=clock.read, wait=clock.wait)
    pace.keep()
    clock.now -= timedelta(hours=1)
    pace.keep()
    assert clock.waits == [1.0]


def test_a_misspelled_provider_is_named_with_those_there_are(configure: Callable[..., Ask]) -> None:
    with pytest.raises(Invalid, match=r"'nominatm'; choose from nominatim, photon, arcgis"):
        configure("nominatm")("12 Elm Street")
