"""`resources.toml`: teams, breaks, weeks that alternate, costs; what is wrong is named by resource, shift and key."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.city.contents import Bounds, ResourceFacts
from tracker.city.loading.people import load_resources
from tracker.city.people import read_resources
from tracker.errors import Conflict, ProfileError
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.resources.models import CityResource
from tracker.scheduling.resources.shift_rules import ShiftRule

BOUNDS = Bounds(42.0, -72.0, 43.0, -71.0)
TEXT = """
[[resources]]
code = "crew-1"
name = "Crew 1"
kind = "crew"
skills = ["tree"]
base = [42.35, -71.06]
people = 3
capacity = 12
cost_per_hour = 85.50
lends_to_priority = 2
shifts = [
  { days = ["mon", "tue"], start = "07:00", end = "15:00", break_minutes = 30, break_from = "11:00", BREAK_END },
  { days = ["wed"], start = "06:00", end = "14:00", every_weeks = 2, starts_on = 2026-01-05, ends_on = 2026-12-31 },
]

[[resources]]
code = "chipper-1"
name = "Chipper"
kind = "equipment"
skills = ["chipper"]
base = [42.35, -71.06]
people = 0
shifts = [{ days = ["mon"], start = "07:00", end = "15:00", break_minutes = 15 }]

[[resources]]
code = "team"
name = "Storm team"
kind = "crew"
skills = ["storm"]
base = [42.35, -71.06]
shifts = [{ days = ["mon", "tue"], start = "07:00", end = "15:00" }]
members = ["crew-1", "chipper-1"]
""".replace("BREAK_END", 'break_until = "13:00"')


def read(folder: Path, text: str = TEXT) -> tuple[ResourceFacts, ...]:
    path = folder / "resources.toml"
    path.write_text(text, encoding="utf-8")
    return read_resources(path, {"NORTH"}, BOUNDS)


def test_everything_a_resource_may_say_is_read(tmp_path: Path) -> None:
    crew, chipper, team = read(tmp_path)
    assert (crew.people, crew.capacity, crew.cost_cents_per_hour, crew.lends_to_priority) == (3, 12, 8550, 2)
    assert crew.shifts[0] == ShiftRule(0, 420, 900, break_minutes=30, break_from=660, break_until=780)
    assert crew.shifts[2] == ShiftRule(2, 360, 840, 2, date(2026, 1, 5), date(2026, 12, 31))
    assert (chipper.people, chipper.shifts[0].break_from, chipper.shifts[0].break_until) == (0, 420, 900)
    assert team.members == ("crew-1", "chipper-1")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('break_until = "13:00"', 'break_until = "16:00"', 'resource 1 ("crew-1"): shift 1: .*outside its shift'),
        ('break_until = "13:00"', 'break_until = "11:10"', "a break of 30 minutes does not fit"),
        ("break_minutes = 30, ", "", "shift 1: break_from and break_until need break_minutes"),
        ("break_minutes = 30", "break_minutes = 3", "at least 5 minutes"),
        ("starts_on = 2026-01-05, ", "", "shift 2: every_weeks needs starts_on"),
        ("every_weeks = 2", "every_weeks = 99", "every_weeks must be a whole number from 1 to 52"),
        ("ends_on = 2026-12-31", "ends_on = 2025-12-31", "is before starts_on"),
        ("ends_on = 2026-12-31", "ends_on = 2026-01-06", "no such day lies between"),
        ("starts_on = 2026-01-05", 'starts_on = "soon"', "starts_on must be a date"),
        ('days = ["wed"], start = "06:00"', 'days = ["tue"], start = "06:00"', "runs into"),
        ("cost_per_hour = 85.50", "cost_per_hour = -1", "cost_per_hour must be an amount"),
        ("cost_per_hour = 85.50", "cost_per_hour = 85.505", "at most two decimals"),
        ("people = 3", "people = 300", "people must be a whole number from 0 to 100"),
        ("lends_to_priority = 2", "lends_to_priority = 9", "lends_to_priority must be a whole number from 0 to 5"),
        ('"chipper-1"]', '"chiper-1"]', 'resource 3 ("team"): member "chiper-1" is not known; did you mean "chip'),
        ('"chipper-1"]', '"team"]', 'member "team" is a team itself'),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(ProfileError, match=words.replace("(", r"\(").replace(")", r"\)")):
        read(tmp_path, TEXT.replace(old, new, 1))


def test_a_teams_bookings_follow_the_members_of_a_profile(database: SQLAlchemy, tmp_path: Path) -> None:
    make.make_city(is_live=True)
    monday_ten = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
    with time_machine.travel(make.NOW, tick=False):
        load_resources(read(tmp_path, TEXT.replace('"crew-1", "chipper-1"]', '"chipper-1"]')))
        crew, chipper, team = database.session.scalars(select(CityResource).order_by(CityResource.id))
        assert crew.cost_cents_per_hour == 8550
        assert [one.member for one in team.members] == [chipper]
        book_order(make.make_work_order(skill="storm", minutes=30), team, monday_ten.replace(day=16), None)
        own = book_order(make.make_work_order(minutes=30), crew, monday_ten.replace(day=16), None)
        with pytest.raises(Conflict, match="Crew 1 is taken"):
            load_resources(read(tmp_path))
        database.session.delete(own)
    assert {row.weekday for row in crew.shifts} == {0, 1, 2}
