"""The triage pages: one winner per transfer, hard stops first, every decision, agreement, and nothing done twice."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import factories as make
from tests.cases.world import World
from tracker.calls.models import Channel, ServiceRequest
from tracker.calls.transfers.claims import claim_transfer
from tracker.calls.transfers.decisions import answer_stops
from tracker.calls.transfers.demands import Decision
from tracker.calls.transfers.hard_stops import HARD_STOPS, Answer
from tracker.calls.transfers.models import ReviewStatus, TransferReview
from tracker.calls.transfers.warm_transfer import STEPS
from tracker.cases.linking import active_link
from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
CLEAR = {f"stops-{stop.code}": "no" for stop in HARD_STOPS}
RACES = 100


def page_of(transfer: TransferReview, action: str = "") -> str:
    return f"/staff/triage/{transfer.number}" + (f"/{action}" if action else "")


def cleared(user: User, **columns: Any) -> TransferReview:
    """A transfer that `user` has and whose every hard stop is answered no."""
    transfer = make.make_transfer(**columns)
    claim_transfer(transfer, actor=user)
    answer_stops(transfer, {stop.code: Answer.NO for stop in HARD_STOPS}, actor=user)
    return transfer


def again(transfer: TransferReview) -> TransferReview:
    db.session.expire_all()
    return db.session.get_one(TransferReview, transfer.id)


def test_the_queue_shows_danger_first_with_clock_and_reason(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    make.make_transfer(incident_text="Loud music", incident_code="NOISE")
    make.make_transfer(incident_text="Odd man", narrative="He has a gun")
    sign_in()
    page = client.get("/staff/triage").text
    assert page.index("Odd man") < page.index("Loud music")
    assert "the words say «gun»: within 2 minutes" in page and "60 d 0 h" in page
    assert page.count("Claim<") == 2


def test_an_empty_queue_says_what_it_means(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.SUPERVISOR)
    for show, words in (
        ("waiting", "No transfer waits"),
        ("mine", "You have no transfer"),
        ("returning", "No hand-back is open"),
        ("done", "Nothing is decided yet"),
        ("nonsense", "No transfer waits"),
    ):
        assert words in client.get(f"/staff/triage?show={show}").text
    assert "No closure waits" in client.get("/staff/triage/agreements").text
    assert client.get("/staff/triage/7K3D-9QXZ-0MHT-4B2V").status_code == 404


def test_take_the_next_claims_the_most_urgent_that_nobody_has(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    taken = make.make_transfer(narrative="a knife")
    claim_transfer(taken, actor=make.make_user())
    make.make_transfer()
    urgent = make.make_transfer(narrative="a gun")
    me = sign_in()
    assert client.post("/staff/triage/next").location.endswith(urgent.number)
    assert again(urgent).claimed_by_id == me.id
    client.post("/staff/triage/next")
    assert "No transfer waits that nobody has" in client.post("/staff/triage/next", follow_redirects=True).text


def test_who_comes_second_is_told_who_has_it(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    transfer = make.make_transfer()
    claim_transfer(transfer, actor=make.make_user(display_name="Kim Lee"))
    sign_in()
    late = client.post(page_of(transfer, "claim"))
    assert late.status_code == 409 and "Kim Lee has had it since" in late.text
    late = client.post(page_of(transfer, "return"), data={"return-reason": "My long story"})
    assert late.status_code == 409 and "Kim Lee has had it" in late.text


def claim(app: Flask, barrier: Barrier, transfer_id: int, user_id: int) -> str:
    with app.app_context():
        transfer, user = db.session.get_one(TransferReview, transfer_id), db.session.get_one(User, user_id)
        db.session.rollback()
        barrier.wait()
        try:
            claim_transfer(transfer, actor=user)
            db.session.commit()
        except Exception as error:
            db.session.rollback()
            return f"{type(error).__name__}: {error}"
        finally:
            db.session.remove()
        return "won"


def test_of_two_aides_who_claim_at_once_one_wins_a_hundred_times_of_a_hundred(app: Flask, world: World) -> None:
    users = [make.make_user(display_name=name).id for name in ("Kim Lee", "Lou May")]
    transfers = [make.make_transfer().id for _ in range(RACES)]
    db.session.commit()
    with ThreadPoolExecutor(2) as pool:
        for transfer_id in transfers:
            barrier = Barrier(2)
            runners = [
                pool.submit(Context().run, claim, app, barrier, transfer_id, user)  # type: ignore[arg-type]
                for user in users
            ]
            outcomes = [runner.result() for runner in runners]
            assert outcomes.count("won") == 1, outcomes
            winner = outcomes.index("won")
            name = ("Kim Lee", "Lou May")[winner]
            assert outcomes[1 - winner].startswith(f"Conflict: {name} has had it since"), outcomes
            db.session.expire_all()
            assert db.session.get_one(TransferReview, transfer_id).claimed_by_id == users[winner]
            db.session.rollback()


def test_a_yes_leaves_only_the_way_back_on_the_page(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    me, transfer = sign_in(), make.make_transfer()
    claim_transfer(transfer, actor=me)
    page = client.get(page_of(transfer)).text
    assert "Hard stops" in page and "Return it to 911" in page and "Telephone report taken" not in page
    answers = {**CLEAR, "stops-weapon": "yes"}
    page = client.post(page_of(transfer, "stops"), data=answers, follow_redirects=True).text
    assert "A weapon is involved." in page and "Telephone report taken" not in page
    for decision in Decision:
        answer = client.post(
            page_of(transfer, f"decide/{decision}"),
            data={f"{decision}-reason": "x", f"{decision}-told_caller": "yes", f"{decision}-agency": "Parks",
                  f"{decision}-service_type": world.service_type.id},
        )  # fmt: skip
        assert answer.status_code == (404 if decision is Decision.RETURNED_TO_911 else 400), decision
    assert again(transfer).decision is None and db.session.scalar(select(func.count(ServiceRequest.id))) == 0


def test_a_return_is_at_once_and_its_steps_are_ticked_as_they_happen(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in()
    transfer = make.make_transfer()
    for _ in range(2):  # a double click
        answer = client.post(page_of(transfer, "return"), data={"return-reason": "She whispers"})
        assert answer.status_code == 302
    assert again(transfer).status is ReviewStatus.RETURNING
    assert "Hand it back warm" in client.get(page_of(transfer)).text
    assert transfer.number in client.get("/staff/triage?show=returning").text
    assert client.post(page_of(transfer, "finish"), data={}).status_code == 400
    for step in STEPS:
        assert client.post(page_of(transfer, f"steps/{step.code}")).status_code == 302
    assert again(transfer).status is ReviewStatus.DONE
    verbs = [entry.verb for entry in history_of("transfer", transfer.id)]
    assert verbs.count("returned_to_911") == 1 and verbs.count("ticked") == 4
    assert client.post(page_of(transfer, "steps/acknowledged")).status_code == 409


def test_a_hand_back_that_the_caller_broke_off_ends_with_a_note(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in()
    transfer = make.make_transfer()
    client.post(page_of(transfer, "return"))
    assert client.post(page_of(transfer, "finish"), data={"finish-note": "She hung up"}).status_code == 302
    assert "She hung up" in client.get(page_of(transfer)).text
    assert client.post(page_of(transfer, "steps/nonsense")).status_code in (400, 409)


def test_a_telephone_report_becomes_a_call_that_counts_at_its_place(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    me = sign_in()
    world.call(-1), world.call(-2)
    world.take()
    transfer = cleared(me, caller=make.make_caller(phone="585-555-0100"))
    data = {"report_taken-service_type": world.service_type.id, "report_taken-reason": "Report 12"}
    for _ in range(2):
        assert client.post(page_of(transfer, "decide/report_taken"), data=data).status_code == 302
    call = again(transfer).call
    assert call is not None and call.channel is Channel.TRANSFER_911 and call.description == transfer.narrative
    assert (call.requested_datetime, call.caller_id) == (transfer.received_at, transfer.caller_id)
    link = active_link(call)
    assert link is not None and link.rule_id is not None  # the third call opened a case, like any other
    assert db.session.scalar(select(func.count(ServiceRequest.id))) == 3
    page = client.get(page_of(transfer)).text
    assert call.service_request_id in page and link.case.public_id in page


def test_a_transfer_is_linked_to_a_case_near_with_one_button(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, me = world.case(), sign_in()
    transfer = cleared(me)
    page = client.get(page_of(transfer)).text
    assert f'name="linked-case" value="{case.public_id}"' in page and "0 m away" in page
    answer = client.post(page_of(transfer, "decide/linked"), data={"linked-case": case.public_id})
    assert answer.status_code == 302
    call = again(transfer).call
    link = active_link(call) if call else None
    assert call is not None and call.service_type_id == world.service_type.id
    assert link is not None and link.case_id == case.id and link.is_pinned
    assert call.is_taken and call.public_label is not None


def test_a_case_that_is_gone_or_closed_to_calls_is_said_and_nothing_is_half_saved(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    me = sign_in()
    transfer = cleared(me)
    gone = client.post(page_of(transfer, "decide/linked"), data={"linked-case": "NONE", "linked-reason": "My words"})
    assert gone.status_code == 400 and "There is no case NONE" in gone.text and "My words" in gone.text
    assert again(transfer).status is ReviewStatus.WAITING and db.session.scalar(select(ServiceRequest.id)) is None


def test_a_proposed_case_opens_at_the_place_and_holds_the_call(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    me = sign_in()
    transfer = cleared(me)
    data = {"case_proposed-service_type": world.service_type.id, "case_proposed-reason": "A gang's wall"}
    assert client.post(page_of(transfer, "decide/case_proposed"), data=data).status_code == 302
    call = again(transfer).call
    link = active_link(call) if call else None
    assert link is not None and link.case.opened_by_id == me.id
    assert db.session.scalar(select(func.count(ProblemCase.id))) == 1


def test_a_proposed_case_without_a_place_asks_for_one(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    me = sign_in()
    make.make_address(key="7 ELM ST", display="7 Elm St", number=7)
    transfer = cleared(me, lat=None, long=None, source_lat=None, source_long=None, address="by the oak")
    data = {"case_proposed-service_type": world.service_type.id, "case_proposed-reason": "A wall"}
    refused = client.post(page_of(transfer, "decide/case_proposed"), data=data)
    assert refused.status_code == 400 and "A case needs a place" in refused.text
    data["case_proposed-address"] = "7 Elm St"
    assert client.post(page_of(transfer, "decide/case_proposed"), data=data).status_code == 302
    call = again(transfer).call
    assert call is not None and (call.address, call.lat) == ("7 Elm St", make.ORIGIN[0])


@pytest.mark.parametrize(
    ("decision", "fields"),
    [
        ("referred", {"agency": "Parks", "told_caller": "no"}),
        ("call_back", {"call_back_at": "2099-01-02T09:30", "reason": "She works nights"}),
        ("advised", {"reason": "Told her the hours"}),
    ],
)
def test_the_other_decisions_need_no_call(
    world: World, client: FlaskClient, sign_in: SignIn, decision: str, fields: dict[str, str]
) -> None:
    me = sign_in()
    transfer = cleared(me)
    assert client.post(page_of(transfer, f"decide/{decision}"), data={}).status_code == 400
    data = {f"{decision}-{name}": value for name, value in fields.items()}
    assert client.post(page_of(transfer, f"decide/{decision}"), data=data).status_code == 302
    transfer = again(transfer)
    assert (transfer.status, transfer.decision, transfer.call_id) == (ReviewStatus.DONE, decision, None)
    page = client.get(page_of(transfer)).text
    assert "2 Jan 2099, 09:30" in page or decision != "call_back"
    assert transfer.number in client.get("/staff/triage?show=done").text


def test_a_closure_waits_for_a_supervisor_who_agrees_or_does_not(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    aide = sign_in()
    one, two = cleared(aide), cleared(aide)
    for transfer in (one, two):
        data = {"closed_administratively-reason": "Twice the same", "closed_administratively-told_caller": "no"}
        page = client.post(page_of(transfer, "decide/closed_administratively"), data=data, follow_redirects=True).text
        assert "It waits for a supervisor" in page and "Do you agree" not in page
    assert client.post(page_of(one, "agree")).status_code == 403
    sign_in(Role.SUPERVISOR)
    page = client.get("/staff/triage/agreements").text
    assert page.count("Twice the same") == 2
    assert client.post(page_of(one, "agree")).status_code == 302
    assert client.post(page_of(one, "agree")).status_code == 302  # a double click
    assert client.post(page_of(two, "decline"), data={}).status_code == 400
    assert client.post(page_of(two, "decline"), data={"decline-reason": "Take a report"}).status_code == 302
    assert (again(one).status, again(two).status) == (ReviewStatus.DONE, ReviewStatus.WAITING)
    assert again(two).claimed_by_id is None
    assert client.post(page_of(two, "agree")).status_code == 409


def test_nobody_agrees_to_her_own_closure(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    boss = sign_in(Role.SUPERVISOR)
    transfer = cleared(boss)
    data = {"closed_administratively-reason": "x", "closed_administratively-told_caller": "yes"}
    client.post(page_of(transfer, "decide/closed_administratively"), data=data)
    assert client.post(page_of(transfer, "agree")).status_code == 400
    assert "You closed it" in client.get("/staff/triage/agreements").text


def test_a_supervisor_frees_what_somebody_left_behind(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    transfer = make.make_transfer()
    claim_transfer(transfer, actor=make.make_user(display_name="Kim Lee"))
    sign_in()
    assert client.post(page_of(transfer, "release")).status_code == 409
    sign_in(Role.SUPERVISOR)
    assert "free it if they are gone" in client.get(page_of(transfer)).text
    assert client.post(page_of(transfer, "release")).status_code == 302
    assert again(transfer).claimed_by_id is None
    assert "Kim Lee has had it" in history_of("transfer", transfer.id)[0].text


def test_what_a_stranger_wrote_is_inert(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    transfer = make.make_transfer(narrative="<script>alert(1)</script>", incident_text="<b>x</b>", address="{{ 7*7 }}")
    me = sign_in()
    for page in ("/staff/triage", page_of(transfer)):
        text = client.get(page).text
        assert "<script>alert" not in text and "<b>x" not in text and "{{ 7*7 }}" in text
    assert me.role is Role.AIDE


def test_whatever_is_typed_stays_when_a_decision_is_refused(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    me = sign_in()
    transfer = cleared(me)
    answer = client.post(page_of(transfer, "decide/referred"), data={"referred-agency": "Parks & Trees"})
    assert answer.status_code == 400 and "Say whether the caller was told" in answer.text
    assert re.search(r'<details class="action" open><summary>Referred', answer.text)
    assert 'value="Parks &amp; Trees"' in answer.text


def test_the_caller_of_a_call_is_handed_to_911_once_with_the_same_steps(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    call, me = world.call(), sign_in()
    page = f"/staff/calls/{call.service_request_id}"
    assert "Hand the caller to 911" in client.get(page).text
    for _ in range(2):  # a double click
        answer = client.post(f"{page}/to-911", data={"return-reason": "He is back"})
        assert answer.status_code == 302
    transfer = db.session.scalars(select(TransferReview)).one()
    assert (transfer.direction, transfer.status, transfer.call_id) == ("back_to_911", ReviewStatus.RETURNING, call.id)
    assert transfer.decided_by_id == me.id and transfer.reason == "He is back"
    assert "Hand it back warm" in client.get(answer.location).text
    assert [entry.verb for entry in history_of("call", call.id)] == ["handed_to_911"]
    assert client.post("/staff/calls/NONE/to-911").status_code == 404
    sign_in(Role.CONTACT)
    assert "Hand the caller to 911" not in client.get(page).text


def test_a_transfer_that_nobody_has_goes_before_everything_else_on_an_aides_own_page(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    transfer = make.make_transfer(incident_text="Loud music")
    sign_in()
    page = client.get("/staff").text
    assert "Next: review a 911 transfer" in page and "Loud music: 1 Elm St" in page and transfer.number in page
    sign_in(Role.CONTACT)
    assert "911 transfer" not in client.get("/staff").text
