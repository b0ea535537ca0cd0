"""The pages of nuisance enforcement: what people type comes to the verbs, and every refusal keeps it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser
from sqlalchemy import func, select

from tests import factories as make
from tests.browsing import check_page
from tests.nuisance.conftest import TODAY, Bureau
from tests.nuisance.test_kept_apart import sent
from tracker.nuisance.example_rules import example_rules
from tracker.nuisance.models import ProcedureStep, Property, RuleSet, Violation
from tracker.nuisance.procedure import ProcedureStatus
from tracker.nuisance.violations import status_of
from tracker.staff.models import AuditEntry, User
from tracker.staff.sessions import cookie_name, start_session

SignIn = Callable[..., User]
PAGE = "/staff/nuisance"


def count(model: type) -> int:
    return make.db.session.scalar(select(func.count()).select_from(model)) or 0


def there(bureau: Bureau) -> str:
    return f"{PAGE}/properties/{bureau.known.id}"


def test_a_property_is_added_by_its_address_and_its_page_leaves_an_audit_row(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    make.make_address(key="9 OAK AVE", display="9 Oak Ave", number=9, street_key="OAK AVE")
    rules = bureau.known.rule_set_id
    form = {"key": "one", "rule_set": str(rules), "units": "6", "owner_name": "Sam Owner", "owner_address": "1 Elm St"}
    sign_in(user=bureau.ana)
    refused = client.post(f"{PAGE}/properties/new", data={**form, "address": "999 Nowhere Rd"})
    assert refused.status_code == 400 and "no known address" in refused.text and "Sam Owner" in refused.text
    for _ in range(2):
        assert client.post(f"{PAGE}/properties/new", data={**form, "address": "9 oak avenue"}).status_code == 302
    assert count(Property) == 2
    known = database.session.scalars(select(Property).order_by(Property.id.desc())).first()
    assert known is not None and "Sam Owner" in client.get(f"{PAGE}/properties/{known.id}").text
    read = select(AuditEntry.object).where(AuditEntry.action == "read nuisance property")
    assert list(database.session.scalars(read)) == [f"property {known.id}"]


def test_who_changes_a_property_that_changed_meanwhile_keeps_what_she_typed(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    form = {"units": "3", "owner_name": "My Owner", "owner_address": "2 Elm St", "version": "1"}
    sign_in(user=bureau.ana)
    assert client.post(f"{there(bureau)}/edit", data=form).status_code == 302
    stale = client.post(f"{there(bureau)}/edit", data={**form, "owner_name": "Other Owner"})
    assert stale.status_code == 409 and "meanwhile" in stale.text and "Other Owner" in stale.text
    assert 'name="version" type="hidden" value="2"' in stale.text
    for wrong in ("", "two", "9" * 40):
        assert client.post(f"{there(bureau)}/edit", data={**form, "version": wrong}).status_code == 400


def test_a_violation_goes_from_its_form_through_review_to_the_standing(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(user=bureau.ana)
    for _ in range(2):
        assert client.post(f"{there(bureau)}/violations/new", data=sent()).status_code == 302
    [violation] = database.session.scalars(select(Violation))
    page, review = f"{PAGE}/violations/{violation.id}", f"{PAGE}/violations/{violation.id}/review"
    assert "Another person has to review it" in client.get(page).text
    decide = {"decision": "confirm", "is_checked": "y", "exclusion": "", "reason": "I read the citation."}
    assert client.post(review, data=decide).status_code == 409
    assert "yours: somebody else has to" in client.get(f"{PAGE}/reviews").text
    sign_in(user=bureau.bea)
    unread = client.post(review, data={**decide, "is_checked": ""})
    assert unread.status_code == 400 and "Read the evidence" in unread.text and "I read the citation." in unread.text
    assert client.post(review, data=decide).status_code == 302
    assert "10 of 12" in client.get(there(bureau)).text and "Nothing waits" in client.get(f"{PAGE}/reviews").text
    excluded = {"decision": "exclude", "exclusion": "victim_call", "reason": "A victim had called."}
    assert client.post(review, data=excluded).status_code == 302
    text = client.get(there(bureau)).text
    assert "0 of 12" in text and "A victim had called." in text
    database.session.expire_all()
    assert status_of(violation).value == "excluded"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("evidence", "", "Choose what substantiates it"),
        ("evidence", "call_for_service", "Not a valid choice"),
        ("evidence_number", "", "nothing is substantiated"),
        ("outcome", "", "Choose what came of it"),
        ("outcome", "none", "Not a valid choice"),
        ("offense", "911 call", "Not a valid choice"),
        ("occurred_on", "2026-07-01", "in the future"),
        ("occurred_on", "0026-06-01", "Check the year"),
        ("victim_call", "perhaps", "Not a valid choice"),
        ("words", "", "Say it in a sentence"),
        ("key", "", "Reload the page"),
    ],
)
def test_what_is_no_violation_is_shown_again_with_the_reason(
    field: str, value: str, why: str, bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(user=bureau.ana)
    answer = client.post(f"{there(bureau)}/violations/new", data=sent(**{field: value}))
    assert answer.status_code == 400 and why in answer.text and "I-77" in answer.text
    assert count(Violation) == 0


def test_what_nobody_answered_is_entered_and_does_not_count(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(user=bureau.ana)
    form = sent()
    for name in ("medical", "called_by_owner"):
        del form[name]
    answer = client.post(f"{there(bureau)}/violations/new", data=form, follow_redirects=True)
    assert "It does not count" in answer.text and answer.text.count("Not known: excluded") == 2
    assert "Confirm that it is countable" not in answer.text


def test_steps_are_taken_on_their_page_by_whoever_may(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    bureau.confirm(5, 6)
    sign_in(user=bureau.ana)
    form = {"key": "one", "version": "1", "on_day": f"{TODAY}", "reason": "Two sales of drugs."}
    for _ in range(2):
        assert client.post(f"{there(bureau)}/steps/notice_review", data=form).status_code == 302
    notice = {**form, "key": "two", "version": "2"}
    refused = client.post(f"{there(bureau)}/steps/owner_notice", data=notice)
    assert refused.status_code == 409 and "Somebody else" in refused.text and "Two sales of drugs." in refused.text
    sign_in(user=bureau.bea)
    assert client.post(f"{there(bureau)}/steps/owner_notice", data=notice).status_code == 302
    assert count(ProcedureStep) == 2
    page = client.get(there(bureau)).text
    assert "Due by" in page and "Owner notified" in page and "does not follow" not in page
    letter = client.get(f"{there(bureau)}/notice").text
    assert "Pat Landlord" in letter and "appeal until" in letter and "Draft" not in letter
    assert client.get(f"{there(bureau)}/steps/arrest").status_code == 404


def test_a_notice_is_not_printed_while_there_is_nothing_to_tell(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(user=bureau.ana)
    answer = client.get(f"{there(bureau)}/notice")
    assert answer.status_code == 409 and "nothing to tell" in answer.text


def test_the_list_shows_what_is_due_first_and_is_filtered_in_its_address(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn
) -> None:
    bureau.confirm(5, 6)
    make.make_property(rule_set=bureau.known.rule_set, address=make.make_address(display="7 Pine St"))
    bureau.step(ProcedureStatus.NOTICE_REVIEW, bureau.ana, TODAY - timedelta(days=20) + timedelta(days=20))
    sign_in(user=bureau.ana)
    text = client.get(PAGE).text
    assert text.index("412 Maple St") < text.index("7 Pine St") and "Threshold reached" in text
    assert "7 Pine St" not in client.get(f"{PAGE}?q=maple").text
    assert "412 Maple St" not in client.get(f"{PAGE}?status=watch").text
    assert "Next: A second person decides on the notice" in text
    spreadsheet = client.get(f"{PAGE}/properties.csv?q=maple").text
    assert spreadsheet.splitlines()[0].startswith("address,units,standing") and "7 Pine St" not in spreadsheet
    assert "20 of 12 in 6 months; 20 of 18 in 12 months,yes,Notice under review,2026-06-29" in spreadsheet
    assert bureau.known.owner_name not in spreadsheet
    assert "No property fits" in client.get(f"{PAGE}?q=%25&status=declared").text
    assert client.get(f"{PAGE}?status=calls&page=99").status_code == 200


def test_a_rule_set_goes_from_an_example_into_force_by_two_people(
    bureau: Bureau, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(user=bureau.ana)
    assert "Example, check with counsel" in client.get(f"{PAGE}/rules/new").text
    made = client.post(f"{PAGE}/rules/new", data={"key": "one", "name": "By units", "example": "tiered-like"})
    rule_set = database.session.scalars(select(RuleSet).where(RuleSet.name == "By units")).one()
    page = f"{PAGE}/rules/{rule_set.id}"
    assert made.status_code == 302 and "40+ units: 24 violations in 180 days" in client.get(f"{page}/draft").text
    form = {
        "version": "1", "note": "Ours", "kind": "count", "offenses": "noise | Noise", "outcomes": ["enforcement"],
        "thresholds": "1-4 units: 14 in 90 days\n5+ units: 11 in 90 days", "appeal_days": "14", "answer_days": "10",
        "days_after_notice": "0", "waiver_months": "12", "expiry_months": "12", "incident_once": "y",
    }  # fmt: skip
    falling = client.post(f"{page}/draft", data=form)
    assert falling.status_code == 400 and "the tier 5+ units allows 11" in falling.text
    assert "1-4 units: 14 in 90 days" in falling.text, "what was typed stands there still"
    odd = client.post(f"{page}/draft", data={**form, "thresholds": "3 calls in 30 days"})
    assert odd.status_code == 400 and "is no threshold" in odd.text
    sound = {**form, "thresholds": "1-4 units: 11 in 90 days\n5+ units: 14 in 90 days"}
    no_appeal = client.post(f"{page}/draft", data={**sound, "appeal_days": "0"})
    assert no_appeal.status_code == 400 and "without an appeal" in no_appeal.text
    assert client.post(f"{page}/draft", data=sound).status_code == 302
    force = {"version": "2", "begins": f"{TODAY}"}
    assert "You wrote this draft" in client.get(page).text
    assert client.post(f"{page}/force", data=force).status_code == 409
    sign_in(user=bureau.bea)
    assert client.post(f"{page}/force", data=force).status_code == 302
    assert "Version 1 in force" in client.get(f"{PAGE}/rules").text
    assert "5+ units: 14 violations in 90 days" in client.get(f"{page}/draft").text


@pytest.mark.browser
def test_every_kind_of_page_passes(app: Flask, database: SQLAlchemy, live_address: str, chromium: Browser) -> None:
    make.make_city()
    user = make.make_user(role=make.Role.SUPERVISOR)
    known = make.make_property(owner_name="Owner " + "x" * 80, units=6)
    for days in (5, 6, 400):
        violation = make.make_violation(of=known, occurred_on=TODAY - timedelta(days=days))
    waiting = make.make_violation(of=known, is_confirmed=False, answers={})
    terms = example_rules()["tiered-like"].terms.as_data()
    rules = make.make_rule_set(draft=terms, drafted_by=make.make_user(), note="Example, check with counsel.")
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(user)}
    about = f"/properties/{known.id}"
    pages = ["", about, f"{about}/violations/new", f"/violations/{waiting.id}", f"/rules/{rules.id}/draft"]
    assert violation.id
    database.session.commit()
    for page in pages:
        check_page(chromium, live_address + PAGE + page, cookies)
