"""`backtest`: what would have been found in a file, and when; it writes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.calls.cities import make_pothole_city
from tests.calls.csv_files import MAP, import_text, row, table
from tracker.calls.models import Family, ServiceRequest, ServiceType
from tracker.cases.measures import hash_partition, measure_city
from tracker.cases.rules import set_rule
from tracker.extensions import db


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """The application with a city: potholes become a case from three within 50 m in 30 days."""
    make_pothole_city(app)
    return app


def backtest(app: Flask, folder: Path, text: str, *options: str) -> tuple[dict[str, Any], str]:
    (folder / "map.toml").write_text(MAP, "utf-8")
    (folder / "b.csv").write_text(text, "utf-8")
    arguments = ["backtest", str(folder / "b.csv"), "--json", "--map", str(folder / "map.toml"), *options]
    outcome = app.test_cli_runner().invoke(args=arguments)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), repr(outcome.exception)
    return (json.loads(outcome.stdout) if outcome.exit_code == 0 else {}), outcome.stderr


ROWS = [row(n * 24) for n in range(5)] + [
    row(3, kind="Goose"),
    row(4, kind="Secret"),
    row(9, lat="?"),
    row(10, lat="42.8"),
]


def test_it_finds_what_an_import_would_and_writes_nothing(city_app: Flask, tmp_path: Path) -> None:
    text = table(ROWS)
    found, _ = backtest(city_app, tmp_path, text)
    assert set(found) == {"calls", "cases", "linked", "days_gained", "partition_sha256", "seconds"}
    assert (found["calls"], found["cases"], found["linked"]) == (6, 1, 5)
    assert found["days_gained"] == 2.0  # a case with the third call, and calls for two days more
    with city_app.app_context():
        for table_ in (ServiceRequest, ServiceType):
            before = 0 if table_ is ServiceRequest else 4
            assert db.session.scalar(select(func.count()).select_from(table_)) == before
    import_text(city_app, tmp_path, text)
    with city_app.app_context():
        assert measure_city().partition_sha256 == found["partition_sha256"]


def test_measures_given_replace_the_families_own(city_app: Flask, tmp_path: Path) -> None:
    spread = [row(n, lat=f"42.350{n}") for n in range(4)]  # 11 m apart
    assert backtest(city_app, tmp_path, table(spread))[0]["cases"] == 1
    assert backtest(city_app, tmp_path, table(spread), "--threshold", "5")[0]["cases"] == 0
    assert backtest(city_app, tmp_path, table(spread), "--radius", "5")[0]["cases"] == 0
    assert backtest(city_app, tmp_path, table(ROWS), "--window", "1")[0]["cases"] == 0
    whole_rule = backtest(city_app, tmp_path, table(ROWS), "--radius", "9", "--window", "3", "--threshold", "2")[0]
    assert whole_rule["linked"] == 5


def test_distinct_days_stay_the_families_own_until_they_are_given(city_app: Flask, tmp_path: Path) -> None:
    with city_app.app_context():
        roads = db.session.scalars(select(Family).where(Family.code == "roads")).one()
        set_rule(roads.id, radius_m=50, window_days=30, threshold=3, distinct_days=3)
        db.session.commit()
    one_day = table([row(n) for n in range(4)])
    four_days = table([row(n * 24) for n in range(4)])
    assert backtest(city_app, tmp_path, one_day)[0]["cases"] == 0
    assert backtest(city_app, tmp_path, one_day, "--radius", "60", "--threshold", "3")[0]["cases"] == 0
    assert backtest(city_app, tmp_path, one_day, "--distinct-days", "1")[0]["cases"] == 1
    assert backtest(city_app, tmp_path, four_days, "--distinct-days", "3")[0]["cases"] == 1
    assert backtest(city_app, tmp_path, four_days, "--threshold", "5", "--distinct-days", "5")[0]["cases"] == 0


def test_a_whole_rule_has_no_distinct_days_unless_they_are_given_and_says_so(city_app: Flask, tmp_path: Path) -> None:
    one_day = table([row(n) for n in range(4)])
    three = ("--radius", "50", "--window", "30", "--threshold", "3")
    found, said = backtest(city_app, tmp_path, one_day, *three)
    assert found["cases"] == 1
    assert said == "This whole rule asked for no distinct days. To ask for them too: --distinct-days N.\n"
    found, said = backtest(city_app, tmp_path, one_day, *three, "--distinct-days", "2")
    assert (found["cases"], said) == (0, "")


def test_more_distinct_days_than_calls_are_refused_as_in_a_profile(city_app: Flask, tmp_path: Path) -> None:
    found, error = backtest(city_app, tmp_path, table(ROWS), "--threshold", "3", "--distinct-days", "4")
    assert found == {} and len(error.splitlines()) == 1
    assert "--distinct-days 4 is more than --threshold 3" in error


@pytest.mark.parametrize(
    "options", [["--radius", "0"], ["--window", "x"], ["--threshold", "-1"], ["--distinct-days", "0"]]
)
def test_measures_that_make_no_rule_are_refused(city_app: Flask, tmp_path: Path, options: list[str]) -> None:
    found, error = backtest(city_app, tmp_path, table(ROWS), *options)
    assert found == {} and options[0] in error


def test_equal_ids_in_a_file_count_once_as_in_an_import(city_app: Flask, tmp_path: Path) -> None:
    rows = [row(n % 4, opened=f"2026-03-0{1 + n} 10:00:00", lat=f"42.35{n % 3}") for n in range(9)]
    for text in (table(rows), table(rows[::-1])):
        found, _ = backtest(city_app, tmp_path, text)
        assert found["calls"] == 4
    import_text(city_app, tmp_path, table(rows))
    with city_app.app_context():
        assert measure_city().partition_sha256 == found["partition_sha256"]


def test_no_calls_make_no_cases(city_app: Flask, tmp_path: Path) -> None:
    found, _ = backtest(city_app, tmp_path, table([]))
    assert (found["calls"], found["cases"], found["days_gained"]) == (0, 0, 0.0)
    assert found["partition_sha256"] == hash_partition([])
