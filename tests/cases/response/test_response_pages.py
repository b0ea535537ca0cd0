"""The pages of a case's response and of partners, as a browser meets them."""

import re
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
from tests.cases.world import World, days_after, verbs_of
from tracker.cases.models import CaseStatus
from tracker.cases.response.models import CaseObjective, CaseTask, PartnerAgency, PartnerRequest
from tracker.clock import utc_now
from tracker.scheduling.playbooks.models import PlaybookStep
from tracker.scheduling.playbooks.step_kinds import StepKind
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

SignIn = Callable[..., User]
SOON = (days_after(60) + timedelta(days=5)).date()


def test_the_response_says_what_is_next_and_whose_it_is(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    page, whole = f"/staff/cases/{case.public_id}", f"/staff/cases/{case.public_id}/response"
    sign_in(Role.CONTACT)
    assert "Nothing is under way yet" in client.get(page).text and "No tasks" in client.get(whole).text
    ada = make.make_user(display_name="Ada Lin")
    make.make_task(case=case, owner=ada, title="Fence it", due_on=SOON)
    make.make_partner_request(case=case, owner=ada, due_on=SOON - timedelta(days=9))
    make.make_objective(case=case, most_calls=2, due_on=SOON)
    for address in (page, whole):
        text = client.get(address).text
        assert "Late by 4 days" in text and "was asked</a>" not in text and "was asked, Ada Lin" in text
        assert "Now 3 within 30 days; at most 2" in text and "Above it" in text and "Fence it" in text


def test_what_is_added_is_added_once_and_the_case_tells_it(
    world: World, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    case, partner = world.case(), make.make_partner()
    me, base = sign_in(Role.CONTACT), f"/staff/cases/{case.public_id}"
    day = SOON.isoformat()
    forms = {
        "tasks": {"task-key": "a", "task-title": "Fence it", "task-owner": me.id, "task-due_on": day},
        "objectives": {"objective-key": "b", "objective-most_calls": 1, "objective-due_on": day},
        "partner-requests": {
            "ask-key": "c", "ask-partner": partner.id, "ask-what": "Light it", "ask-owner": me.id,
            "ask-due_on": day, "ask-asked_on": day,
        },
    }  # fmt: skip
    for action, form in forms.items():
        assert client.post(f"{base}/{action}", data=form).status_code == 302
        assert "nothing was done twice" in client.post(f"{base}/{action}", data=form, follow_redirects=True).text
    for table in (CaseTask, CaseObjective, PartnerRequest):
        assert database.session.scalar(select(func.count()).select_from(table)) == 1
    assert verbs_of(case)[-3:] == ["task_added", "objective_set", "partner_asked"]


def test_a_refused_addition_keeps_what_was_typed(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    me, base = sign_in(Role.CONTACT), f"/staff/cases/{case.public_id}"
    form = {"task-key": "a", "task-title": "Fence it", "task-owner": me.id, "task-due_on": "0026-01-01"}
    answer = client.post(f"{base}/tasks", data=form)
    assert answer.status_code == 400 and "Check the year" in answer.text and 'value="Fence it"' in answer.text
    clerk = make.make_user(role=Role.SCHEDULER)
    good = form | {"task-due_on": SOON.isoformat()}
    assert client.post(f"{base}/tasks", data=good | {"task-owner": clerk.id}).status_code == 400
    case.status = CaseStatus.DISMISSED
    answer = client.post(f"{base}/tasks", data=good)
    assert answer.status_code == 409 and "dismissed: nothing more is done for it" in answer.text
    assert "Fence it" in answer.text and SOON.isoformat() in answer.text
    none = {"objective-key": "b", "objective-most_calls": "0", "objective-due_on": SOON.isoformat()}
    assert "No more calls a month than, as you wrote it" in client.post(f"{base}/objectives", data=none).text
    assert "Set an objective" not in client.get(f"{base}/response").text


def seen_of(text: str, prefix: str) -> str:
    """How the step stood when the page was made."""
    return text.split(f'name="{prefix}-seen" type="hidden" value="')[1].split('"')[0]


def test_a_task_is_changed_by_one_of_two_people_at_once(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    me = sign_in(Role.CONTACT)
    task = make.make_task(case=case, owner=make.make_user(), due_on=SOON)
    page = f"/staff/cases/{case.public_id}/tasks/{task.id}"
    seen = seen_of(client.get(page).text, "change")
    change = {"change-key": "a", "change-seen": seen, "change-owner": me.id, "change-due_on": SOON.isoformat()}
    assert client.post(f"{page}/change", data=change | {"change-words": " "}).status_code == 400
    assert client.post(f"{page}/change", data=change | {"change-words": "Mine."}).status_code == 302
    off = {"cancel-key": "b", "cancel-seen": seen, "cancel-words": "I asked the owner myself."}
    answer = client.post(f"{page}/cancel", data=off)
    assert answer.status_code == 409 and "Somebody changed this" in answer.text
    assert "I asked the owner myself." in answer.text
    again = off | {"cancel-seen": seen_of(answer.text, "cancel")}
    assert client.post(f"{page}/cancel", data=again).status_code == 302
    assert client.post(f"{page}/cancel", data=again).status_code == 302, "sent twice, done once"
    assert "No longer open" in client.get(page).text
    done = {"finish-key": "d", "finish-seen": seen_of(answer.text, "finish"), "finish-words": ""}
    late = client.post(f"{page}/finish", data=done | {"finish-words": "He fenced it."})
    assert late.status_code == 409 and "Somebody changed this" in late.text and "He fenced it." in late.text
    assert client.get(f"/staff/cases/{case.public_id}/tasks/999").status_code == 404


def test_an_aide_finishes_her_own_task_and_nobody_elses(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case, me = world.case(), sign_in(Role.AIDE)
    mine, other = make.make_task(case=case, owner=me), make.make_task(case=case)
    asked = make.make_partner_request(case=case, owner=me)
    base = f"/staff/cases/{case.public_id}"
    text = client.get(f"{base}/tasks/{mine.id}").text
    assert "It is done" in text and "Call it off" not in text
    done = {"finish-key": "a", "finish-seen": seen_of(text, "finish"), "finish-words": "He will."}
    assert client.post(f"{base}/tasks/{mine.id}/finish", data=done).status_code == 302
    assert client.post(f"{base}/tasks/{other.id}/finish", data=done).status_code == 403
    assert "What to do" not in client.get(f"{base}/tasks/{other.id}").text
    text = client.get(f"{base}/partner-requests/{asked.id}").text
    assert "They have done it" in text and "Take it back" not in text
    assert "Add a task" not in client.get(f"{base}/response").text


def test_a_request_is_answered_and_done(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case, me = world.case(), sign_in(Role.CONTACT)
    asked = make.make_partner_request(case=case, owner=me, due_on=SOON - timedelta(days=8))
    page = f"/staff/cases/{case.public_id}/partner-requests/{asked.id}"
    text = client.get(page).text
    assert "late by 3 days" in text and "555 0100" in text
    say = {"answer-key": "a", "answer-seen": seen_of(text, "answer"), "answer-words": "Soon.", "answer-owner": me.id}
    assert client.post(f"{page}/answer", data=say | {"answer-promised_on": SOON.isoformat()}).status_code == 302
    text = client.get(page).text
    assert "Promised" in text and "Soon." in text and "late by" not in text
    done = {"finish-key": "b", "finish-seen": seen_of(text, "finish"), "finish-words": "Two lamps."}
    assert client.post(f"{page}/finish", data=done).status_code == 302
    assert "<dt>When</dt>" in client.get(page).text
    back = {"withdraw-key": "c", "withdraw-seen": seen_of(text, "withdraw"), "withdraw-words": "x"}
    assert client.post(f"{page}/withdraw", data=back).status_code == 409


def test_an_objective_is_judged_in_words(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case, me = world.case(), sign_in(Role.CONTACT)
    aim = make.make_objective(case=case, most_calls=1, due_on=SOON)
    page = f"/staff/cases/{case.public_id}/objectives/{aim.id}"
    text = client.get(page).text
    judged = {"judge-key": "a", "judge-seen": seen_of(text, "judge"), "judge-verdict": "reached", "judge-words": ""}
    assert client.post(f"{page}/judge", data=judged).status_code == 400
    assert client.post(f"{page}/judge", data=judged | {"judge-words": "No call since May."}).status_code == 302
    assert "No call since May." in client.get(f"/staff/cases/{case.public_id}/response").text
    ended = client.get(page).text
    assert f"said by {me.display_name}" in ended
    assert re.search(r'<p class="badges">.*>Reached<', ended) and "No longer open" not in ended


def test_partners_are_added_changed_and_retired(
    world: World, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.SUPERVISOR)
    assert "No partners yet" in client.get("/staff/partners").text
    form = {"name": "Legal Aid", "purpose": "Leases", "phone": "555 0101", "families": [world.family.id]}
    assert client.post("/staff/partners/new", data=form | {"email": "nowhere"}).status_code == 400
    assert client.post("/staff/partners/new", data=form | {"email": "desk@aid.example"}).status_code == 302
    assert client.post("/staff/partners/new", data=form).status_code == 400
    assert client.post("/staff/partners/new", data=form | {"name": "   "}).status_code == 400
    page = f"/staff/partners/{database.session.scalars(select(PartnerAgency)).one().id}"
    text = client.get("/staff/partners").text
    assert "Legal Aid" in text and "Graffiti" in text and 'href="tel:5550101"' in text
    changed = form | {"version": 1, "name": "Legal Aid Office"}
    assert client.post(page, data=changed).status_code == 302
    stale = client.post(page, data=changed | {"name": "Law Office"})
    assert stale.status_code == 409 and 'value="Law Office"' in stale.text
    assert client.post(f"{page}/retire", data={"version": 1}).status_code == 409
    assert client.post(f"{page}/retire", data={"version": 2}).status_code == 302
    assert "Legal Aid Office" not in client.get("/staff/partners").text
    assert "Retired" in client.get("/staff/partners?retired=1").text
    assert client.post(f"{page}/retire", data={"version": 3}).status_code == 302
    assert client.get("/staff/partners/999").status_code == 404


def test_who_asks_when_every_partner_was_just_retired_keeps_what_she_typed(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, partner = world.case(), make.make_partner(retired_at=make.NOW)
    me, base = sign_in(Role.CONTACT), f"/staff/cases/{case.public_id}"
    day = SOON.isoformat()
    form = {"ask-key": "c", "ask-partner": partner.id, "ask-what": "Light it", "ask-owner": me.id,
            "ask-due_on": day, "ask-asked_on": day}  # fmt: skip
    answer = client.post(f"{base}/partner-requests", data=form)
    assert answer.status_code == 400 and "Light it" in answer.text and "error-summary" in answer.text


def test_whose_a_step_is_stays_although_she_left(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case, me = world.case(), sign_in(Role.CONTACT)
    gone = make.make_user(display_name="Ada Lin", disabled_at=make.NOW, role=Role.SCHEDULER)
    task = make.make_task(case=case, owner=gone, due_on=SOON)
    asked = make.make_partner_request(case=case, owner=gone, due_on=SOON)
    for page, act, day in (
        (f"/staff/cases/{case.public_id}/tasks/{task.id}", "change", "due_on"),
        (f"/staff/cases/{case.public_id}/partner-requests/{asked.id}", "answer", "promised_on"),
    ):
        text = client.get(page).text
        assert f'<option selected value="{gone.id}">Ada Lin' in text
        form = {f"{act}-key": act, f"{act}-seen": seen_of(text, act), f"{act}-words": "Later.",
                f"{act}-owner": gone.id, f"{act}-{day}": (SOON + timedelta(days=2)).isoformat()}  # fmt: skip
        assert client.post(f"{page}/{act}", data=form).status_code == 302
    assert task.owner == asked.owner == gone and task.due_on == asked.due_on == SOON + timedelta(days=2)
    new = {"task-key": "a", "task-title": "Fence it", "task-owner": gone.id, "task-due_on": SOON.isoformat()}
    assert client.post(f"/staff/cases/{case.public_id}/tasks", data=new).status_code == 400
    assert me.id != gone.id


def test_a_closed_case_offers_no_playbook_and_a_done_task_says_who_and_when(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, me = world.case(), sign_in(Role.CONTACT)
    task = make.make_task(case=case, done_at=make.NOW, done_by_id=me.id, result="He did.")
    page = f"/staff/cases/{case.public_id}"
    assert "Apply the playbook" in client.get(f"{page}/response").text
    assert f"said by {me.display_name}" in client.get(f"{page}/tasks/{task.id}").text
    case.status = CaseStatus.CLOSED
    assert "Apply the playbook" not in client.get(f"{page}/response").text


@pytest.mark.browser
def test_every_page_of_a_response_passes(
    app: Flask, database: SQLAlchemy, live_address: str, chromium: Browser
) -> None:
    make.make_city(is_live=True)
    today, me = utc_now().date(), make.make_user(role=Role.SUPERVISOR)
    rule = make.make_rule(family=make.make_family(name="Dumping"))
    case = make.make_case(public_id="7K3D-9QXZ", rule=rule)
    partner = make.make_partner(name="Harbor Power", purpose="Lamps", email="desk@power.example")
    aim = make.make_objective(case=case, most_calls=2, due_on=today - timedelta(days=3))
    task = make.make_task(case=case, owner=me, due_on=today - timedelta(days=3))
    make.make_task(case=case, owner=me, done_at=utc_now(), result="12 photos.")
    asked = make.make_partner_request(case=case, partner=partner, owner=me, due_on=today, answer="Soon.")
    steps = [
        PlaybookStep(position=1, title="Clear the spot", skill="refuse", minutes=90, due_days=3),
        PlaybookStep(position=2, kind=StepKind.LETTER, title="To the owner", template_code="owner", due_days=5),
        PlaybookStep(position=3, kind=StepKind.PARTNER, title="Light the lot", partner=partner, due_days=20),
    ]
    playbook = make.make_playbook(family=rule.family, steps=steps)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(me)}
    database.session.commit()
    base = f"/cases/{case.public_id}"
    for page in (
        base, f"{base}/response", f"{base}/playbook", f"{base}/tasks/{task.id}", f"{base}/objectives/{aim.id}",
        f"{base}/partner-requests/{asked.id}", "/partners", f"/partners/{partner.id}", "/playbooks", "/playbooks/new",
        f"/playbooks/{playbook.id}", f"/playbooks/{playbook.id}/steps/{steps[2].id}",
    ):  # fmt: skip
        check_page(chromium, f"{live_address}/staff{page}", cookies)
