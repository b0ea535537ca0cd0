"""The promises about the real sample files: counts, the sink, the published facts, and one partition however cut."""

import csv
import gzip
import json
import os
import random
import shutil
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.databases import close_connections, make_app
from tracker.calls.models import Placement, ServiceRequest
from tracker.cases.models import CaseCall, GroupingRule
from tracker.extensions import db
from tracker.formatters import fold

SAMPLES = Path(os.environ.get("TRACKER_SAMPLE_DATA") or Path(__file__).parents[2] / "shared" / "data")
BOSTON = SAMPLES / "calls" / "boston_311_2011.csv.gz"
LOS_ANGELES = SAMPLES / "calls" / "la_311_2018_sample10k_a.csv.gz"
SAN_LUIS_OBISPO = SAMPLES / "calls" / "slo_police_calls_noofficer.csv.gz"
NEW_YORK = ZoneInfo("America/New_York")

pytestmark = [
    pytest.mark.samples,
    pytest.mark.skipif(
        not BOSTON.exists(), reason="the sample data are not there: set TRACKER_SAMPLE_DATA to their folder"
    ),
]


def run(app: Flask, *arguments: str) -> dict[str, Any]:
    """A command's JSON."""
    outcome = app.test_cli_runner().invoke(args=[*arguments, "--json"])
    assert outcome.exit_code == 0, outcome.stderr
    return dict(json.loads(outcome.stdout))


@pytest.fixture(scope="module")
def new_city(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Callable[[str], Flask]]:
    """`new_city("boston-311")` is a fresh instance with the preset's starter profile."""
    apps = []

    def make(preset: str) -> Flask:
        folder = tmp_path_factory.mktemp(preset)
        shutil.copyfile(sqlite_template, folder / "tracker.sqlite3")
        app = make_app(folder)
        run(app, "load-city", "--preset", preset)
        apps.append(app)
        return app

    yield make
    for app in apps:
        with app.app_context():
            close_connections()


@pytest.fixture(scope="module")
def boston(new_city: Callable[[str], Flask]) -> tuple[Flask, dict[str, Any]]:
    """Boston with its whole file imported once, and what the import said."""
    app = new_city("boston-311")
    return app, run(app, "import-calls", str(BOSTON), "--preset", "boston-311")


@pytest.fixture(scope="module")
def boston_rows() -> tuple[list[str], list[list[str]]]:
    """The header and the rows of Boston's file."""
    with gzip.open(BOSTON, "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def write(path: Path, header: list[str], rows: Sequence[list[str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


def test_every_row_of_boston_is_accounted_for(boston: tuple[Flask, dict[str, Any]]) -> None:
    _, said = boston
    assert said["rows"] == 58_251 == said["accepted"] + said["duplicates"] + said["rejected"]
    assert said["cases_opened"] > 0


def test_no_call_is_grouped_at_the_sink(boston: tuple[Flask, dict[str, Any]]) -> None:
    app, said = boston
    at_sink = (ServiceRequest.source_lat == 42.3594, ServiceRequest.source_long == -71.0587)
    with app.app_context():
        count = select(func.count()).select_from(ServiceRequest)
        assert db.session.scalar(count.where(*at_sink, ServiceRequest.is_on_sink)) == 4_775
        assert db.session.scalar(count.where(*at_sink)) == 4_775 <= said["unlocated"]
        assert db.session.scalar(count.where(*at_sink, ServiceRequest.placement == Placement.SOURCE)) == 0
        assert db.session.scalar(count.join(CaseCall).where(*at_sink)) == 0


def test_a_case_is_a_place_one_can_stand_in(boston: tuple[Flask, dict[str, Any]]) -> None:
    app, _ = boston
    figures = run(app, "scan")
    with app.app_context():
        assert 0 < figures["max_extent_m"] <= 2 * (db.session.scalar(select(func.max(GroupingRule.radius_m))) or 0)
    assert figures["linked"] <= figures["calls"] == 58_251


def shares(groups: dict[Any, list[Any]], days: int) -> list[float]:
    """Share of calls whose address and type had at least 2, 3 and 5 calls in the trailing `days`, itself counted."""
    window = timedelta(days=days)
    sizes = Counter[int]()
    for instants in groups.values():
        instants.sort()
        for index, at in enumerate(instants):
            sizes[index + 1 - bisect_left(instants, at - window)] += 1
    total = sum(sizes.values())
    return [round(sum(n for size, n in sizes.items() if size >= least) / total, 4) for least in (2, 3, 5)]


def test_the_published_facts_come_out_of_the_database(boston: tuple[Flask, dict[str, Any]]) -> None:
    app, _ = boston
    groups = defaultdict(list)
    columns = (ServiceRequest.address, ServiceRequest.service_type_id, ServiceRequest.requested_datetime)
    with app.app_context():
        for address, kind, at in db.session.execute(select(*columns).where(ServiceRequest.address != "")):
            groups[fold(address), kind].append(at.astimezone(NEW_YORK).replace(tzinfo=None))  # days of the clock
    assert sum(map(len, groups.values())) == 55_422
    assert len({address for address, _ in groups}) == 31_398
    assert max(map(len, groups.values())) == 44
    assert shares(groups, 30) == [0.1802, 0.0626, 0.0197]
    assert shares(groups, 90) == [0.2139, 0.0811, 0.0264]


def test_a_second_run_accepts_nothing_and_changes_no_case(boston: tuple[Flask, dict[str, Any]]) -> None:
    app, _ = boston
    before = run(app, "scan")
    again = run(app, "import-calls", str(BOSTON), "--preset", "boston-311")
    assert (again["accepted"], again["updated"], again["rejected"], again["cases_opened"]) == (0, 0, 0, 0)
    assert again["duplicates"] == 58_251
    assert run(app, "scan") | {"seconds": 0} == before | {"seconds": 0}


def test_rebuilding_changes_no_case(boston: tuple[Flask, dict[str, Any]]) -> None:
    app, _ = boston
    before = run(app, "scan")
    assert run(app, "scan", "--rebuild") | {"seconds": 0} == before | {"seconds": 0}


def test_two_halves_by_time_give_the_same_partition(
    boston: tuple[Flask, dict[str, Any]],
    boston_rows: tuple[list[str], list[list[str]]],
    new_city: Callable[[str], Flask],
    tmp_path: Path,
) -> None:
    header, rows = boston_rows
    ordered = sorted(rows, key=lambda cells: (cells[1], cells[0]))
    app = new_city("boston-311")
    for number, half in enumerate((ordered[: len(rows) // 2], ordered[len(rows) // 2 :])):
        path = write(tmp_path / f"half{number}.csv", header, half)
        assert run(app, "import-calls", path, "--preset", "boston-311")["rejected"] == 0
    assert run(app, "scan")["partition_sha256"] == run(boston[0], "scan")["partition_sha256"]


def test_the_shuffled_file_gives_the_same_partition(
    boston: tuple[Flask, dict[str, Any]],
    boston_rows: tuple[list[str], list[list[str]]],
    new_city: Callable[[str], Flask],
    tmp_path: Path,
) -> None:
    header, rows = boston_rows
    shuffled = random.Random(2011).sample(rows, len(rows))
    app = new_city("boston-311")
    run(app, "import-calls", write(tmp_path / "shuffled.csv", header, shuffled), "--preset", "boston-311")
    assert run(app, "scan")["partition_sha256"] == run(boston[0], "scan")["partition_sha256"]


def test_the_backtest_finds_the_same_partition(boston: tuple[Flask, dict[str, Any]]) -> None:
    app, _ = boston
    found = run(app, "backtest", str(BOSTON), "--preset", "boston-311")
    figures = run(app, "scan")
    assert {name: found[name] for name in ("cases", "linked", "partition_sha256")} == {
        name: figures[name] for name in ("cases", "linked", "partition_sha256")
    }


@pytest.mark.parametrize(
    ("path", "preset", "rows"), [(LOS_ANGELES, "la-311", 10_000), (SAN_LUIS_OBISPO, "slo-police", 19_063)]
)
def test_the_other_cities_import_too(new_city: Callable[[str], Flask], path: Path, preset: str, rows: int) -> None:
    app = new_city(preset)
    said = run(app, "import-calls", str(path), "--preset", preset)
    assert said["rows"] == rows == said["accepted"] + said["duplicates"] + said["rejected"]
    assert said["accepted"] > 0.99 * rows
    again = run(app, "import-calls", str(path), "--preset", preset)
    assert (again["accepted"], again["rejected"]) == (0, said["rejected"])
    assert (said["unlocated"] > 0) if preset == "slo-police" else (said["cases_opened"] > 0)
