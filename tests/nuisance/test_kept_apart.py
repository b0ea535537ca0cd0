"""Nothing leads from calls to points: not by import, by key, by intake, by form, by role, nor in the database."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests import factories as make
from tests.calls.cities import make_pothole_city
from tests.calls.csv_files import import_file, row, table
from tests.nuisance.conftest import TODAY, Bureau, entry
from tests.test_architecture import FLOORS, PACKAGE, Import, all_imports, module_name, room_of, within
from tracker.calls.models import ServiceRequest
from tracker.cases.closing import close_case
from tracker.cases.intake import take_calls
from tracker.cases.linking import link_call
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.nuisance import forms, rule_forms
from tracker.nuisance.exclusions import Exclusion
from tracker.nuisance.models import DecisionKind, Violation, ViolationDecision
from tracker.nuisance.procedure import ProcedureStatus
from tracker.nuisance.properties import PropertyEntry, change_property
from tracker.nuisance.violations import confirm_violation, enter_violation, exclude_violation, status_of, why_barred
from tracker.staff.models import LogEntry, Role, User
from tracker.staff.permissions import Permission, declared_permission

SignIn = Callable[..., User]
PAGE = "/staff/nuisance"
ALLOWED = {"addresses", "users"}
APPEND_ONLY = [
    "nuisance_rule_versions", "nuisance_property_versions", "nuisance_violations", "nuisance_decisions",
    "nuisance_steps",
]  # fmt: skip


@cache
def imports() -> list[Import]:
    """Every import of the program, read once."""
    return all_imports()


def is_ours(name: str) -> bool:
    return name.startswith("nuisance_")


def test_the_floor_lies_below_calls_and_imports_nothing_of_them() -> None:
    assert FLOORS.index("places") < FLOORS.index("nuisance") < FLOORS.index("calls")
    below = {"ground", "staff", "places", "nuisance"}
    own = [one for one in imports() if within(one) and room_of(module_name(one.source)) == "nuisance"]
    assert own and {room_of(one.target) for one in own} <= below


def test_nobody_but_the_application_itself_imports_the_floor() -> None:
    users = {
        one.source.relative_to(PACKAGE).as_posix()
        for one in imports()
        if one.target.startswith("tracker.nuisance") and room_of(module_name(one.source)) != "nuisance"
    }
    assert users == {"app.py"}


def test_nobody_else_names_its_tables() -> None:
    naming = {
        path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py") if '"nuisance_' in path.read_text("utf-8")
    }
    assert naming == {"nuisance"}


def targets(metadata: MetaData, table: str) -> set[str]:
    return {key.column.table.name for key in metadata.tables[table].foreign_keys}


def test_its_keys_reach_addresses_and_users_and_nobody_elses_reach_it(database: SQLAlchemy) -> None:
    metadata = db.metadata
    ours = {name for name in metadata.tables if is_ours(name)}
    assert len(ours) == 7
    assert set().union(*(targets(metadata, name) for name in ours)) - ours == ALLOWED
    assert {name for name in set(metadata.tables) - ours if targets(metadata, name) & ours} == set()
    seen, left = set(ours), list(ours)
    while left:  # through whatever those lead to
        for name in targets(metadata, left.pop()) - seen:
            seen.add(name)
            left.append(name)
    assert seen - ours == {"addresses", "users", "public_points"}
    words = {column.name for name in ours for column in metadata.tables[name].columns}
    assert not [word for word in words if any(part in word for part in ("call", "case", "request", "transfer"))]


def test_the_database_itself_has_no_other_keys(database: SQLAlchemy) -> None:
    inspector = inspect(db.engine)
    for name in inspector.get_table_names():
        reached = {key["referred_table"] for key in inspector.get_foreign_keys(name)}
        assert not (is_ours(name) and [one for one in reached if not is_ours(one) and one not in ALLOWED]), name
        assert is_ours(name) or not [one for one in reached if is_ours(one)], name


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of this floor."""
    db.session.expire_all()
    tables = [table for name, table in sorted(db.metadata.tables.items()) if is_ours(name)]
    return {table.name: [tuple(one) for one in db.session.execute(select(table))] for table in tables}


def test_sixty_imported_calls_their_case_its_closing_and_its_return_change_nothing(
    app: Flask, database: SQLAlchemy, tmp_path: Path
) -> None:
    make_pothole_city(app)
    known = make.make_property(address=make.make_address(key="12 ELM ST", display="12 Elm St", number=12))
    make.make_violation(of=known)
    make.make_violation(of=known, is_confirmed=False)
    database.session.commit()
    before = everything()
    path = tmp_path / "calls.csv"
    path.write_text(table([row(number) for number in range(60)]), "utf-8")
    assert import_file(app, path).counts == (60, 60, 0, 0)
    database.session.expire_all()
    [case] = database.session.scalars(select(ProblemCase))
    assert case.call_count == 60 and everything() == before
    person = make.make_user(role=Role.CONTACT)
    close_case(case, outcome="Filled.", actor=person, monitoring_days=30)
    kind = database.session.scalars(select(ServiceRequest)).first().service_type  # type: ignore[union-attr]  # there are
    at = case.last_call_at + timedelta(days=2)
    call = make.make_call(service_type=kind, requested_datetime=at, lat=case.anchor_lat, long=case.anchor_long)
    link_call(case, make.make_call(service_type=kind, requested_datetime=at), reason="The same.", actor=person)
    take_calls()
    database.session.refresh(case)
    assert case.status is CaseStatus.OPEN and call.id and everything() == before


def test_a_place_that_calls_a_thousand_times_is_on_no_list(app: Flask, database: SQLAlchemy, tmp_path: Path) -> None:
    make_pothole_city(app)
    path = tmp_path / "calls.csv"
    path.write_text(table([row(number) for number in range(200)]), "utf-8")
    import_file(app, path)
    assert set(map(len, everything().values())) == {0}


def test_every_page_of_the_floor_is_for_enforcement_only_and_takes_no_call(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    ours = [rule for rule in rules if rule.endpoint.startswith("nuisance.")]
    assert {declared_permission(app.view_functions[rule.endpoint]) for rule in ours} == {Permission.ENFORCE}
    others = [rule for rule in rules if declared_permission(app.view_functions[rule.endpoint]) is Permission.ENFORCE]
    assert {rule.endpoint for rule in others} == {rule.endpoint for rule in ours}
    taken = {name for rule in ours for name in rule.arguments}
    assert taken == {"property_id", "violation_id", "rule_set_id", "status"}


def test_no_form_has_a_field_for_a_call_a_case_or_a_decision_already_made(app: Flask, database: SQLAlchemy) -> None:
    found = [
        one for module in (forms, rule_forms) for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, forms.FlaskForm) and one.__module__ == module.__name__
    ]  # fmt: skip
    with app.test_request_context():
        names = {field.name for one in found for field in one()}
    assert len(found) >= 9 and "occurred_on" in names
    wrong = {"call", "calls", "call_id", "case", "case_id", "service_request_id", "is_countable", "reviewed", "points"}
    assert names & wrong == set()


def sent(**fields: str) -> dict[str, str]:
    """The form of a violation as a browser sends it."""
    usual = {
        "key": "a form", "occurred_on": "2026-06-12", "offense": "drug-sale", "evidence": "citation",
        "evidence_number": "C-77", "incident_number": "I-77", "outcome": "enforcement", "words": "Sold drugs.",
    }  # fmt: skip
    return {**usual, **{one.value: "no" for one in Exclusion}, **fields}


def test_fields_that_are_smuggled_in_are_ignored(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    me = sign_in(user=bureau.ana)
    other = str(bureau.bea.id)
    extra = {
        "is_countable": "1", "reviewed": "1", "points": "99", "call_ids": "1,2,3", "service_request_id": "R1",
        "kind": "confirmed", "status": "confirmed", "entered_by_id": other, "by_id": other, "decision": "confirm",
        "rule_version_id": "1", "answers": "{}",
    }  # fmt: skip
    address = f"{PAGE}/properties/{bureau.known.id}/violations/new?is_countable=1&call_id=7"
    assert client.post(address, data=sent(**extra)).status_code == 302
    [violation] = database.session.scalars(select(Violation))
    assert violation.entered_by_id == me.id and violation.decisions == []
    assert why_barred(violation) == "Nobody else has reviewed it yet."
    assert [measure.total for measure in bureau.reckoned().standing.measures] == [0, 0]  # type: ignore[union-attr]


@pytest.mark.parametrize("exclusion", list(Exclusion))
def test_each_exclusion_alone_keeps_a_violation_from_counting(exclusion: Exclusion, bureau: Bureau) -> None:
    ruled_out = {one.value: "no" for one in Exclusion if one is not exclusion}
    for answer in ("yes", "unknown", "maybe", None):
        answers = ruled_out | ({} if answer is None else {exclusion.value: answer})
        typed = entry(answers=answers, evidence_number=f"C-{answer}")
        violation = enter_violation(bureau.known, typed, bureau.ana, today=TODAY, key=f"{answer}")
        [decision] = violation.decisions
        assert decision.kind is DecisionKind.NOT_COUNTABLE and decision.exclusion is exclusion and decision.reason
        with pytest.raises(Conflict, match="not countable already"):
            confirm_violation(violation, "It does count.", bureau.bea)
    standing = bureau.reckoned().standing
    assert standing is not None and [measure.total for measure in standing.measures] == [0, 0]
    assert [line.why.startswith("Not countable") for line in standing.left_out] == [True] * 4


def test_when_nothing_is_answered_nothing_counts(bureau: Bureau) -> None:
    violation = enter_violation(bureau.known, entry(answers={}), bureau.ana, today=TODAY, key="one")
    assert {one.exclusion for one in violation.decisions} == set(Exclusion)


def test_who_entered_a_violation_decides_nothing_about_it(bureau: Bureau) -> None:
    violation = enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    for decide in (confirm_violation, exclude_violation):
        with pytest.raises(Conflict, match="Another person has to review it"):
            decide(violation, "I say so.", bureau.ana)
    assert bureau.reckoned().standing.measures[0].total == 0  # type: ignore[union-attr]
    confirm_violation(violation, "I read the citation.", bureau.bea)
    assert bureau.reckoned().standing.measures[0].total == 10  # type: ignore[union-attr]


def test_the_database_itself_wants_a_second_person(bureau: Bureau, database: SQLAlchemy) -> None:
    violation = enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    database.session.commit()
    decision = {"violation_id": violation.id, "kind": "confirmed", "reason": "Mine.", "at": make.NOW}
    ana, bea = bureau.ana.id, bureau.bea.id
    for entered_by, by in ((ana, ana), (bea, ana)):  # herself; and with a lie about who entered it
        with pytest.raises(IntegrityError):
            database.session.execute(insert(ViolationDecision).values(**decision, entered_by_id=entered_by, by_id=by))
        database.session.rollback()
    assert status_of(violation).value == "waiting"


def test_a_decision_with_a_call_instead_of_a_violation_finds_no_place(bureau: Bureau, database: SQLAlchemy) -> None:
    call = make.make_call()
    database.session.commit()
    values = {"violation_id": call.id, "entered_by_id": bureau.ana.id, "by_id": bureau.bea.id, "kind": "confirmed"}
    with pytest.raises(IntegrityError):
        database.session.execute(insert(ViolationDecision).values(**values, reason="A call.", at=make.NOW))
    database.session.rollback()


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_the_database_refuses_to_change_or_forget_what_was_decided(
    name: str, bureau: Bureau, database: SQLAlchemy
) -> None:
    bureau.confirm(1, 2)
    bureau.step(ProcedureStatus.NOTICE_REVIEW, bureau.ana)
    change_property(bureau.known, PropertyEntry(2, "Pat", "1 Oak Ave"), bureau.ana, seen_version=bureau.known.version)
    database.session.commit()
    for statement in (f"UPDATE {name} SET id = id + 1000", f"DELETE FROM {name}"):  # noqa: S608  # names of ours
        with pytest.raises(DBAPIError, match="append-only"):
            database.session.execute(text(statement))
        database.session.rollback()


def test_the_owner_stands_in_no_log_entry(bureau: Bureau, database: SQLAlchemy) -> None:
    bureau.confirm(1, 2)
    violation = enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    confirm_violation(violation, "I read it.", bureau.bea)
    said = " ".join(database.session.scalars(select(LogEntry.text)))
    assert "Violation" in said and bureau.known.owner_name not in said and "Sold drugs" not in said


@pytest.mark.parametrize("role", [Role.AIDE, Role.CONTACT, Role.SCHEDULER, Role.EMERGENCY_MANAGER])
def test_whoever_works_with_calls_does_not_even_see_the_pages(
    role: Role, bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(role)
    for page in ("", f"/properties/{bureau.known.id}", "/reviews", "/rules"):
        assert client.get(PAGE + page).status_code == 403
    assert "Nuisance" not in client.get("/staff").text


def test_each_page_says_that_calls_never_count_and_leads_to_none(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    [violation, _] = bureau.confirm(1, 2)
    sign_in(user=bureau.ana)
    there = f"/properties/{bureau.known.id}"
    parts = ("", "/edit", "/violations/new", "/notice", "/steps/notice_review")
    about_it = [there + part for part in parts]
    for page in (*about_it, f"/violations/{violation.id}", "", "/reviews", "/rules", "/rules/new"):
        answer = client.get(PAGE + page)
        body = answer.text.split('id="main"')[1].split("</main>")[0]
        assert answer.status_code == 200 and "Calls never count here." in body, page
        assert "Civil Rights Law 90" in body and "/staff/calls" not in body and "/staff/cases" not in body
