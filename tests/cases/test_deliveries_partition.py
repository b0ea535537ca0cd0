"""However a file is cut and its lines lie, the same calls become the same cases, and the slow rule agrees."""

import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.calls.cities import make_pothole_city
from tests.calls.csv_files import MAP, row, table
from tests.cases.grouping_oracle import Call, Terms
from tests.cases.grouping_oracle import Family as OracleFamily
from tests.databases import close_connections, make_app
from tracker.calls.importing.mapping import load_map
from tracker.calls.models import CallImport, ServiceRequest, ServiceType, SinkCandidate
from tracker.cases.backtesting import backtest_file
from tracker.cases.deliveries import Delivery
from tracker.cases.measures import hash_partition, measure_city
from tracker.cases.models import CaseAssignment, CaseCall, GroupingRule, LooseCall, ProblemCase
from tracker.cases.rules import current_rule
from tracker.clock import to_microseconds
from tracker.extensions import db
from tracker.places.models import Address, PublicPoint

NEW_YORK = ZoneInfo("America/New_York")
KINDS = ["Pothole", "Pothole", "Pothole", "Street lamp", "Goose", "Secret"]
DAYS = [1, 1, 2, 3, 30, 31, 32, 58]
LATS = ["42.35", "42.35", "42.3504", "42.3508", "42.3511", ""]  # 0, 44, 89 and 122 m north; unlocated

Rows = list[list[str]]


@st.composite
def files(draw: st.DrawFn) -> Rows:
    """Rows with distinct ids that do not ascend in time, dense enough for cases to open and be joined."""
    sightings = st.tuples(st.sampled_from(DAYS), st.sampled_from(LATS), st.sampled_from(KINDS), st.integers(0, 2))
    drawn = draw(st.lists(sightings, min_size=0, max_size=16))
    return [
        row(f"{n * 7 % 17}-{n}", opened=f"2026-0{1 + day // 30}-{1 + day % 28:02} 1{hour}:00:00", lat=lat, kind=kind)
        for n, (day, lat, kind, hour) in enumerate(drawn)
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    """One city for all examples of this module; `clear` empties it in between."""
    folder = tmp_path_factory.mktemp("partition")
    shutil.copyfile(sqlite_template, folder / "tracker.sqlite3")
    app = make_app(folder)
    make_pothole_city(app)
    (folder / "map.toml").write_text(MAP, "utf-8")
    yield app
    with app.app_context():
        close_connections()


def clear() -> None:
    tables = (CaseCall, CaseAssignment, LooseCall, ProblemCase, ServiceRequest, CallImport, SinkCandidate, Address)
    for model in (*tables, PublicPoint):
        db.session.execute(delete(model), execution_options={"synchronize_session": False})
    db.session.commit()


def deliver(app: Flask, *parts: Sequence[Sequence[str]]) -> str:
    """Import the parts one after the other into the empty city; the partition's hash."""
    folder = Path(app.instance_path)
    with app.app_context():
        clear()
        for part in parts:
            (folder / "c.csv").write_text(table(part), "utf-8")
            for _ in Delivery(folder / "c.csv", load_map(folder / "map.toml"), folder / "r.csv", "").steps():
                db.session.commit()
        return measure_city().partition_sha256


def by_time(rows: Rows) -> Rows:
    return sorted(rows, key=lambda cells: (cells[1], cells[0]))


def oracle_partition(app: Flask) -> str:
    """What the slow rule makes of the calls that were recorded."""
    groups: list[list[str]] = []
    with app.app_context():
        for family_id in set(db.session.scalars(select(ServiceType.family_id))):
            rule = current_rule(family_id)
            family = OracleFamily(Terms(rule.radius_m, rule.window_days, rule.threshold, rule.distinct_days))
            calls = countable_calls(family_id)
            family.take_delivery(calls)
            groups += [[call.id for call in calls if call.case is case] for case in family.cases]
        db.session.rollback()
    return hash_partition(groups)


def countable_calls(family_id: int) -> list[Call]:
    of_family = select(ServiceRequest).join(ServiceType).where(ServiceType.family_id == family_id)
    return [
        Call(
            to_microseconds(call.requested_datetime), call.source_id, call.x_dm, call.y_dm, call.weight,
            call.requested_datetime.astimezone(NEW_YORK).toordinal(),
        )
        for call in db.session.scalars(of_family)
        if call.x_dm is not None and call.y_dm is not None and not call.is_outside and call.service_type.counts
    ]  # fmt: skip


def backtest(app: Flask, rows: Rows) -> str:
    folder = Path(app.instance_path)
    (folder / "c.csv").write_text(table(rows), "utf-8")
    with app.app_context():
        found = backtest_file(folder / "c.csv", load_map(folder / "map.toml"), "", {})
        db.session.rollback()
        return found.partition_sha256


DENSE = [row(f"{n * 7 % 17}-{n}", opened=f"2026-01-{1 + n % 9:02} 10:00:00", lat=LATS[n % 5]) for n in range(16)]


@given(files(), st.randoms(use_true_random=False), st.floats(0, 1))
@example(DENSE, random.Random(1), 0.5)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_the_partition_depends_on_the_calls_alone(world: Flask, rows: Rows, chance: random.Random, cut: float) -> None:
    whole = deliver(world, rows)
    assert whole == oracle_partition(world)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert deliver(world, shuffled) == whole
    ordered = by_time(rows)
    middle = round(cut * len(ordered))
    assert deliver(world, ordered[:middle], ordered[middle:]) == whole
    assert backtest(world, shuffled) == whole


@given(files())
@example(DENSE)
@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
def test_one_by_one_is_as_all_at_once(world: Flask, rows: Rows) -> None:
    assert deliver(world, *([cells] for cells in by_time(rows))) == deliver(world, rows)


def test_the_dense_example_has_cases(world: Flask) -> None:
    deliver(world, DENSE)
    with world.app_context():
        measures = measure_city()
        assert measures.cases >= 2 and measures.linked >= 12
        radius = max(db.session.scalars(select(GroupingRule.radius_m)))
        assert 0 < measures.max_extent_m <= 2 * radius
