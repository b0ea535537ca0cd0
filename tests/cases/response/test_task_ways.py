"""A task that is a letter or a visit leads to the page on which that is done, and is finished by it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import verbs_of
from tracker.cases.file.letters.models import CaseLetter
from tracker.cases.models import ProblemCase
from tracker.cases.response.models import CaseTask, TaskKind
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User

SignIn = Callable[..., User]


@pytest.fixture
def case(database: object) -> ProblemCase:
    make.make_city()
    return make.make_case(public_id=new_identifier())


def letter_task(case: ProblemCase, **columns: object) -> CaseTask:
    return make.make_task(
        case=case, title="Send letter: To the owner", kind=TaskKind.LETTER, letter_template="owner", **columns
    )


def test_a_letter_task_leads_to_its_template_and_keeping_the_letter_finishes_it(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    make.make_letter_template(code="aaa", name="Aaa")
    make.make_letter_template(code="owner", name="To the owner")
    task, person = letter_task(case), make.make_participant(case=case)
    sign_in(Role.CONTACT)
    pages = f"/staff/cases/{case.public_id}"
    way = f"{pages}/letters/new?template=owner&amp;task={task.id}"
    for page in (f"{pages}/tasks/{task.id}", f"{pages}/response", pages):
        assert way in client.get(page).text
    chosen = client.get(way.replace("&amp;", "&")).text
    assert '<option selected value="owner">' in chosen and "For the task «Send letter: To the owner»" in chosen
    form = {"template": "owner", "participant": person.id, "channel": "print", "privacy": "workers",
            "language": "en", "key": "k", "task": task.id}  # fmt: skip
    read = client.post(f"{pages}/letters/preview", data=form).text
    assert "The task «Send letter: To the owner» is done with it" in read and 'checked class="form-check-input"' in read
    kept = {**form, "subject": "Yard", "body": "Dear owner", "finish": "y"}
    answer = client.post(f"{pages}/letters/new", data=kept, follow_redirects=True)
    assert "its task is done" in answer.text
    client.post(f"{pages}/letters/new", data=kept)
    db.session.expire_all()
    assert task.done_at is not None and task.result == "The letter is in the file."
    assert len(db.session.scalars(select(CaseLetter)).all()) == 1 and verbs_of(case).count("task_done") == 1
    assert way not in client.get(f"{pages}/tasks/{task.id}").text


def test_whoever_unticks_the_box_keeps_the_task_open(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    make.make_letter_template(code="owner")
    task, person, other = letter_task(case), make.make_participant(case=case), make.make_task()
    sign_in(Role.CONTACT)
    form = {"template": "owner", "participant": person.id, "channel": "print", "privacy": "workers",
            "language": "en", "subject": "Yard", "body": "Dear owner"}  # fmt: skip
    address = f"/staff/cases/{case.public_id}/letters/new"
    assert client.post(address, data={**form, "key": "a", "task": task.id}).status_code == 302
    assert client.post(address, data={**form, "key": "b", "task": other.id, "finish": "y"}).status_code == 302
    assert client.post(address, data={**form, "key": "c", "task": "x", "finish": "y"}).status_code == 302
    db.session.expire_all()
    assert task.is_open and other.is_open


def test_a_template_that_the_city_does_not_have_is_said(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    make.make_letter_template(code="other")
    task = letter_task(case)
    sign_in(Role.CONTACT)
    page = client.get(f"/staff/cases/{case.public_id}/letters/new?template=owner&task={task.id}").text
    assert "The playbook names the template «owner», which your city does not have" in page


def test_a_visit_task_is_finished_by_the_visit_once(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    task = make.make_task(case=case, title="Visit: The yard", kind=TaskKind.VISIT)
    sign_in(Role.CONTACT)
    way = f"/staff/cases/{case.public_id}/visits/new?task={task.id}"
    assert way in client.get(f"/staff/cases/{case.public_id}/tasks/{task.id}").text
    assert f'name="task" type="hidden" value="{task.id}"' in client.get(way).text
    form = {"number": case.public_id, "task": task.id, "seen": "Fence is down.", "weather": "dry", "key": "v"}
    for _ in range(2):
        assert client.post("/staff/cases/visits", data=form).status_code == 303
    db.session.expire_all()
    assert task.result == "The visit is in the file." and verbs_of(case).count("task_done") == 1


def test_whoever_only_looks_at_cases_is_led_nowhere(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    task = letter_task(case)
    sign_in(Role.AIDE)
    assert "Write the letter" not in client.get(f"/staff/cases/{case.public_id}/tasks/{task.id}").text
