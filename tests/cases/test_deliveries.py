"""What an import makes of calls: where they lie, which count, what a person is told."""

import random
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests.calls.cities import make_pothole_city
from tests.calls.csv_files import MAP, import_file, import_text, row, table
from tests.cases.world import World
from tests.factories import make_address, make_call
from tests.statements import asked_statements, plan_of
from tracker.calls.importing.mapping import load_map
from tracker.calls.models import CallImport, Family, Placement, ServiceRequest, ServiceType, SinkCandidate
from tracker.cases.deliveries import Delivery
from tracker.cases.intake import families_waiting, take_calls, take_families, take_one
from tracker.cases.measures import measure_city
from tracker.cases.models import CaseCall, LooseCall, ProblemCase
from tracker.extensions import db
from tracker.places.models import Address
from tracker.places.sinks import add_sink


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """The application with a city: potholes become a case from three within 50 m in 30 days."""
    make_pothole_city(app)
    return app


def linked(app: Flask) -> set[str]:
    """Source ids of the calls in cases."""
    with app.app_context():
        return set(db.session.scalars(select(ServiceRequest.source_id).join(CaseCall)))


def calls(app: Flask) -> dict[str, ServiceRequest]:
    with app.app_context():
        return {call.source_id: call for call in db.session.scalars(select(ServiceRequest))}


def count(app: Flask, table_: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table_)) or 0


def test_confidential_and_test_calls_neither_join_nor_count(city_app: Flask, tmp_path: Path) -> None:
    rows = [row(0), row(1), row(2, kind="Secret"), row(3, kind="Trial"), row(4, kind="secret")]
    answer = import_text(city_app, tmp_path, table(rows))
    assert answer.counts == (5, 5, 0, 0) and answer.result["cases_opened"] == 0
    assert import_text(city_app, tmp_path, table([*rows, row(5), row(6, kind="Trial")])).result["cases_opened"] == 1
    assert linked(city_app) == {"0", "1", "5"}
    assert all(call.is_taken for call in calls(city_app).values())


def test_unknown_types_are_unsorted_and_each_counts_by_itself(city_app: Flask, tmp_path: Path) -> None:
    kinds = ["Goose", "goose ", "GOOSE", "Swan", "Swan", "", ""]
    answer = import_text(city_app, tmp_path, table([row(n, kind=kind) for n, kind in enumerate(kinds)]))
    assert answer.counts == (7, 7, 0, 0) and answer.result["cases_opened"] == 0
    with city_app.app_context():
        unsorted = list(db.session.scalars(select(ServiceType).where(ServiceType.is_unsorted.is_(True))))
        assert [kind.service_name for kind in unsorted] == ["Goose", "Swan", "No type given"]
        assert len({kind.family_id for kind in unsorted}) == 3 and not any(kind.is_public for kind in unsorted)
    assert import_text(city_app, tmp_path, table([row(9, kind="Goose")])).result["cases_opened"] == 1
    assert linked(city_app) == {"0", "1", "2", "9"}  # by the default rule, which wants four


def test_unknown_types_that_look_alike_in_their_codes_stay_apart(city_app: Flask, tmp_path: Path) -> None:
    kinds = ["Dead bird", "Dead-bird", "dead bird!", "ünß", "§§", "x" * 160, "x" * 159 + "y"]
    import_text(city_app, tmp_path, table([row(n, kind=kind) for n, kind in enumerate(kinds)]))
    assert len({call.service_type_id for call in calls(city_app).values()}) == len(kinds)


def test_a_single_row_outside_the_city_is_flagged_and_not_grouped(city_app: Flask, tmp_path: Path) -> None:
    rows = [row(n) for n in range(7)] + [row(n, lat="42.9") for n in (7, 8, 9)] + [row(10, lat="-71.06", long="42.35")]
    assert import_text(city_app, tmp_path, table(rows)).counts == (11, 11, 0, 0)
    flagged = {source_id for source_id, call in calls(city_app).items() if call.is_outside}
    assert flagged == {"7", "8", "9", "10"}
    assert linked(city_app).isdisjoint(flagged)
    assert count(city_app, LooseCall) == 0


@pytest.mark.parametrize(("mapping", "hint"), [(MAP, "load-city FOLDER"), ("la-311", "load-city --preset la-311")])
def test_a_file_of_another_city_is_refused_with_the_command_for_it(
    city_app: Flask, tmp_path: Path, mapping: str, hint: str
) -> None:
    path = tmp_path / "c.csv"
    if mapping == MAP:
        path.write_text(table([row(n, lat="34.05", long="-118.24") for n in range(3)]), "utf-8")
        answer = import_file(city_app, path)
        code, error = answer.code, answer.error
    else:
        header = ["SRNumber", "CreatedDate", "RequestType", "Latitude", "Longitude"]
        path.write_text(table([["1", "01/02/2018 03:04:05 PM", "Graffiti", "34.05", "-118.24"]], header), "utf-8")
        outcome = city_app.test_cli_runner().invoke(args=["import-calls", str(path), "--preset", mapping])
        code, error = outcome.exit_code, outcome.stderr
    assert code == 1 and len(error.strip().splitlines()) == 1
    assert "lie outside Testville" in error and hint in error and "TRACKER_INSTANCE" in error
    assert count(city_app, ServiceRequest) == 0 and count(city_app, CallImport) == 0


def test_a_file_with_swapped_coordinates_is_refused_with_what_to_do(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([row(n, lat="-71.06", long="42.35") for n in range(3)]))
    assert answer.code == 1 and "look swapped" in answer.error and len(answer.error.strip().splitlines()) == 1


def test_a_file_of_nothing_but_bad_coordinates_is_not_another_citys(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([row(0, lat="nan"), row(1, lat="0", long="0"), row(2, long="inf")]))
    assert answer.counts == (3, 1, 0, 2)
    assert answer.result["unlocated"] == 1


def test_zero_zero_and_half_a_position_are_no_position(city_app: Flask, tmp_path: Path) -> None:
    rows = [
        row("zero", lat="0", long="0.0", address=""),
        row("half", long="", address=""),
        row("blank", lat=" ", long=""),
    ]
    answer = import_text(city_app, tmp_path, table(rows))
    assert answer.counts == (3, 3, 0, 0) and answer.result["unlocated"] == 3
    assert {call.placement for call in calls(city_app).values()} == {Placement.UNLOCATED}


def sink_city(app: Flask) -> None:
    with app.app_context():
        add_sink(42.36, -71.05, note="City Hall")
        make_address(key="12 ELM ST", display="12 Elm St", number=12, lat=42.35, long=-71.06)
        db.session.commit()


def test_calls_on_a_sink_are_placed_by_their_text_or_wait_and_are_never_grouped_there(
    city_app: Flask, tmp_path: Path
) -> None:
    sink_city(city_app)
    at_sink = {"lat": "42.36", "long": "-71.05"}
    known = [row(n, address="12 elm street", **at_sink) for n in range(3)]
    unknown = [row(n, address=address, **at_sink) for n, address in enumerate(["", "", "1 Nowhere Way", "", ""], 3)]
    answer = import_text(city_app, tmp_path, table([*known, *unknown]))
    assert answer.counts == (8, 8, 0, 0)
    assert (answer.result["unlocated"], answer.result["cases_opened"]) == (5, 1)
    assert linked(city_app) == {"0", "1", "2"}
    found = calls(city_app)
    assert all(call.is_on_sink and call.source_lat == 42.36 for call in found.values())
    assert {(found[n].placement, found[n].lat, found[n].placement_score) for n in "012"} == {
        (Placement.GAZETTEER, 42.35, 100.0)
    }


def test_every_import_prints_the_points_that_may_be_sinks(city_app: Flask, tmp_path: Path) -> None:
    rows = [row(n, address=f"{n} Oak St", kind=f"Kind {n % 7}", lat="42.34") for n in range(35)]
    answer = import_text(city_app, tmp_path, table(rows))
    assert "42.34, -71.06 holds" in answer.error and "35 calls with 35 different addresses and 7 types" in answer.error
    assert count(city_app, SinkCandidate) == 1
    again = import_text(city_app, tmp_path, table([row("z")]), name="other.csv")
    assert "35 calls" in again.error and count(city_app, SinkCandidate) == 1


def test_a_busy_house_is_no_sink(city_app: Flask, tmp_path: Path) -> None:
    rows = [row(n, kind=f"Kind {n % 7}") for n in range(35)]
    assert "don't know" not in import_text(city_app, tmp_path, table(rows)).error


def steps_of(app: Flask, tmp_path: Path, rows: list[list[str]]) -> Delivery:
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    (tmp_path / "c.csv").write_text(table(rows), "utf-8")
    return Delivery(tmp_path / "c.csv", load_map(tmp_path / "map.toml"), tmp_path / "r.csv", "")


@pytest.mark.parametrize("stage", ["reading", "learning", "masking", "grouping"])
def test_scan_finishes_what_a_killed_import_began(city_app: Flask, tmp_path: Path, stage: str) -> None:
    rows = [row(n) for n in range(5)] + [row(n, kind="Street lamp", address="9 Oak St") for n in range(5, 10)]
    with city_app.app_context():
        for step in steps_of(city_app, tmp_path, rows).steps():
            db.session.commit()
            if step.stage == stage:
                break
        db.session.remove()
    outcome = city_app.test_cli_runner().invoke(args=["scan", "--json"])
    assert outcome.exit_code == 0
    with city_app.app_context():
        healed = measure_city()
        assert (healed.calls, healed.linked, healed.cases) == (10, 10, 2)
        assert set(db.session.scalars(select(Address.key))) == {"12 ELM ST", "9 OAK ST"}
        assert db.session.scalars(select(CallImport)).one().finished_at is not None
        assert db.session.scalar(select(func.count()).where(ServiceRequest.public_label.is_(None))) == 0
    assert import_file(city_app, tmp_path / "c.csv").counts == (10, 0, 10, 0)


def test_calls_that_come_in_while_others_are_grouped_wait_for_their_turn(city_app: Flask, tmp_path: Path) -> None:
    """Two imports at once: what one records between two steps of the other must not be settled ungrouped."""
    with city_app.app_context():
        first = steps_of(city_app, tmp_path, [row(n) for n in range(3)]).steps()
        while next(first).stage != "grouping":
            db.session.commit()
        db.session.commit()
        (tmp_path / "d.csv").write_text(table([row(n, kind="Street lamp") for n in range(10, 14)]), "utf-8")
        second = Delivery(tmp_path / "d.csv", load_map(tmp_path / "map.toml"), tmp_path / "r2.csv", "").steps()
        next(second)
        db.session.commit()
        for _ in first:
            db.session.commit()
        assert db.session.scalar(select(func.count()).where(ServiceRequest.is_taken.is_(False))) == 4
        for _ in second:
            db.session.commit()
        assert measure_city().cases == 2
        assert families_waiting() == []


def test_a_type_that_counts_later_is_not_grouped_by_surprise(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(n, kind="Secret") for n in range(4)]))
    with city_app.app_context():
        assert take_calls().calls == 0
        assert [(taken.families, taken.calls) for taken in take_families()] == [(0, 0)]
        assert db.session.scalar(select(func.count()).select_from(ProblemCase)) == 0


def test_families_are_independent(city_app: Flask, tmp_path: Path) -> None:
    chance = random.Random(5)
    rows = [row(n, kind=chance.choice(["Pothole", "Street lamp"])) for n in range(12)]
    import_text(city_app, tmp_path, table(rows))
    with city_app.app_context():
        query = select(ProblemCase.id, Family.code).join(CaseCall).join(ServiceRequest).join(ServiceType)
        of_calls = query.join(Family, Family.id == ServiceType.family_id)
        found = set(db.session.execute(of_calls).all())
        assert {code for _, code in found} == {"roads", "lights"} and len(found) == 2


def test_a_call_is_taken_without_a_look_at_all_others(database: SQLAlchemy) -> None:
    """The indexes of what waits are used: in a city's year a look at every call would take seconds."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the planner of PostgreSQL looks at how many rows there are")
    world = World()
    world.call()
    db.session.commit()
    with asked_statements() as asked:
        world.call(1)
        world.take()
    plans = [
        line
        for one in asked
        if not one.is_many and one.text.startswith(("SELECT", "UPDATE", "DELETE"))
        for line in plan_of(one)
    ]
    assert any("ix_service_requests_untaken" in line for line in plans)
    assert [line for line in plans if line in ("SCAN service_requests", "SCAN case_calls", "SCAN loose_calls")] == []


def test_a_caller_takes_her_own_call_and_leaves_an_imports_to_the_import(city_app: Flask, tmp_path: Path) -> None:
    """While a file is read, its calls wait without masks: whoever calls then must not group a hundred thousand."""
    with city_app.app_context():
        steps = steps_of(city_app, tmp_path, [row(n) for n in range(4)]).steps()
        next(steps)
        db.session.commit()
        waiting = select(func.count()).where(ServiceRequest.source == "test-city", ServiceRequest.is_taken.is_(False))
        pothole = select(ServiceType).where(ServiceType.service_code == "pothole")
        call = make_call(service_type=db.session.scalars(pothole).one())
        assert call.is_taken is False and take_one(call.id).calls == 1
        db.session.refresh(call)
        assert call.is_taken is True
        assert db.session.scalar(waiting) == 4, "what is read is the import's to take"
        db.session.commit()
        for _ in steps:
            db.session.commit()
        assert db.session.scalar(waiting) == 0 and measure_city().cases == 1
        assert take_one(call.id).calls == 0, "it is taken once"
