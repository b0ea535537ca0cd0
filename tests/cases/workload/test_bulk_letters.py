"""The same letter for many cases: to whoever has one role in each, once, printed together."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import factories as make
from tests.cases.world import World, verbs_of
from tracker.cases.decisions import dismiss_case
from tracker.cases.file.letters.models import CaseLetter
from tracker.cases.file.people.models import ParticipantRole
from tracker.cases.models import ProblemCase
from tracker.cases.workload.bulk import as_they_stand
from tracker.cases.workload.models import BulkWork
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
PAGE = "/staff/cases/bulk/letters"


@pytest.fixture
def cases(world: World) -> list[ProblemCase]:
    """Two with an owner (the second has two), one with a tenant only."""
    made = [
        make.make_case(rule=world.rule, is_touched=True, public_id=new_identifier(), address=f"{number} Elm St")
        for number in (1, 2, 3)
    ]
    owner = {"role": ParticipantRole.OWNER, "address": "9 Hidden Ln"}
    make.make_participant(case=made[0], name="Zora Canary", **owner)
    make.make_participant(case=made[1], name="Yves Finch", language="es", **owner)
    make.make_participant(case=made[1], name="Xena Robin", email="x@example.org", **owner)
    make.make_participant(case=made[2])
    make.make_letter_template(code="notice", name="Notice", body_en="Dear {{recipient_name}}, by {{due_date}}.")
    return made


def sent(cases: list[ProblemCase], **more: object) -> dict[str, object]:
    form = {"template": "notice", "role": "owner", "channel": "print", "privacy": "workers", "due_on": "2026-07-01"}
    return {**form, "key": "k", "case": [str(one) for one in as_they_stand(case.id for case in cases)], **more}


def count(what: type) -> int:
    return db.session.scalar(select(func.count()).select_from(what)) or 0


def test_the_letters_are_read_kept_once_printed_and_posted_together(
    cases: list[ProblemCase], client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    form = sent(cases)
    assert PAGE in client.get("/staff/cases/bulk", query_string={"case": form["case"]}).text
    assert "A letter for each of 3 cases" in client.get(PAGE, query_string={"case": form["case"]}).text
    early = client.post(f"{PAGE}/preview", data={**form, "due_on": ""})
    assert early.status_code == 200 and "Give the day by which an answer is due" in early.text
    read = client.post(f"{PAGE}/preview", data=form).text
    assert "Dear Zora Canary, by July 1, 2026." in read and "Keep all 3 letters" in read
    assert "Nobody is named as owner among its people" in read and count(CaseLetter) == 0
    first, second = (client.post(PAGE, data=form) for _ in range(2))
    assert first.location == second.location and count(CaseLetter) == 3
    report = client.get(first.location).text
    assert "2 letters to be printed." in report and "Nobody is named as owner" in report and "Zora" not in report
    work = db.session.scalars(select(BulkWork)).one()
    page = f"/staff/cases/bulk/{work.id}/letters"
    assert page in report
    text = client.get(page).text
    assert text.count('class="letter-page"') == 3 and "Estimado Yves Finch" in text and "3 not printed yet" in text
    for done in ("printed", "posted", "posted"):
        assert client.post(f"{page}/{done}").status_code == 302
    assert client.post(f"{page}/burned").status_code == 404
    assert "All are posted." in client.get(page).text
    db.session.expire_all()
    assert verbs_of(cases[0]) == ["letter_written", "letter_printed", "letter_posted"]


def test_cases_that_changed_meanwhile_or_take_nothing_more_are_refused_one_by_one(
    cases: list[ProblemCase], client: FlaskClient, sign_in: SignIn
) -> None:
    user = sign_in(Role.CONTACT)
    form = sent(cases[:2])
    dismiss_case(cases[0], reason="A mural.", actor=user)
    cases[1].version += 1
    db.session.commit()
    seen = client.post(f"{PAGE}/preview", data=form).text
    assert "The case is dismissed" in seen
    text = client.post(PAGE, data=form, follow_redirects=True).text
    assert "Somebody changed this case" in text and count(CaseLetter) == 0 and "Print all" not in text


def test_the_page_before_says_what_keeping_would_say(
    cases: list[ProblemCase], client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    words = {"subject_en": "{{address}} {{recipient_name}}", "body_es": "Estimado {{recipient_name}}", "subject_es": ""}
    make.make_letter_template(code="english", **words)
    make.make_participant(case=cases[2], role=ParticipantRole.OWNER, name="Long " * 40)
    read = client.post(f"{PAGE}/preview", data=sent(cases[1:], template="english")).text
    assert '<article class="letter-page" lang="en"' in read and "Dear Yves Finch" in read
    assert "at most 200 are kept" in read and "Keep all 2 letters" in read


def test_letters_by_mail_want_every_address_and_are_not_printed(
    cases: list[ProblemCase], client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    make.make_participant(case=cases[2], role=ParticipantRole.OWNER, email="w@example.org")
    form = sent(cases, channel="mail")
    read = client.post(f"{PAGE}/preview", data=form).text
    assert read.count("No e-mail address is known of somebody named as owner") == 2
    assert "No mail server is set up here" in read and "Keep and send the letter" in read
    client.post(PAGE, data=form)
    work = db.session.scalars(select(BulkWork)).one()
    assert count(CaseLetter) == 1 and verbs_of(cases[2]) == ["letter_mailed"]
    assert "Nothing is to be printed" in client.get(f"/staff/cases/bulk/{work.id}/letters").text


def test_the_letters_of_somebody_else_and_nothing_selected(
    cases: list[ProblemCase], client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    client.post(PAGE, data=sent(cases))
    work = db.session.scalars(select(BulkWork)).one()
    assert "No case is selected" in client.get(PAGE).text
    assert client.post(PAGE, data=sent([])).status_code == 400
    assert client.post(f"{PAGE}/preview", data=sent(cases, template="nope")).status_code == 400
    sign_in(Role.CONTACT)
    assert client.get(f"/staff/cases/bulk/{work.id}/letters").status_code == 404
