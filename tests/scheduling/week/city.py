"""The small city of the week: two centers, fifteen crews, five kinds of work, a hundred and sixty cases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from tests import factories as make
from tests.pressing import Person
from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.scheduling.resources.models import CityResource, CrewMember, ResourceKind, ResourceSkill, TeamMember
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

MONDAY = date(2026, 6, 15)
WEST, EAST = "West Center", "East Center"
CREWS = {"inspect": 3, "haul": 3, "tree": 3, "tow": 2, "rodent": 2, "light": 2}
"""Fifteen crews by what they can do. The tree crews are teams with a chipper."""
CASES = {"Dumping": 40, "Trees": 40, "Vehicles": 20, "Rodents": 40, "Lights": 20}
OFFICE = {"Sam": Role.SCHEDULER, "Sue": Role.SUPERVISOR, "Ana": Role.CONTACT}
_UTC_OFFSET = timedelta(hours=4)
_SHIFT = [(day, 7 * 60, 15 * 60) for day in range(5)]


def utc(local: datetime) -> datetime:
    """An instant of June on the city's clocks."""
    return (local + _UTC_OFFSET).replace(tzinfo=UTC)


def on(day: date, hour: int = 6, minute: int = 0) -> datetime:
    """A moment of a day as the wall clock shows it."""
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001  # a wall clock's reading


@dataclass
class City:
    """Who works there, and where there is work."""

    people: dict[str, Person]
    crews: dict[int, Person]
    """By the number of the resource, whoever carries its phone."""
    skills: dict[int, str]
    cases: dict[str, list[ProblemCase]] = field(default_factory=dict)


def build_city(app: Flask) -> City:
    """Everything that is there before the first order."""
    make.make_city(is_live=True)
    lat, long = make.ORIGIN
    centers = [
        make.make_area(name=name, geometry=make.square(lat, long + side * 0.041, 0.04))
        for name, side in ((WEST, -1), (EAST, 1))
    ]
    city = City({}, {}, {})
    for name, count in CASES.items():
        rule = make.make_rule(family=make.make_family(name=name))
        city.cases[name] = [_case(number, rule=rule, center_id=centers[number % 2].id) for number in range(count)]
    members: dict[int, User] = {}
    for skill, count in CREWS.items():
        for number in range(1, count + 1):
            crew = _crew(skill, number)
            city.skills[crew.id] = skill
            members[crew.id] = make.make_user(role=Role.CREW, display_name=f"Phone of {crew.name}")
            db.session.add(CrewMember(user=members[crew.id], resource=crew))
    staff = {name: make.make_user(role=role, display_name=name) for name, role in OFFICE.items()}
    db.session.commit()
    city.people = {name: _person(app, user) for name, user in staff.items()}
    city.crews = {number: _person(app, user) for number, user in members.items()}
    return city


def _case(number: int, **columns: object) -> ProblemCase:
    """Places half a kilometer apart, every second one in the east."""
    north, east = (number // 2) % 10, (number // 20) + 1
    side = 1 if number % 2 else -1
    lat, long = make.ORIGIN[0] - 0.025 + 0.005 * north, make.ORIGIN[1] + side * 0.007 * east
    return make.make_case(lat=lat, long=long, address=f"{100 + number} Elm St", **columns)


def _crew(skill: str, number: int) -> CityResource:
    lat, long = make.ORIGIN[0] + 0.01 * (number - 2), make.ORIGIN[1]
    crew = make.make_resource(
        name=f"{skill.capitalize()} {number}", skills=[skill], shifts=_SHIFT, people=2, base_lat=lat, base_long=long,
        cost_cents_per_hour=6_000,
    )  # fmt: skip
    for shift in crew.shifts:
        shift.break_minutes, shift.break_from, shift.break_until = 30, 11 * 60, 13 * 60
    if skill == "tree":
        chipper = make.make_resource(
            name=f"Chipper {number}", kind=ResourceKind.EQUIPMENT, skills=[], shifts=[], people=0
        )
        chipper.skills = [ResourceSkill(skill="chipper")]
        crew.members.append(TeamMember(member=chipper))
    db.session.flush()
    return crew


def _person(app: Flask, user: User) -> Person:
    return Person(app.test_client(), user.display_name, user.id, _sign_in(app))


def _sign_in(app: Flask) -> Callable[[Person], None]:
    def sign_in(person: Person) -> None:
        token = start_session(db.session.get_one(User, person.user_id))
        db.session.commit()
        person.client.set_cookie(cookie_name(app.config["SETTINGS"]), token)

    return sign_in
