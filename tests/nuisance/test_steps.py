"""Steps of the procedure as the database keeps them, each with people, dates and what it was founded on."""

from datetime import date, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.nuisance.conftest import TODAY, Bureau
from tracker.errors import Conflict, Invalid
from tracker.nuisance.exclusions import Exclusion
from tracker.nuisance.models import ProcedureStep
from tracker.nuisance.notices import notice_of
from tracker.nuisance.procedure import ProcedureStatus
from tracker.nuisance.violations import exclude_violation

S = ProcedureStatus


def test_the_whole_procedure_with_its_people_dates_and_foundations(bureau: Bureau, database: SQLAlchemy) -> None:
    ana, bea = bureau.ana, bureau.bea
    begun = TODAY - timedelta(days=40)
    with pytest.raises(Conflict, match="No threshold is reached"):
        bureau.step(S.NOTICE_REVIEW, ana)
    bureau.confirm(50, 60)
    bureau.step(S.NOTICE_REVIEW, ana, begun)
    with pytest.raises(Conflict, match="Somebody else"):
        bureau.step(S.OWNER_NOTICE, ana, begun)
    notice = bureau.step(S.OWNER_NOTICE, bea, begun)
    founded = notice.founded_on[0]
    assert (founded["window"], founded["needed"], founded["total"]) == ("6 months", 12, 20)
    assert len(founded["violations"]) == 2 and notice.due_on == begun + timedelta(days=10)
    bureau.step(S.PROPOSED, ana, begun + timedelta(days=20))
    with pytest.raises(Conflict, match="may appeal until"):
        bureau.step(S.DECLARED, bea, begun + timedelta(days=30))
    with pytest.raises(Conflict, match="Somebody else"):
        bureau.step(S.DECLARED, ana)
    declared = bureau.step(S.DECLARED, bea)
    assert declared.proposed_by_id == ana.id and bureau.known.status is S.DECLARED
    bureau.step(S.APPEAL, ana)
    with pytest.raises(Conflict, match="Somebody else has to decide"):
        bureau.step(S.WITHDRAWN, bea)
    bureau.step(S.WITHDRAWN, ana)
    assert bureau.known.due_on is None and bureau.reckoned().status is S.WITHDRAWN
    steps = database.session.scalars(select(ProcedureStep).order_by(ProcedureStep.number)).all()
    assert [one.status.value for one in steps] == [
        "notice_review", "owner_notice", "proposed", "declared", "appeal", "withdrawn",
    ]  # fmt: skip


def test_a_notice_with_an_earlier_day_is_appealed_from_the_day_of_its_entry(bureau: Bureau) -> None:
    bureau.confirm(50, 60)
    bureau.step(S.NOTICE_REVIEW, bureau.ana, TODAY - timedelta(days=45))
    bureau.step(S.OWNER_NOTICE, bureau.bea, TODAY - timedelta(days=40), today=TODAY)
    bureau.step(S.PROPOSED, bureau.ana)
    with pytest.raises(Conflict, match="may appeal until 15 Jul 2026"):
        bureau.step(S.DECLARED, bureau.bea)
    assert notice_of(bureau.known, TODAY).appeal_until == TODAY + timedelta(days=30)


def test_a_denied_appeal_leaves_the_notice_as_it_was_and_a_new_round_has_none(bureau: Bureau) -> None:
    bureau.confirm(50, 60)
    begun = TODAY - timedelta(days=40)
    bureau.step(S.NOTICE_REVIEW, bureau.ana, begun)
    bureau.step(S.OWNER_NOTICE, bureau.bea, begun)
    bureau.step(S.APPEAL, bureau.ana, begun + timedelta(days=5))
    bureau.step(S.OWNER_NOTICE, bureau.ana, begun + timedelta(days=9))
    notice = notice_of(bureau.known, TODAY)
    assert notice.on == begun and notice.appeal_until == begun + timedelta(days=30)
    bureau.step(S.WITHDRAWN, bureau.bea)
    bureau.step(S.WATCH, bureau.bea)
    assert notice_of(bureau.known, TODAY).is_draft


def test_a_step_is_taken_once_against_what_was_seen_not_in_the_future_and_not_without_a_reason(bureau: Bureau) -> None:
    bureau.confirm(5, 6)
    for wrong in ({"today": TODAY - timedelta(days=1)}, {"reason": " "}):
        with pytest.raises(Invalid):
            bureau.step(S.NOTICE_REVIEW, bureau.ana, **wrong)
    with pytest.raises(Conflict, match="meanwhile"):
        bureau.step(S.NOTICE_REVIEW, bureau.ana, seen_version=99)
    step = bureau.step(S.NOTICE_REVIEW, bureau.ana, key="one")
    assert bureau.step(S.NOTICE_REVIEW, bureau.ana, key="one", seen_version=1) is step


def test_a_kept_plan_waives_and_a_late_exclusion_takes_the_ground_away(bureau: Bureau) -> None:
    [one, _] = bureau.confirm(5, 6)
    bureau.step(S.NOTICE_REVIEW, bureau.ana)
    bureau.step(S.OWNER_NOTICE, bureau.bea)
    bureau.step(S.PLAN, bureau.ana)
    later = date(2027, 6, 15)
    standing = bureau.reckoned(later).standing
    assert standing is not None and "the plan of 15 Jun 2026 was kept" in standing.left_out[0].why
    exclude_violation(one, "It was a medical emergency.", bureau.bea, Exclusion.MEDICAL)
    with pytest.raises(Conflict, match="No threshold is reached"):
        bureau.step(S.PROPOSED, bureau.ana)
    assert bureau.reckoned(later + timedelta(days=1)).status is S.EXPIRED


def test_the_notice_says_what_it_was_founded_on_that_day(bureau: Bureau) -> None:
    with pytest.raises(Conflict, match="nothing to tell"):
        notice_of(bureau.known, TODAY)
    bureau.confirm(5, 6)
    assert notice_of(bureau.known, TODAY).is_draft
    bureau.step(S.NOTICE_REVIEW, bureau.ana)
    bureau.step(S.OWNER_NOTICE, bureau.bea)
    bureau.confirm(1)
    notice = notice_of(bureau.known, TODAY + timedelta(days=90))
    assert (notice.is_draft, notice.on, len(notice.lines)) == (False, TODAY, 2)
    assert notice.appeal_until == TODAY + timedelta(days=30)
    assert notice.reached == [(20, 12, "6 months", False), (20, 18, "12 months", False)]
