"""What a step rests on: nothing excluded since, nothing that nobody had confirmed then, no lapsed procedure."""

from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.nuisance.conftest import TODAY, Bureau
from tests.nuisance.rules import counting
from tracker.errors import Conflict
from tracker.nuisance.exclusions import Exclusion
from tracker.nuisance.models import PropertyVersion
from tracker.nuisance.notices import notice_of
from tracker.nuisance.procedure import ProcedureStatus
from tracker.nuisance.rule_terms import Offense, Threshold, Unit, Window
from tracker.nuisance.violations import exclude_violation

S = ProcedureStatus


def exclude(bureau: Bureau, violation: make.Violation) -> None:
    exclude_violation(violation, "A victim had called.", bureau.bea, Exclusion.VICTIM_CALL)


def notify(bureau: Bureau, days_ago: int = 0) -> None:
    bureau.step(S.NOTICE_REVIEW, bureau.ana, TODAY - timedelta(days=days_ago))
    bureau.step(S.OWNER_NOTICE, bureau.bea, TODAY - timedelta(days=days_ago))


def test_a_notice_marks_what_was_excluded_since_it_was_sent(bureau: Bureau) -> None:
    [one, other] = bureau.confirm(5, 6)
    notify(bureau)
    assert [line.is_excluded for line in notice_of(bureau.known, TODAY).lines] == [False, False]
    exclude(bureau, one)
    marked = {line.violation.id: line.is_excluded for line in notice_of(bureau.known, TODAY).lines}
    assert marked == {one.id: True, other.id: False}


@pytest.mark.parametrize("against", [S.OWNER_NOTICE, S.MEETING, S.PROPOSED])
def test_an_appeal_is_not_denied_back_to_what_has_lost_its_ground(against: ProcedureStatus, bureau: Bureau) -> None:
    [one, _] = bureau.confirm(5, 6)
    notify(bureau)
    if against is not S.OWNER_NOTICE:
        bureau.step(against, bureau.bea)
    bureau.step(S.APPEAL, bureau.ana)
    exclude(bureau, one)
    with pytest.raises(Conflict, match="excluded since"):
        bureau.step(against, bureau.ana)
    bureau.step(S.WITHDRAWN, bureau.ana)


def test_an_appeal_against_a_declaration_that_has_lost_its_ground_is_not_denied(bureau: Bureau) -> None:
    [one, _] = bureau.confirm(5, 6)
    notify(bureau)
    later = TODAY + timedelta(days=31)
    for then, by in ((S.PROPOSED, bureau.ana), (S.DECLARED, bureau.bea), (S.APPEAL, bureau.ana)):
        bureau.step(then, by, later)
    exclude(bureau, one)
    with pytest.raises(Conflict, match="excluded since"):
        bureau.step(S.DECLARED, bureau.ana, later)
    assert bureau.known.status is S.APPEAL


def test_an_appeal_may_be_denied_when_enough_is_left_and_when_only_the_window_has_moved_on(bureau: Bureau) -> None:
    found = bureau.confirm(5, 6, 7)
    notify(bureau)
    exclude(bureau, found[0])
    bureau.step(S.APPEAL, bureau.ana)
    much_later = TODAY + timedelta(days=400)
    assert not bureau.reckoned(much_later).is_reached
    bureau.step(S.OWNER_NOTICE, bureau.ana, much_later)
    bureau.step(S.APPEAL, bureau.ana, much_later)
    exclude(bureau, found[1])
    with pytest.raises(Conflict, match="excluded since"):
        bureau.step(S.OWNER_NOTICE, make.make_user(role=make.Role.SUPERVISOR), much_later)


def test_the_letter_lists_only_what_counted_toward_the_thresholds_that_it_names(
    bureau: Bureau, database: SQLAlchemy
) -> None:
    rule = counting(
        offenses=(Offense("sale", "Sale of drugs", 1, True), Offense("noise", "Noise", 1)),
        thresholds=(
            Threshold(2, Window(30, Unit.DAYS), only_serious=True), Threshold(9, Window(12, Unit.MONTHS)),
        ),
    )  # fmt: skip
    bureau.known.rule_set = make.make_rule_set(terms=rule)
    for offense, days in (("sale", 5), ("sale", 6), ("noise", 7)):
        make.make_violation(of=bureau.known, offense=offense, occurred_on=TODAY - timedelta(days=days))
    drafted = notice_of(bureau.known, TODAY)
    notify(bureau)
    for notice in (drafted, notice_of(bureau.known, TODAY)):
        assert notice.reached == [(2, 2, "30 days", True)]
        assert [line.offense for line in notice.lines] == ["Sale of drugs", "Sale of drugs"]


def test_a_step_dated_back_revives_no_expired_procedure(bureau: Bureau) -> None:
    bureau.confirm(5, 6)
    notify(bureau)
    late = TODAY + timedelta(days=400)
    assert bureau.reckoned(late).status is S.EXPIRED
    with pytest.raises(Conflict, match="expired"):
        bureau.step(S.PLAN, bureau.ana, TODAY + timedelta(days=9), today=late)
    bureau.step(S.WATCH, bureau.ana, late)


def test_a_step_dated_back_rests_on_a_threshold_that_is_reached_today_too(bureau: Bureau) -> None:
    bureau.confirm(5, 6)
    late = TODAY + timedelta(days=400)
    with pytest.raises(Conflict, match="No threshold is reached today"):
        bureau.step(S.NOTICE_REVIEW, bureau.ana, TODAY, today=late)


def test_a_step_dated_back_does_not_rest_on_what_nobody_had_confirmed_then(bureau: Bureau) -> None:
    for days in (50, 60):
        make.make_violation(of=bureau.known, occurred_on=TODAY - timedelta(days=days), confirmed_at=make.NOW)
    with pytest.raises(Conflict, match="No threshold is reached on that day"):
        bureau.step(S.NOTICE_REVIEW, bureau.ana, TODAY - timedelta(days=1), today=TODAY)
    bureau.step(S.NOTICE_REVIEW, bureau.ana)


def test_a_notice_is_addressed_to_whom_it_was_sent(bureau: Bureau, database: SQLAlchemy) -> None:
    known = bureau.known
    owners = [("First Owner", 30), ("Second Owner", 10), ("Third Owner", 2)]
    for number, (name, days) in enumerate(owners, start=1):
        database.session.add(
            PropertyVersion(
                property_id=known.id, number=number, units=1, owner_name=name, owner_address=f"{number} Oak Ave",
                owner_email="", by=bureau.ana, at=make.NOW - timedelta(days=days),
            )
        )  # fmt: skip
    bureau.confirm(50, 60)
    known.owner_name, known.owner_address = "Third Owner", "3 Oak Ave"
    assert notice_of(known, TODAY).owner_name == "Third Owner", "a draft is for the owner of today"
    bureau.step(S.NOTICE_REVIEW, bureau.ana, TODAY - timedelta(days=5))
    bureau.step(S.OWNER_NOTICE, bureau.bea, TODAY - timedelta(days=5), today=TODAY)
    notice = notice_of(known, TODAY)
    assert (notice.owner_name, notice.owner_address) == ("Second Owner", "2 Oak Ave")


def test_the_days_of_an_owner_count_from_the_entry_of_a_notice_that_is_dated_back(bureau: Bureau) -> None:
    bureau.known.rule_set = make.make_rule_set(terms=counting(
        needed=2, days=90, offenses=(Offense("drug-sale", "Sale of drugs", 1),), days_after_notice=10,
    ))  # fmt: skip
    bureau.confirm(50, 60)
    bureau.step(S.NOTICE_REVIEW, bureau.ana, TODAY - timedelta(days=30))
    notice = bureau.step(S.OWNER_NOTICE, bureau.bea, TODAY - timedelta(days=20), today=TODAY)
    assert notice.due_on == notice_of(bureau.known, TODAY).answer_until == TODAY + timedelta(days=10)
    bureau.confirm(-10, -11, 15, 5)
    standing = bureau.reckoned(TODAY + timedelta(days=20)).standing
    assert standing is not None and standing.measures[0].total == 4
    excused = {one.act_id for one in standing.left_out if "days after the notice" in one.why}
    days = {one.id: (one.occurred_on - TODAY).days for one in bureau.reckoned().violations}
    assert {days[number] for number in excused} == {10, -15}, "nobody loses days by a late entry either"
