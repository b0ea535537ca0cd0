"""Working time and deadlines come with the profile; what is wrong in them is said in one line."""

from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.city.folders import edit, keep_only, make_folder
from tracker.calls.models import Family
from tracker.cases.deadlines.defaults import DEFAULT_HOURS, DEFAULT_MEASURES
from tracker.cases.deadlines.kinds import DeadlineKind
from tracker.cases.deadlines.measures import read_measures
from tracker.cases.deadlines.models import DeadlineRule, Holiday
from tracker.cases.deadlines.working_calendar import newest_version, working_spans
from tracker.city.loading import find_known, load_profile
from tracker.city.profile import read_profile
from tracker.errors import ProfileError

FILE = "deadlines.toml"


def load(folder: Path) -> dict[str, int]:
    return load_profile(read_profile(folder, find_known()))


def test_the_template_says_what_is_usual(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    book = read_measures()
    assert working_spans() == DEFAULT_HOURS
    assert {kind: book.of(None, kind) for kind in DeadlineKind} == DEFAULT_MEASURES
    lighting = database.session.scalars(select(Family.id).filter_by(code="lighting")).one()
    assert book.of(lighting, DeadlineKind.RESPOND).working_hours == 63 and book.families() == {lighting}
    assert book.of(lighting, DeadlineKind.SCAN) == DEFAULT_MEASURES[DeadlineKind.SCAN]
    assert len(database.session.scalars(select(Holiday)).all()) == 2


def test_loading_again_changes_only_what_is_new(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    version = newest_version()
    load(folder)
    assert newest_version() == version
    keep_only(folder, "city.toml", FILE)
    edit(folder, FILE, 'start = "08:00"', 'start = "09:00"')
    edit(folder, FILE, "2027-01-01", "2028-01-01")
    edit(folder, FILE, "working_hours = 16", "working_hours = 18")
    load(folder)
    assert working_spans() == {day: [(540, 1020)] for day in range(5)}
    assert len(database.session.scalars(select(Holiday)).all()) == 3, "none is taken away"
    versions = database.session.scalars(
        select(DeadlineRule.version).filter_by(family_id=None, kind=DeadlineKind.ACCEPT)
    )
    assert sorted(versions) == [1]
    assert read_measures().of(None, DeadlineKind.ACCEPT).working_hours == 18


def test_without_the_file_the_usual_holds(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / FILE).unlink()
    assert load(folder)["deadlines"] == 0
    assert working_spans() == DEFAULT_HOURS and newest_version() == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('end = "17:00"', 'end = "07:00"', "a shift ends at 07:00, its start is 08:00"),
        ('end = "17:00"', 'end = "five"', "hours 1: end must be a time of day"),
        ('"fri"]', '"fry"]', "hours 1: days must be a list of days"),
        ("day = 2027-01-01", 'day = "2027-01-01"', "holiday 1: day must be a date such as 2027-01-01, without quotes"),
        ("day = 2027-01-01", "day = 2027-13-01", "is not TOML"),
        ("day = 2027-01-01", "day = 2027-07-05", 'holiday 2: the day "2027-07-05" is already that of holiday 1'),
        ('kind = "accept"', 'kind = "acept"', 'measure 1 ("acept"): kind must be one of accept, scan, respond, review'),
        ('kind = "scan"', 'kind = "accept"', 'measure 2 ("accept"): what it measures "the city: accept" is already'),
        ("working_hours = 16", "working_hours = 0", "working_hours must be a whole number from 1 to 4000"),
        ("warn_before_hours = 4 ", "warn_before_hours = 16 ", "it would be soon from the start"),
        ("grace_hours = 4 ", "grace_hour = 4 ", 'unknown key "grace_hour"; did you mean "grace_hours"?'),
        ('family = "lighting"', 'family = "lightning"', 'family "lightning" is not known; did you mean "lighting"?'),
        ("[[holidays]]", "[[holiday]]", 'unknown key "holiday"; did you mean "holidays"?'),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = make_folder(tmp_path)
    edit(folder, FILE, old, new)
    with pytest.raises(ProfileError) as refused:
        read_profile(folder)
    assert str(refused.value).startswith(FILE) and told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_named_nearly_so_is_no_file_of_a_profile(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / FILE).rename(folder / "deadline.toml")
    with pytest.raises(ProfileError, match=r"did you mean deadlines\.toml"):
        read_profile(folder)
