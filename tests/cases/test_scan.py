"""`scan`: what it prints, what it rebuilds, and the measures behind it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.calls.cities import make_pothole_city
from tests.calls.csv_files import import_text, row, table
from tests.factories import make_user
from tracker.calls.models import Family, Placement, ServiceRequest
from tracker.cases.measures import extent_dm, hash_partition
from tracker.cases.models import CaseCall, ProblemCase
from tracker.cases.rebuilding import rebuild_cases
from tracker.cases.rules import set_rule
from tracker.extensions import db
from tracker.staff.log import append_log


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """The application with a city: potholes become a case from three within 50 m in 30 days."""
    make_pothole_city(app)
    return app


def scan(app: Flask, *options: str) -> tuple[dict[str, Any], str]:
    outcome = app.test_cli_runner().invoke(args=["scan", "--json", *options])
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.stdout), outcome.stderr


def cases(app: Flask) -> dict[str, frozenset[str]]:
    """Public id to the source ids of its calls."""
    with app.app_context():
        query = select(ProblemCase.public_id, ServiceRequest.source_id).join(
            CaseCall, (CaseCall.case_id == ProblemCase.id) & CaseCall.unlinked_at.is_(None)
        )
        found: dict[str, set[str]] = {}
        for public_id, source_id in db.session.execute(query.join(ServiceRequest)):
            found.setdefault(public_id, set()).add(source_id)
        return {public_id: frozenset(ids) for public_id, ids in found.items()}


TWO_PLACES = [row(n) for n in range(3)] + [row(n, lat="42.36") for n in range(3, 7)] + [row(7, lat="42.37")]


def test_the_hash_is_of_the_lines_that_the_contract_names() -> None:
    lines = "1,10,9\na,b"
    assert hash_partition([["b", "a"], ["9", "10", "1"]]) == hashlib.sha256(lines.encode()).hexdigest()
    assert hash_partition([]) == hashlib.sha256(b"").hexdigest()
    assert hash_partition([["ñ"]]) == hashlib.sha256("ñ".encode()).hexdigest()


def test_the_extent_is_the_widest_distance_of_two_sites() -> None:
    ring = [(x, y) for x in range(0, 200, 7) for y in range(0, 300, 11)]
    widest = max(((a - c) ** 2 + (b - d) ** 2) ** 0.5 for a, b in ring for c, d in ring)
    assert extent_dm(ring) == pytest.approx(widest)
    assert extent_dm([(number, 2 * number) for number in range(100)]) == pytest.approx(99 * 5**0.5)
    assert extent_dm([(3, 4)] * 5) == extent_dm([]) == 0.0
    assert extent_dm([(0, 0), (3, 4)]) == 5.0


def test_scan_prints_the_city_after_the_run(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table(TWO_PLACES))
    result, _ = scan(city_app)
    assert set(result) == {"calls", "linked", "cases", "max_extent_m", "partition_sha256", "seconds"}
    assert (result["calls"], result["linked"], result["cases"], result["max_extent_m"]) == (8, 7, 2, 0.0)
    assert result["partition_sha256"] == hashlib.sha256(b"0,1,2\n3,4,5,6").hexdigest()
    again, _ = scan(city_app)
    assert again | {"seconds": 0} == result | {"seconds": 0}


def test_scan_of_an_empty_city_prints_zeros(city_app: Flask) -> None:
    result, _ = scan(city_app)
    assert (result["calls"], result["linked"], result["cases"], result["max_extent_m"]) == (0, 0, 0, 0.0)


def test_rebuild_without_a_change_keeps_every_number(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table(TWO_PLACES))
    before, figures = cases(city_app), scan(city_app)[0]
    result, said = scan(city_app, "--rebuild")
    assert cases(city_app) == before
    assert result | {"seconds": 0} == figures | {"seconds": 0}
    assert "0 cases that people touched stay; of the others 2 come out the same, 0 go, 0 are new" in said


def test_rebuild_under_a_new_rule_keeps_what_comes_out_the_same(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table(TWO_PLACES))
    before = cases(city_app)
    with city_app.app_context():
        roads = db.session.scalars(select(Family).where(Family.code == "roads")).one()
        set_rule(roads.id, radius_m=50, window_days=30, threshold=4, distinct_days=1)
        db.session.commit()
    assert scan(city_app)[0]["cases"] == 2  # a rule alone changes nothing
    _, said = scan(city_app, "--rebuild")
    assert cases(city_app) == {number: ids for number, ids in before.items() if len(ids) == 4}
    assert "1 come out the same, 1 go, 0 are new" in said


def test_rebuild_leaves_what_people_touched(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table(TWO_PLACES))
    before = cases(city_app)
    touched = next(number for number, ids in before.items() if len(ids) == 3)
    with city_app.app_context():
        db.session.execute(update(ProblemCase).where(ProblemCase.public_id == touched).values(is_touched=True))
        case = db.session.scalars(select(ProblemCase).where(ProblemCase.public_id == touched)).one()
        append_log("case", case.id, "noted", "Seen.", actor=make_user())
        roads = db.session.scalars(select(Family).where(Family.code == "roads")).one()
        set_rule(roads.id, radius_m=50, window_days=30, threshold=9, distinct_days=1)
        db.session.commit()
    _, said = scan(city_app, "--rebuild")
    assert cases(city_app) == {touched: before[touched]}
    assert "1 cases that people touched stay; of the others 0 come out the same, 1 go" in said


def test_a_rebuild_that_is_only_looked_at_changes_nothing(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table(TWO_PLACES))
    before = cases(city_app)
    with city_app.app_context():
        assert rebuild_cases().unchanged == 2
        db.session.rollback()
    assert cases(city_app) == before


def test_relocate_places_calls_by_what_was_learned_and_takes_them_late(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(0, address="7 Oak St"), row(2, address="7 Oak St")]))
    waiting = [row(1, address="7 oak street", lat="", long=""), row(3, address="8 Oak St", lat="", long="")]
    answer = import_text(city_app, tmp_path, table(waiting))
    assert (answer.result["unlocated"], answer.result["cases_opened"]) == (2, 0)
    assert scan(city_app)[0]["cases"] == 0  # what was learned places nothing by itself
    result, said = scan(city_app, "--relocate")
    assert "1 calls placed" in said
    assert (result["cases"], result["linked"]) == (1, 3)
    assert set(cases(city_app).values()) == {frozenset("012")}
    with city_app.app_context():
        placed = db.session.scalars(select(ServiceRequest).where(ServiceRequest.source_id == "1")).one()
        assert (placed.placement, placed.lat, placed.is_taken) == (Placement.GAZETTEER, 42.35, True)
        assert placed.public_label is not None
    again, said = scan(city_app, "--relocate")
    assert "0 calls placed" in said and again["partition_sha256"] == result["partition_sha256"]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_where_an_address_is_learned_does_not_depend_on_the_lines_order(
    city_app: Flask, tmp_path: Path, order: list[int]
) -> None:
    rows = [row(n, address="7 Oak St", lat=lat) for n, lat in enumerate(["42.35", "42.36", "42.37"])]
    import_text(city_app, tmp_path, table([rows[place] for place in order]))
    import_text(city_app, tmp_path, table([row("x", address="7 Oak St", lat="", long="")]))
    scan(city_app, "--relocate")
    with city_app.app_context():
        assert db.session.scalar(select(ServiceRequest.lat).where(ServiceRequest.source_id == "x")) == 42.35
