"""Privacy held over random small cities, beside a slow and obvious oracle."""

from dataclasses import dataclass

import pytest
import shapely
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import shape
from sqlalchemy import select

from tests.factories import make_city
from tests.places.houses import degrees, put_address, put_neighborhood
from tracker.extensions import db
from tracker.places.addresses import normalize_address
from tracker.places.city import city_projection, the_city
from tracker.places.models import Address, Area, PointKind, PublicPoint
from tracker.places.privacy import Mask, PlaceToMask, build_public_points, mask_places

FINE = (PointKind.BLOCK, PointKind.WIDENED)
STREETS = ("ELM ST", "OAK AVE")


@dataclass(frozen=True, slots=True)
class House:
    """A house or, without a number, the intersection of both streets; decimetres."""

    street: str
    number: int
    x_dm: int
    y_dm: int

    @property
    def key(self) -> str:
        return f"{self.number} {self.street}" if self.number else "ELM ST & OAK AVE"


houses = st.builds(
    House, st.sampled_from(STREETS), st.integers(0, 299), st.integers(19_000, 20_900), st.integers(0, 900)
)  # fmt: skip
cities = st.lists(houses, min_size=20, max_size=60, unique_by=lambda house: house.key)
on_database = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def found_city(city: list[House]) -> None:
    """Start over with these houses and one neighborhood over a part of them; nothing is ever committed."""
    db.session.rollback()
    make_city()
    put_neighborhood("Riverside", 19_500, 20_200)
    add_houses(city)
    build_public_points()


def add_houses(city: list[House]) -> None:
    known = set(db.session.scalars(select(Address.key)))
    for house in city:
        if house.key not in known:
            put_address(house.key, house.x_dm, house.y_dm)


def mask(key: str, lat: float, long: float) -> Mask:
    return mask_places([PlaceToMask(key, None, lat, long)])[0]


def expected_mask(key: str, lat: float, long: float) -> tuple[str, float, float]:
    """The oracle: look at every address, one by one."""
    x, y = city_projection(the_city()).to_decimetres(lat, long)
    wanted = normalize_address(key)
    known = list(db.session.scalars(select(Address)))
    if wanted.number is not None:
        same = [one for one in known if block_of(one) == (wanted.street, wanted.hundred, x // 20_000, y // 20_000)]
        return point_or_coarse(same[0] if same else None, x, y, lat, long)
    if wanted.key:
        same = [one for one in known if one.key == wanted.key]
        near = [one for one in same if (one.x_dm - x) ** 2 + (one.y_dm - y) ** 2 <= 3_000**2]
        return point_or_coarse(near[0] if near else None, x, y, lat, long)
    reach = [
        (squared(one, x, y), one.key, one) for one in known if one.number is not None and squared(one, x, y) <= 10**6
    ]
    return point_or_coarse(min(reach)[2] if reach else None, x, y, lat, long)


def squared(one: Address, x: int, y: int) -> int:
    return (one.x_dm - x) ** 2 + (one.y_dm - y) ** 2


def block_of(one: Address) -> tuple[object, ...] | None:
    return one.number and (one.street_key, one.number // 100 * 100, one.x_dm // 20_000, one.y_dm // 20_000)


def point_or_coarse(address: Address | None, x: int, y: int, lat: float, long: float) -> tuple[str, float, float]:
    point = db.session.get(PublicPoint, address.public_point_id) if address else None
    if point and point.kind in (*FINE, PointKind.INTERSECTION):
        return point.label, point.lat, point.long
    for area in db.session.scalars(select(Area)):
        if shape(area.geometry).covers(shapely.Point(long, lat)):
            return area.name, area.point_lat, area.point_long
    middle = degrees(x // 5_000 * 5_000 + 2_500, y // 5_000 * 5_000 + 2_500)
    return f"Near {middle[0]:.3f}, {middle[1]:.3f} (approximate)", round(middle[0], 5), round(middle[1], 5)


@pytest.mark.once
@on_database
@given(cities)
def test_every_block_point_has_eight_house_numbers_of_its_own_behind_it(
    database: SQLAlchemy, city: list[House]
) -> None:
    found_city(city)
    for point in db.session.scalars(select(PublicPoint).where(PublicPoint.kind.in_(FINE))):
        members = list(db.session.scalars(select(Address).where(Address.public_point_id == point.id)))
        assert len({one.number for one in members}) >= 8
        assert len({(one.street_key, one.x_dm // 20_000, one.y_dm // 20_000) for one in members}) == 1
        assert all((point.lat, point.long) != (round(one.lat, 5), round(one.long, 5)) for one in members)


@pytest.mark.once
@on_database
@given(cities, houses)
def test_masks_are_what_the_slow_oracle_says(database: SQLAlchemy, city: list[House], stranger: House) -> None:
    found_city(city)
    spots = [(house.key, *degrees(house.x_dm, house.y_dm)) for house in (*city, stranger)]
    spots += [("", lat, long) for _, lat, long in spots]
    for spot in spots:
        found = mask(*spot)
        assert (found.label, found.lat, found.long) == expected_mask(*spot)


@pytest.mark.once
@on_database
@given(cities, st.integers(0, 299), st.integers(0, 99))
def test_the_mask_never_depends_on_the_house_number_within_a_block(
    database: SQLAlchemy, city: list[House], number: int, other: int
) -> None:
    found_city(city)
    number, other = max(number, 1), max(number // 100 * 100 + other, 1)
    for house in city:
        at = degrees(house.x_dm, house.y_dm)
        assert mask(f"{number} ELM ST", *at) == mask(f"{other} ELM ST", *at)


@pytest.mark.once
@on_database
@given(cities, cities)
def test_a_point_that_stands_never_moves_and_no_place_gets_coarser(
    database: SQLAlchemy, city: list[House], later: list[House]
) -> None:
    found_city(city)
    before = {one.key: (one.label, one.lat, one.long) for one in db.session.scalars(select(PublicPoint))}
    kinds = {house.key: mask(house.key, *degrees(house.x_dm, house.y_dm)).kind for house in city}
    add_houses(later)
    build_public_points()
    after = {one.key: (one.label, one.lat, one.long) for one in db.session.scalars(select(PublicPoint))}
    assert {key: after[key] for key in before.keys() & after.keys()} == {
        key: before[key] for key in before.keys() & after.keys()
    }
    order = list(PointKind)
    for house in city:
        now = mask(house.key, *degrees(house.x_dm, house.y_dm)).kind
        assert order.index(now) <= order.index(kinds[house.key])
