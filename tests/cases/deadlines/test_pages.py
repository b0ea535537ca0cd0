"""The pages of deadlines as browsers meet them."""

from datetime import date

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tests.cases.deadlines.conftest import AsUser, Desk, moment, rows_of, running
from tests.cases.world import verbs_of
from tracker.cases.deadlines.calendar_changes import declare_emergency
from tracker.cases.deadlines.escalating import escalate_late
from tracker.cases.deadlines.kinds import DeadlineKind, PauseReason
from tracker.cases.deadlines.models import EmergencyStretch, Holiday, WorkingHours
from tracker.cases.deadlines.pausing import lasting_pause, pause_case
from tracker.cases.deadlines.settling import settle_deadlines, start_deadlines
from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.staff.sessions import cookie_name, start_session

ACCEPT, SCAN, RESPOND, REVIEW = DeadlineKind
SETTINGS = "/staff/deadlines"


def page(case: ProblemCase, action: str = "") -> str:
    return f"/staff/cases/{case.public_id}/deadlines{'/' + action if action else ''}"


def send(client: FlaskClient, case: ProblemCase, action: str, prefix: str, **fields: object) -> int:
    """Send a form of the case's page as it stands now; the status of the answer."""
    db.session.expire_all()
    values = {"version": case.version, "key": f"key-{prefix}", **fields}
    return client.post(
        page(case, action), data={f"{prefix}-{name}": value for name, value in values.items()}
    ).status_code


def test_the_case_says_by_when_and_that_in_words(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case = desk.case()
    start_deadlines()
    sign_in(user=desk.person)
    text = client.get(f"/staff/cases/{case.public_id}").text
    assert "Accept it" in text and "Finish scanning by" in text
    assert text.count("Wed 17 Jun, 10 am") == 1 and "in 2 working days" in text
    desk.at(16, 16)
    sign_in(user=desk.person)
    assert "tomorrow" in client.get(page(case)).text
    desk.at(19)
    sign_in(user=desk.person)
    text = client.get(page(case)).text
    assert "2 working days late" in text and ">Late<" in text


def test_a_case_without_deadlines_says_why(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case, lapsed = desk.case(), desk.case(last_call_at=moment(1, month=1))
    sign_in(user=desk.person)
    assert "begin within a few minutes" in client.get(f"/staff/cases/{case.public_id}").text
    assert "has lapsed" in client.get(f"/staff/cases/{lapsed.public_id}").text
    assert "Nothing is due" in client.get(page(lapsed)).text


def test_a_contact_pauses_and_starts_the_clock_once_each(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case = desk.case()
    start_deadlines()
    sign_in(user=desk.person)
    stale = case.version
    fields = {"reason": "court", "words": "Hearing on the lot.", "expected_on": "2026-07-01"}
    assert send(client, case, "pause", "pause", **fields) == 302
    assert send(client, case, "pause", "pause", **fields) == 302, "sent twice it is done once"
    assert verbs_of(case).count("paused") == 1
    text = client.get(page(case)).text
    assert "it waits for a court date, probably until 1 Jul 2026" in text and "Stands still" in text
    assert send(client, case, "pause", "pause", key="k2", **fields) == 409
    assert send(client, case, "resume", "resume", version=stale, words="They <b>came</b>.") == 409
    answer = client.post(page(case, "resume"), data={"resume-version": stale, "resume-words": "They <b>came</b>."})
    assert "They &lt;b&gt;came" in answer.text, "what was typed is kept"
    assert send(client, case, "resume", "resume", key="k3", words="They came.") == 302
    assert lasting_pause(case.id) is None


def test_a_refused_pause_keeps_what_was_typed(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case = desk.case()
    sign_in(user=desk.person)
    assert send(client, case, "pause", "pause", reason="season", words=" ") == 400
    fields = {
        "pause-version": case.version,
        "pause-reason": "season",
        "pause-words": "Frost.",
        "pause-expected_on": "2020-01-01",
    }
    answer = client.post(page(case, "pause"), data=fields)
    assert answer.status_code == 400 and "is past" in answer.text and "Frost." in answer.text
    assert send(client, case, "pause", "pause", reason="mood", words="x") == 400
    assert lasting_pause(case.id) is None


def test_a_look_begins_the_next_wait(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case = desk.case()
    start_deadlines()
    looked = desk.at(22)
    sign_in(user=desk.person)
    assert send(client, case, "look", "look") == 302
    assert running(case)[REVIEW].started_at == looked


def test_supervisors_answer_and_give_time_and_contacts_may_not(
    desk: Desk, client: FlaskClient, sign_in: AsUser
) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(18)
    escalate_late()
    late = running(case)[ACCEPT].id
    sign_in(user=desk.person)
    assert send(client, case, f"{late}/answer", f"answer-{late}", words="Mine.") == 403
    assert "Escalated to you" not in client.get("/staff/late").text
    sign_in(user=desk.supervisor)
    assert case.address in client.get("/staff/late").text.split("All that is late")[0]
    assert send(client, case, f"{late}/answer", f"answer-{late}", words=" ") == 400
    assert send(client, case, f"{late}/answer", f"answer-{late}", words="I call her.", key="k4") == 302
    assert send(client, case, f"{late}/answer", f"answer-{late}", words="Again.", key="k5") == 409
    assert "Nothing waits for your answer" in client.get("/staff/late").text
    assert "I call her." in client.get(page(case)).text
    for day, status in (("2026-06-20", 400), ("2026-06-17", 400), ("", 400), ("2026-06-23", 302)):
        fields = {"until": day, "words": "She was ill.", "key": f"k{day}"}
        assert send(client, case, f"{late}/extend", f"extend-{late}", **fields) == status, day
    assert running(case)[ACCEPT].due_at == moment(23, 17)
    assert send(client, case, "99999/extend", "extend-99999", until="2026-06-25", words="x", key="k6") == 400


def test_the_late_list_is_ones_own_narrowed_and_exported(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    mine = desk.case(address="=1+1 Elm St")
    other = make.make_contact()
    theirs = desk.case(contact=other, center_id=other.center_id, address="9 Oak St")
    start_deadlines()
    desk.at(18)
    sign_in(user=desk.person)
    text = client.get("/staff/late").text
    assert "=1+1 Elm St" in text and "9 Oak St" not in text
    assert "'=1+1 Elm St" in client.get("/staff/late.csv").text
    sign_in(user=desk.supervisor)
    for query, shown in (
        ("", {mine, theirs}), (f"?contact={other.id}", {theirs}), (f"?center={other.center_id}", {theirs}),
        ("?kind=accept", {mine, theirs}), ("?kind=scan", set()), ("?which=soon", set()),
        ("?which=late", {mine, theirs}),
        (f"?family={mine.family_id}", {mine, theirs}), ("?family=99999", set()), ("?which=x&contact=y", {mine, theirs}),
    ):  # fmt: skip
        rows = client.get("/staff/late.csv" + query).text.splitlines()[1:]
        assert {row.split(",")[0] for row in rows} == {case.public_id for case in shown}, query
        assert client.get("/staff/late" + query).status_code == 200
    assert "Nothing late passes these filters" in client.get("/staff/late?kind=scan").text


def test_an_empty_list_says_what_that_means(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    sign_in(user=desk.supervisor)
    assert "Nothing is late, and nothing soon will be" in client.get("/staff/late").text
    sign_in(user=desk.person)
    assert "None of your cases is late" in client.get("/staff/late").text


def test_supervisors_set_hours_and_holidays(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case = desk.case()
    start_deadlines()
    sign_in(user=desk.supervisor)
    days = {f"hours-{name}": "8-12, 13:00-17:00" for name in ("mon", "tue", "wed", "thu", "fri")}
    assert client.post(f"{SETTINGS}/hours", data={"hours-seen": 0, **days}).status_code == 302
    assert db.session.query(WorkingHours).count() == 10
    assert running(case)[ACCEPT].due_at == moment(17, 12), "an hour less a day, and it is moved at once"
    assert client.post(f"{SETTINGS}/hours", data={"hours-seen": 0, **days}).status_code == 409
    bad = client.post(f"{SETTINGS}/hours", data={"hours-seen": 1, "hours-mon": "nine to five"})
    assert bad.status_code == 400 and "nine to five" in bad.text and "Write it as 8:00-17:00" in bad.text
    assert client.post(f"{SETTINGS}/hours", data={"hours-seen": 1}).status_code == 400, "never open is refused"
    holiday = {"holiday-day": "2026-06-16", "holiday-name": "Founders' Day"}
    assert client.post(f"{SETTINGS}/holidays", data=holiday).status_code == 302
    assert client.post(f"{SETTINGS}/holidays", data=holiday).status_code == 302
    assert running(case)[ACCEPT].due_at == moment(18, 12)
    assert "Founders&#39; Day" in client.get(SETTINGS).text
    assert client.post(f"{SETTINGS}/holidays/2026-06-16/remove").status_code == 302
    assert client.post(f"{SETTINGS}/holidays/2026-06-16/remove").status_code == 400
    assert client.post(f"{SETTINGS}/holidays/soon/remove").status_code == 400
    assert db.session.query(Holiday).count() == 0 and running(case)[ACCEPT].due_at == moment(17, 12)


def test_measures_hold_for_what_begins_from_then_on(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    old, family = desk.case(), desk.rule.family
    start_deadlines()
    sign_in(user=desk.supervisor)
    kinds = {f"measures-{kind}-working_hours": 9 for kind in DeadlineKind}
    sent = {"measures-seen": 0, "measures-family": family.id, **kinds, "measures-scan-working_hours": ""}
    assert client.post(f"{SETTINGS}/measures", data=sent).status_code == 302
    new = desk.case()
    start_deadlines()
    assert running(old)[ACCEPT].due_at == moment(17, 10)
    assert running(new)[ACCEPT].due_at == moment(16, 12) and running(new)[SCAN].working_hours == 40
    assert family.name in client.get(SETTINGS).text.split("measures of their own")[1]
    refused = {**sent, "measures-seen": 1, "measures-accept-warn_before_hours": 9}
    assert client.post(f"{SETTINGS}/measures", data=refused).status_code == 400
    city = {**sent, "measures-seen": 1, "measures-family": 0}
    assert client.post(f"{SETTINGS}/measures", data=city).status_code == 400, "the city needs every one"
    empty = dict.fromkeys(kinds, "")
    assert client.post(f"{SETTINGS}/measures", data={**sent, **empty, "measures-seen": 1}).status_code == 302
    assert "No family has a measure of its own" in client.get(SETTINGS).text
    assert (
        client.post(f"{SETTINGS}/measures", data={**sent, "measures-seen": 2, "measures-family": 99}).status_code == 400
    )


def test_an_emergency_is_declared_once_and_ended(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(16, 8)
    sign_in(user=desk.supervisor)
    assert "emergency:" not in client.get(page(case)).text
    sent = {"emergency-key": "k1", "emergency-starts": "2026-06-16T08:00", "emergency-reason": "Snow"}
    answer = client.post(f"{SETTINGS}/emergencies", data=sent, follow_redirects=True)
    assert "deadlines of 1 case." in answer.text and "until it is ended" in answer.text
    client.post(f"{SETTINGS}/emergencies", data=sent)
    stretch = db.session.query(EmergencyStretch).one()
    desk.at(18, 8)
    sign_in(user=desk.supervisor)
    assert "every clock stands still" in client.get("/staff/late").text
    assert "is in an emergency" in client.get(page(case)).text
    assert client.post(f"{SETTINGS}/emergencies/{stretch.id}/end").status_code == 302
    assert running(case)[ACCEPT].due_at == moment(19, 10), "two days later"
    assert client.post(f"{SETTINGS}/emergencies/{stretch.id}/end").status_code == 409
    wrong = {**sent, "emergency-key": "k2", "emergency-ends": "2026-06-15T08:00"}
    answer = client.post(f"{SETTINGS}/emergencies", data=wrong)
    assert answer.status_code == 400 and "ends before it begins" in answer.text and "Snow" in answer.text
    for field, year in (("starts", "9999-12-31"), ("ends", "9999-12-31"), ("starts", "0001-01-01")):
        answer = client.post(f"{SETTINGS}/emergencies", data={**wrong, f"emergency-{field}": f"{year}T23:59"})
        assert answer.status_code == 400 and "Look at the year" in answer.text


def test_on_a_clock_that_ticks_no_emergency_is_told_of(desk: Desk, client: FlaskClient, sign_in: AsUser) -> None:
    case = desk.case()
    with time_machine.travel(moment(15, 13), tick=True):
        sign_in(user=desk.person)
        for address in (page(case), "/staff/late", f"/staff/cases/{case.public_id}"):
            assert "is in an emergency" not in client.get(address).text


@pytest.mark.browser
def test_every_page_of_deadlines_is_for_everybody(desk: Desk, app: Flask, live_address: str, chromium: Browser) -> None:
    late, paused = desk.case(), desk.case(address="2 Elm St")
    start_deadlines()
    pause_case(paused, reason=PauseReason.SEASON, words="Frost.", actor=desk.person, expected_on=date(2026, 7, 1))
    declare_emergency(key="k", started_at=moment(1), ended_at=moment(2), reason="Snow", actor=desk.supervisor)
    for row in rows_of(late):
        row.warn_at = row.due_at = row.escalate_at = moment(10)
        row.calendar_id = 1
    db.session.flush()
    assert escalate_late() == 4
    settle_deadlines([late.id])
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(desk.supervisor)}
    db.session.commit()
    for address in ("/staff/late", SETTINGS, page(late), page(paused), f"/staff/cases/{late.public_id}"):
        check_page(chromium, live_address + address, cookies)
