"""People of a case: kept from who need not know them, never named in the log, never overwritten unseen."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tracker.cases.file.people.models import CaseParticipant
from tracker.cases.file.people.participants import take_off_participant
from tracker.cases.file.people.story import people_of
from tracker.cases.file.privacy import Privacy
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
SECRETS = ("Zora Canary", "585-555-0142", "zora@example.org", "9 Hidden Ln", "Afraid of him")


def form(**fields: str) -> dict[str, str]:
    """The form of a tenant, as a browser sends it."""
    told = dict(zip(("name", "phone", "email", "address", "note"), SECRETS, strict=True))
    return {"role": "tenant", "language": "es", "privacy": "workers", "key": "k1", **told, **fields}


def people(case: ProblemCase) -> str:
    return f"/staff/cases/{case.public_id}/people"


def test_a_person_is_added_once_and_named_on_the_pages_only(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    for _ in range(2):
        assert client.post(f"{people(case)}/new", data=form()).status_code == 302
    assert len(db.session.scalars(select(CaseParticipant)).all()) == 1
    text = client.get(people(case)).text
    assert all(secret in text for secret in SECRETS) and "Letters in Spanish" in text
    said = [entry.text for entry in history_of("case", case.id)]
    assert said == ["A participant (tenant) was added to its people."]
    table = client.get("/staff/cases.csv").text + client.get(f"/staff/cases/{case.public_id}").text.split("History")[-1]
    assert [secret for secret in SECRETS if secret in table] == []


@pytest.mark.parametrize("role", [Role.AIDE, Role.SCHEDULER, Role.EMERGENCY_MANAGER])
def test_who_does_not_work_cases_learns_names_at_most(
    role: Role, case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    name, phone, email, address, note = SECRETS
    columns = {"case": case, "phone": phone, "email": email, "address": address, "note": note}
    make.make_participant(name=name, **columns)
    make.make_participant(name="Open Person", privacy=Privacy.EVERYONE, **columns)
    gone = make.make_participant(name="Gone Person", privacy=Privacy.EVERYONE, **columns)
    take_off_participant(gone, reason="Moved away.", actor=make.make_user(role=Role.CONTACT))
    sign_in(role)
    for address_of_page in (people(case), f"/staff/cases/{case.public_id}"):
        text = client.get(address_of_page).text
        assert "Open Person" in text and "1 more is shown only to those who work the case" in text
        assert [secret for secret in (*SECRETS, "Gone Person") if secret in text] == []


def test_no_public_page_names_anybody(case: ProblemCase, client: FlaskClient) -> None:
    make.make_participant(case=case, name=SECRETS[0], privacy=Privacy.EVERYONE)
    make.make_service_type(family=case.family)
    case.is_public, case.public_label, case.public_lat, case.public_long = True, "100 block", 42.35, -71.06
    answer = client.get(f"/cases/{case.public_id}")
    assert answer.status_code == 200 and "100 block" in answer.text and SECRETS[0] not in answer.text


def test_the_second_of_two_edits_is_refused_with_what_stands_and_what_was_typed(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    row = make.make_participant(case=case, name="Zora", language="es")
    page = f"{people(case)}/{row.id}"
    sign_in(Role.CONTACT)
    assert client.post(page, data=form(seen="1", name="First")).status_code == 302
    assert client.post(page, data=form(seen="9" * 5_000, name="Second")).status_code == 409
    second = client.post(page, data=form(seen="1", name="Second"))
    assert second.status_code == 409
    assert 'value="Second"' in second.text and "Now it is: First" in second.text
    assert client.post(page, data=form(seen="2", name="Second")).status_code == 302
    assert "name" in history_of("case", case.id)[0].text and "Second" not in history_of("case", case.id)[0].text
    same = client.post(page, data=form(seen="3", name="Second"), follow_redirects=True)
    assert "Nothing was different" in same.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "organization": " "}, "Name the person or the organization"),
        ({"email": "nobody"}, "Such as name@example.org"),
        ({"phone": "call me"}, "A number such as"),
        ({"role": "boss"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_was_typed(
    fields: dict[str, str], words: str, case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    answer = client.post(f"{people(case)}/new", data=form(**fields))
    assert answer.status_code == 400 and words in answer.text and "Afraid of him" in answer.text
    assert db.session.scalars(select(CaseParticipant)).all() == []


def test_taking_somebody_off_keeps_the_row_with_the_reason(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    row = make.make_participant(case=case, name="Zora")
    sign_in(Role.CONTACT)
    page = f"{people(case)}/{row.id}"
    assert client.post(f"{page}/take-off", data={"off-reason": ""}).status_code == 400
    assert client.post(f"{page}/take-off", data={"off-reason": "Moved away."}).status_code == 302
    again = client.post(f"{page}/take-off", data={"off-reason": "Moved away."})
    assert again.status_code == 409 and "taken off the case" in again.text
    assert client.post(page, data=form(seen="2")).status_code == 409
    text = client.get(people(case)).text
    assert "1 taken off the case" in text and "Moved away." in text
    db.session.expire_all()
    assert people_of(case.id, works_cases=True).present == [] and row.left_at is not None


def test_a_person_of_another_case_is_not_found(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    row = make.make_participant()
    sign_in(Role.CONTACT)
    assert client.get(f"{people(case)}/{row.id}").status_code == 404


def test_nobody_is_added_to_a_case_that_goes_on_in_another(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    case.status, case.merged_into = CaseStatus.MERGED, make.make_case()
    sign_in(Role.CONTACT)
    answer = client.post(f"{people(case)}/new", data=form())
    assert answer.status_code == 409 and f"goes on in case {case.merged_into.public_id}" in answer.text


def test_nobody_is_taken_off_without_a_reason(worker: User, case: ProblemCase) -> None:
    row = make.make_participant(case=case)
    with pytest.raises(Invalid):
        take_off_participant(row, reason=" ", actor=worker)
    take_off_participant(row, reason="Moved.", actor=worker)
    with pytest.raises(Conflict):
        take_off_participant(row, reason="Moved.", actor=worker)
