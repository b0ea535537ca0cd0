"""Rule sets, properties, violations and steps as the verbs keep them: versioned, twice looked at, done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.nuisance.conftest import TODAY, Bureau, entry
from tracker.errors import Conflict, Invalid, NotFound
from tracker.nuisance.example_rules import example_rules
from tracker.nuisance.exclusions import Exclusion
from tracker.nuisance.models import PropertyVersion, RuleSet
from tracker.nuisance.procedure import ProcedureStatus
from tracker.nuisance.properties import (
    PropertyEntry,
    change_property,
    find_address,
    get_property,
    register_property,
)
from tracker.nuisance.rule_sets import (
    change_draft,
    create_rule_set,
    get_rule_set,
    put_in_force,
    terms_of,
    version_on,
)
from tracker.nuisance.rule_terms import Outcome, Threshold, Unit, Window
from tracker.nuisance.violations import (
    ViolationStatus,
    confirm_violation,
    count_waiting,
    enter_violation,
    exclude_violation,
    get_violation,
    status_of,
)
from tracker.staff.models import AuditEntry, LogEntry, User

S = ProcedureStatus
EXAMPLE = example_rules()["milwaukee-like"].terms
OWNER = PropertyEntry(2, "Pat Landlord", "1 Oak Ave")


def total(bureau: Bureau, on: date = TODAY) -> int:
    standing = bureau.reckoned(on).standing
    assert standing is not None
    return standing.measures[0].total


def force(rule_set: RuleSet, bureau: Bureau, begins: date, until: date | None = None) -> None:
    put_in_force(rule_set, bureau.bea, begins=begins, until=until, today=TODAY, seen_version=rule_set.version)


def draft(rule_set: RuleSet, bureau: Bureau, terms: Any = EXAMPLE) -> None:
    change_draft(rule_set, terms, bureau.ana, note="", seen_version=rule_set.version)


def test_a_rule_set_is_drafted_by_one_person_and_put_into_force_by_another(bureau: Bureau) -> None:
    rule_set = create_rule_set("Days", "Example", EXAMPLE, bureau.ana, key="one")
    assert create_rule_set("Days", "Example", EXAMPLE, bureau.ana, key="one") is rule_set
    with pytest.raises(Invalid, match="already"):
        create_rule_set("Days", "", EXAMPLE, bureau.ana, key="two")
    with pytest.raises(Conflict, match="You wrote this draft"):
        put_in_force(rule_set, bureau.ana, begins=TODAY, until=None, today=TODAY, seen_version=1)
    with pytest.raises(Conflict, match="meanwhile"):
        put_in_force(rule_set, bureau.bea, begins=TODAY, until=None, today=TODAY, seen_version=9)
    assert version_on(rule_set.versions, TODAY) is None
    force(rule_set, bureau, date(2020, 1, 1))
    version = version_on(rule_set.versions, TODAY)
    assert version is not None and terms_of(version) == EXAMPLE and rule_set.draft is None
    with pytest.raises(Conflict, match="no draft"):
        force(rule_set, bureau, TODAY)


def test_a_new_version_follows_an_old_one_which_stays_as_it_was(bureau: Bureau) -> None:
    rule_set = create_rule_set("Days", "", EXAMPLE, bureau.ana, key="one")
    force(rule_set, bureau, date(2020, 1, 1))
    stricter = replace(EXAMPLE, thresholds=(Threshold(9, Window(30, Unit.DAYS)),))
    draft(rule_set, bureau, stricter)
    for begins in (date(2019, 1, 1), date(2020, 1, 1)):
        with pytest.raises(Invalid, match="overlap version 1"):
            force(rule_set, bureau, begins)
    with pytest.raises(Invalid, match="cannot begin in the past"):
        force(rule_set, bureau, TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="end before it begins"):
        force(rule_set, bureau, TODAY, TODAY - timedelta(days=1))
    force(rule_set, bureau, TODAY, TODAY + timedelta(days=9))
    days = [TODAY + timedelta(days=number) for number in (-1, 0, 9, 10)]
    in_force = [version_on(rule_set.versions, day) for day in days]
    assert [one and one.number for one in in_force] == [1, 2, 2, None]
    assert terms_of(rule_set.versions[0]) == EXAMPLE
    draft(rule_set, bureau)
    with pytest.raises(Invalid, match="until 24 Jun 2026"):
        force(rule_set, bureau, TODAY + timedelta(days=9))
    force(rule_set, bureau, TODAY + timedelta(days=10))


def test_a_draft_with_faults_is_refused_by_name_at_once_and_again_before_it_becomes_law(
    bureau: Bureau, database: SQLAlchemy
) -> None:
    rule_set = create_rule_set("Days", "", EXAMPLE, bureau.ana, key="one")
    window = Window(90, Unit.DAYS)
    falling = replace(EXAMPLE, thresholds=(Threshold(14, window, 1, 4), Threshold(11, window, 5)))
    with pytest.raises(Invalid, match=r"the tier 5\+ units allows 11"):
        draft(rule_set, bureau, falling)
    rule_set.draft = replace(EXAMPLE, appeal_days=0).as_data()
    database.session.flush()
    with pytest.raises(Invalid, match="without an appeal"):
        force(rule_set, bureau, TODAY)


@pytest.mark.parametrize("typed", ["412 Maple St", "412 MAPLE STREET", " 412 maple street apt 3"])
def test_an_address_is_found_in_any_spelling(typed: str, bureau: Bureau) -> None:
    assert find_address(typed) is bureau.known.address


def test_an_unknown_address_is_refused_with_what_is_like_it(bureau: Bureau) -> None:
    with pytest.raises(Invalid, match="Did you mean: 412 Maple St"):
        find_address("412 Mapl")
    with pytest.raises(Invalid, match=r"no known address\. Write"):
        find_address("???")


def test_a_property_is_registered_once_and_each_earlier_owner_stays_on_record(
    bureau: Bureau, database: SQLAlchemy
) -> None:
    address, rules = make.make_address(), bureau.known.rule_set
    known = register_property(address, rules, OWNER, bureau.ana, key="one")
    assert register_property(address, rules, OWNER, bureau.ana, key="one") is known and known.status is S.WATCH
    with pytest.raises(Invalid, match="on the list already"):
        register_property(address, rules, OWNER, bureau.ana, key="two")
    seen = known.version
    assert change_property(known, replace(OWNER, owner_name="New Owner"), bureau.bea, seen_version=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        change_property(known, OWNER, bureau.ana, seen_version=seen)
    assert not change_property(known, replace(OWNER, owner_name="New Owner"), bureau.bea, seen_version=known.version)
    kept = database.session.scalars(select(PropertyVersion).where(PropertyVersion.property_id == known.id)).all()
    assert [(one.number, one.owner_name, one.by) for one in kept] == [
        (1, "Pat Landlord", bureau.ana), (2, "New Owner", bureau.bea),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"units": 0}, {"units": 99_999}, {"owner_name": " "}, {"owner_address": ""}])
def test_a_property_without_units_or_owner_is_refused(wrong: dict[str, Any], bureau: Bureau) -> None:
    with pytest.raises(Invalid):
        register_property(make.make_address(), bureau.known.rule_set, replace(OWNER, **wrong), bureau.ana, key="one")


def test_a_property_needs_rules_that_are_in_force(bureau: Bureau) -> None:
    rules = create_rule_set("Days", "", EXAMPLE, bureau.ana, key="one")
    with pytest.raises(Invalid, match="No version"):
        register_property(make.make_address(), rules, OWNER, bureau.ana, key="one")


def test_a_violation_counts_when_another_person_confirmed_it_and_no_more_when_it_is_excluded(bureau: Bureau) -> None:
    violation = enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    assert enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one") is violation
    assert (status_of(violation), total(bureau), count_waiting()) == (ViolationStatus.WAITING, 0, 1)
    with pytest.raises(Invalid, match="Say why"):
        confirm_violation(violation, " ", bureau.bea)
    confirm_violation(violation, "I read the citation.", bureau.bea)
    assert (status_of(violation), total(bureau), count_waiting()) == (ViolationStatus.CONFIRMED, 10, 0)
    with pytest.raises(Conflict, match="confirmed already"):
        confirm_violation(violation, "Again.", make.make_user())
    exclude_violation(violation, "The victim called, it turns out.", bureau.bea, Exclusion.VICTIM_CALL)
    assert (status_of(violation), total(bureau)) == (ViolationStatus.EXCLUDED, 0)
    for decide in (confirm_violation, exclude_violation):
        with pytest.raises(Conflict, match="excluded already"):
            decide(violation, "No, it counts.", make.make_user())
    assert [one.reason for one in violation.decisions] == ["I read the citation.", "The victim called, it turns out."]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"occurred_on": TODAY + timedelta(days=1)}, "in the future"),
        ({"occurred_on": date(2019, 12, 31)}, "No rules were in force on 31 Dec 2019"),
        ({"offense": "calling 911"}, "do not know this offense"),
        ({"evidence_number": " "}, "nothing is substantiated"),
        ({"words": " "}, "what was found"),
    ],
)
def test_what_is_not_substantiated_is_not_entered(wrong: dict[str, Any], why: str, bureau: Bureau) -> None:
    with pytest.raises(Invalid, match=why):
        enter_violation(bureau.known, entry(**wrong), bureau.ana, today=TODAY, key="one")


def test_points_are_those_of_the_rules_of_the_day_of_the_event(bureau: Bureau) -> None:
    rule_set = bureau.known.rule_set
    terms = terms_of(rule_set.versions[0])
    bureau.confirm(3)
    dearer = tuple(replace(one, points=99) for one in terms.offenses)
    draft(rule_set, bureau, replace(terms, offenses=dearer))
    force(rule_set, bureau, TODAY)
    version = bureau.reckoned().version
    assert version is not None and version.number == 2 and total(bureau) == 10


def test_outcomes_units_and_time_are_reckoned_from_the_database_too(bureau: Bureau) -> None:
    bureau.confirm(3, 200)
    make.make_violation(of=bureau.known, outcome=Outcome.REPORT)
    standing = bureau.reckoned().standing
    assert standing is not None and [measure.total for measure in standing.measures] == [10, 20]
    assert "does not qualify" in standing.left_out[0].why
    assert total(bureau, TODAY + timedelta(days=400)) == 0


def test_of_many_who_confirm_at_once_one_does(app: Flask, bureau: Bureau, database: SQLAlchemy) -> None:
    violation = enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    number, people = violation.id, [make.make_user().id for _ in range(4)]
    database.session.commit()

    def confirm(person: int) -> str:
        with app.app_context():
            try:
                confirm_violation(get_violation(number), "I read it.", database.session.get_one(User, person))
                database.session.commit()
            except Conflict as refusal:
                database.session.rollback()
                return str(refusal)
            return "confirmed"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(confirm, people))
    assert said.count("confirmed") == 1 and said[0].startswith("It is confirmed already")
    assert len(get_violation(number).decisions) == 1


def test_each_act_is_in_the_log_and_in_the_audit_trail(bureau: Bureau, database: SQLAlchemy) -> None:
    violation = enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    confirm_violation(violation, "I read it.", bureau.bea)
    said = select(LogEntry.verb).where(LogEntry.subject_kind == "property", LogEntry.subject_id == bureau.known.id)
    assert list(database.session.scalars(said)) == ["violation_entered", "violation_confirmed"]
    kept = list(database.session.scalars(select(AuditEntry.action)))
    assert kept == ["nuisance: violation entered", "nuisance: violation confirmed"]


@pytest.mark.parametrize("find", [get_property, get_violation, get_rule_set])
def test_what_is_not_there_says_where_to_look(find: Callable[[int], object], bureau: Bureau) -> None:
    with pytest.raises(NotFound, match="There is no such"):
        find(9_999)
