"""The starter profiles load on an empty database and file every type of the sample files."""

import csv
import gzip
import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tracker.calls.models import ServiceType
from tracker.city.presets import starter_folder, starter_names
from tracker.city.profile import read_profile
from tracker.extensions import db
from tracker.formatters import fold
from tracker.places.models import City

SAMPLES = {
    "boston-311": ("boston_311_2011.csv.gz", "type", "latitude", "longitude"),
    "la-311": ("la_311_2018_sample10k_a.csv.gz", "RequestType", "Latitude", "Longitude"),
    "chicago-311": ("chicago_311_sample.csv.gz", "SR_TYPE", "LATITUDE", "LONGITUDE"),
    "nyc-311": ("nyc_311_sample.csv.gz", "Complaint Type", "Latitude", "Longitude"),
    "slo-police": ("slo_police_calls_noofficer.csv.gz", "type", "", ""),
}


def sample_rows(preset: str) -> list[dict[str, str]]:
    """The rows of the preset's sample file; skips the test where the sample data is absent."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(os.environ.get("TRACKER_SAMPLE_DATA") or beside) / "calls" / SAMPLES[preset][0]
    if not path.is_file():
        pytest.skip(f"the sample file {path.name} is not beside the checkout")
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def test_every_preset_of_the_samples_has_a_starter() -> None:
    assert starter_names() == sorted(SAMPLES)


@pytest.mark.parametrize("preset", sorted(SAMPLES))
def test_a_starter_loads_on_an_empty_database_and_again(app: Flask, preset: str) -> None:
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["load-city", "--preset", preset, "--json"])
        assert result.exit_code == 0, result.output
    with app.app_context():
        assert db.session.scalars(select(City)).one().slug == read_profile(starter_folder(preset)).city.slug
        assert db.session.scalars(select(ServiceType)).first() is not None


@pytest.mark.parametrize("preset", sorted(SAMPLES))
def test_every_rule_of_a_starter_asks_for_more_than_one_day(preset: str) -> None:
    rules = read_profile(starter_folder(preset)).rules
    assert rules is not None
    assert all(rule.distinct_days >= 2 for rule in (rules.default, *rules.families.values()))


@pytest.mark.parametrize("preset", sorted(SAMPLES))
def test_what_a_starter_makes_public_is_neither_confidential_nor_an_order(preset: str) -> None:
    for item in read_profile(starter_folder(preset)).service_types or ():
        assert not (item.public and (item.confidential or item.test or item.family in ("orders", "administration")))
        assert not (item.family in ("orders", "administration", "protected") and item.weight)


def test_the_police_starter_keeps_what_could_hurt_a_person_confidential() -> None:
    types = {item.service_name: item for item in read_profile(starter_folder("slo-police")).service_types or ()}
    for name in (
        "Welfare Check", "Medical", "MENTAL SUBJ", "Suicide Attempt", "Domestic Viol", "DOMESTIC VIO IP", "Child Abuse",
        "Elder Abuse/Neg", "Sex Offense", "Missing Person", "Juvenile Prob", "Custodial Int.",
    ):  # fmt: skip
        assert types[name].confidential, name
    assert types["Test"].test
    assert types["9-1-1 ABANDON"].weight == 0


@pytest.mark.samples
@pytest.mark.parametrize("preset", sorted(SAMPLES))
def test_every_type_of_the_sample_file_is_filed(preset: str) -> None:
    types = read_profile(starter_folder(preset)).service_types or ()
    known = {fold(name) for item in types for name in (item.service_name, item.service_code)}
    met = {fold(row[SAMPLES[preset][1]]) for row in sample_rows(preset)} - {""}
    assert met <= known


@pytest.mark.samples
@pytest.mark.parametrize("preset", ["boston-311", "la-311"])
def test_the_bounds_hold_every_located_row_of_the_sample_file(preset: str) -> None:
    _, _, lat, long = SAMPLES[preset]
    bounds = read_profile(starter_folder(preset)).city.bounds
    assert all(bounds.holds(float(row[lat]), float(row[long])) for row in sample_rows(preset) if row[lat])
