"""The small city of the month: two centers side by side, two families, four contacts, and sixty places far apart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from tests import factories as make
from tests.desk.month.ledger import Known, on
from tests.pressing import Person
from tracker.calls.models import ServiceType
from tracker.extensions import db
from tracker.scheduling.playbooks.models import PlaybookStep
from tracker.scheduling.playbooks.step_kinds import StepKind
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

WEST, EAST = "West Center", "East Center"
GRAFFITI, DUMPING = "Graffiti", "Illegal dumping"
CONTACTS = {
    "Ana": (WEST, GRAFFITI), "Ben": (WEST, DUMPING), "Cleo": (EAST, GRAFFITI), "Dan": (EAST, DUMPING),
}  # fmt: skip
OTHERS = {"Sue": Role.SUPERVISOR, "Amy": Role.AIDE}
PLACES = 60
_NORTH, _EASTWARD = 0.0065, 0.01
"""Places lie 700 m apart and more: nothing at one of them has to do with another."""
_UTC_OFFSET = timedelta(hours=4)


def utc(local: datetime) -> datetime:
    """An instant of June on the city's clocks."""
    return (local + _UTC_OFFSET).replace(tzinfo=UTC)


@dataclass
class City:
    """Who works there, and where its problems are."""

    people: dict[str, Person]
    types: dict[str, ServiceType]
    places: list[Known]
    partner: str
    template: str


def build_city(app: Flask) -> City:
    """Everything that is there before the first call."""
    make.make_city(is_live=True)
    lat, long = make.ORIGIN
    centers = {
        name: make.make_area(name=name, geometry=make.square(lat, long + side * 0.041, 0.04))
        for name, side in ((WEST, -1), (EAST, 1))
    }
    families = {name: make.make_family(name=name) for name in (GRAFFITI, DUMPING)}
    types = {name: make.make_service_type(family=family, service_name=name) for name, family in families.items()}
    partner = make.make_partner(name="The power company")
    for family in families.values():
        make.make_rule(family=family, created_at=utc(on(date(2026, 1, 1))))
        steps = [
            PlaybookStep(position=1, kind=StepKind.TASK, title="Photograph it", due_days=4),
            PlaybookStep(position=2, kind=StepKind.PARTNER, title="Light the place", partner=partner, due_days=9),
        ]
        make.make_playbook(family=family, steps=steps)
    for name, (center, family) in CONTACTS.items():
        user = make.make_user(role=Role.CONTACT, display_name=name, email=f"{name.lower()}@city.example")
        make.make_contact(user=user, center=centers[center], families=[families[family]])
    for name, role in OTHERS.items():
        make.make_user(role=role, display_name=name)
    template = make.make_letter_template()
    db.session.commit()
    staff = db.session.scalars(select(User).where(User.display_name.in_([*CONTACTS, *OTHERS])))
    people = {user.display_name: _person(app, user) for user in staff}
    return City(people, types, [_place(number) for number in range(PLACES)], str(partner.id), template.code)


def _person(app: Flask, user: User) -> Person:
    return Person(app.test_client(), user.display_name, user.id, _sign_in(app))


def _place(number: int) -> Known:
    """Each round of twenty begins with another contact, so that all four get every kind of story."""
    turn, within = number // 20, number // 2
    center, family = (WEST, EAST)[(number + turn) % 2], (GRAFFITI, DUMPING)[(within + turn) % 2]
    north, east = within % 10, within // 10
    lat = make.ORIGIN[0] - 0.032 + _NORTH * north
    long = make.ORIGIN[1] + (-1 if center == WEST else 1) * (0.012 + _EASTWARD * east)
    return Known(f"{100 + number} Elm St", family, center, (round(lat, 6), round(long, 6)))


def _sign_in(app: Flask) -> Callable[[Person], None]:
    def sign_in(person: Person) -> None:
        token = start_session(db.session.get_one(User, person.user_id))
        db.session.commit()
        person.client.set_cookie(cookie_name(app.config["SETTINGS"]), token)

    return sign_in
