"""The pages of nuisance enforcement tell who read, what a colleague wrote meanwhile, and what no longer stands."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.nuisance.conftest import TODAY, Bureau
from tests.nuisance.test_pages import PAGE, there
from tracker.nuisance.procedure import ProcedureStatus
from tracker.nuisance.violations import exclude_violation, status_of
from tracker.staff.models import AuditEntry, User

SignIn = Callable[..., User]


def test_what_a_colleague_wrote_meanwhile_stands_beside_what_was_typed(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    form = {"units": "3", "owner_name": "My Owner", "owner_address": "2 Elm St", "version": "1"}
    sign_in(user=bureau.ana)
    client.post(f"{there(bureau)}/edit", data=form)
    stale = client.post(f"{there(bureau)}/edit", data={**form, "owner_name": "Other Owner"})
    assert "Now it is: My Owner" in stale.text and stale.text.count("Now it is") == 2


def test_a_draft_that_changed_meanwhile_is_shown_beside_what_was_typed(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    form = {
        "version": "1", "note": "Ours", "kind": "count", "offenses": "noise | Noise | 1",
        "outcomes": ["enforcement", "report"], "thresholds": "3 violations in 90 days", "appeal_days": "14",
        "answer_days": "10", "days_after_notice": "0", "waiver_months": "12", "expiry_months": "12",
        "incident_once": "y",
    }  # fmt: skip
    page = f"{PAGE}/rules/{bureau.known.rule_set_id}/draft"
    sign_in(user=bureau.ana)
    assert client.post(page, data=form).status_code == 302
    mine = {**form, "appeal_days": "21", "incident_once": "", "outcomes": ["enforcement"]}
    stale = client.post(page, data=mine)
    assert stale.status_code == 409 and stale.text.count("Now it is") == 6, "above and at its field"
    assert "Now it is: 14" in stale.text and "Now it is: yes" in stale.text
    assert 'value="21"' in stale.text and client.post(page, data={**mine, "version": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("place", "action"),
    [("properties/{known}/edit", "read nuisance property"), ("violations/{violation}", "read nuisance violation")],
)
def test_each_reading_of_an_owner_or_a_violation_leaves_an_audit_row(
    place: str, action: str, bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    [violation] = bureau.confirm(5)
    sign_in(user=bureau.ana)
    client.get(f"{PAGE}/{place.format(known=bureau.known.id, violation=violation.id)}")
    kept = database.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()
    number = violation.id if "violation" in action else bureau.known.id
    assert [(one.object, one.actor_id) for one in kept] == [(f"{action.split()[-1]} {number}", bureau.ana.id)]


def test_what_a_refused_form_shows_leaves_an_audit_row_too(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    [violation] = bureau.confirm(5)
    sign_in(user=bureau.ana)
    assert client.post(f"{PAGE}/violations/{violation.id}/review", data={}).status_code == 400
    form = {"units": "3", "owner_name": "My Owner", "owner_address": "2 Elm St", "version": "7"}
    stale = client.post(f"{there(bureau)}/edit", data=form)
    assert stale.status_code == 409 and "Pat Landlord" in stale.text and "My Owner" in stale.text
    kept = database.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("read")))
    assert sorted(kept) == ["read nuisance property", "read nuisance violation"]


def test_who_names_an_exclusion_and_presses_confirm_is_asked_which_she_means(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    violation = make.make_violation(of=bureau.known, is_confirmed=False)
    form = {"decision": "confirm", "is_checked": "y", "exclusion": "victim_call", "reason": "A victim had called."}
    sign_in(user=bureau.bea)
    answer = client.post(f"{PAGE}/violations/{violation.id}/review", data=form)
    assert answer.status_code == 400 and "You named a reason to exclude it" in answer.text
    database.session.expire_all()
    assert status_of(violation).value == "waiting"


def test_a_founding_violation_that_was_excluded_since_is_told_on_the_page_and_in_the_letter(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    [one, _] = bureau.confirm(5, 6)
    bureau.step(ProcedureStatus.NOTICE_REVIEW, bureau.ana)
    bureau.step(ProcedureStatus.OWNER_NOTICE, bureau.bea)
    sign_in(user=bureau.ana)
    assert "does not count any more" not in client.get(there(bureau)).text
    assert "xcluded since" not in client.get(f"{there(bureau)}/notice").text
    exclude_violation(one, "A victim had called.", bureau.bea)
    page = client.get(there(bureau)).text
    assert "does not count any more" in page and f"/violations/{one.id}" in page
    letter = client.get(f"{there(bureau)}/notice").text
    assert letter.count("Excluded since") == 1 and "after this notice was sent" in letter


def test_a_procedure_that_expired_by_itself_is_found_and_listed_as_expired(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    other = make.make_property(rule_set=bureau.known.rule_set, address=make.make_address(display="7 Pine St"))
    bureau.confirm(410, 411)
    for then, by in ((ProcedureStatus.NOTICE_REVIEW, bureau.ana), (ProcedureStatus.OWNER_NOTICE, bureau.bea)):
        bureau.step(then, by, TODAY - timedelta(days=400))
    other.due_on = TODAY
    sign_in(user=bureau.ana)
    text = client.get(PAGE).text
    assert text.index("7 Pine St") < text.index("412 Maple St"), "nothing of it is due any more"
    assert "412 Maple St" not in client.get(f"{PAGE}?status=owner_notice").text
    expired = client.get(f"{PAGE}?status=expired").text
    assert "412 Maple St" in expired and "7 Pine St" not in expired
    assert "7 Pine St" in client.get(f"{PAGE}?status=watch").text
