"""The pages of related cases, splits, taking back and problems, as a browser meets them."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import factories as make
from tests.cases.related.partition import partition
from tests.cases.world import FAR, World, calls_in, link_of, verbs_of
from tracker.calls.models import ServiceRequest
from tracker.cases.decisions import add_note
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.related import merge_cases, split_case
from tracker.cases.related.choosing import PER_PAGE
from tracker.cases.related.models import CaseMove, CaseRelation, ParentProblem, ProblemMember
from tracker.cases.related.problem_page import gather_problem, load_problems
from tracker.cases.related.problems import open_problem
from tracker.extensions import db
from tracker.staff.models import Role, User

SignIn = Callable[..., User]


def page(case: ProblemCase, action: str = "") -> str:
    """The address of a case's page, or of one below it."""
    return f"/staff/cases/{case.public_id}{'/' + action if action else ''}"


def newest(case: ProblemCase) -> ProblemCase:
    """The case as the database has it now."""
    db.session.expire_all()
    return case


def move_ids() -> list[int]:
    return list(db.session.scalars(select(CaseMove.id).order_by(CaseMove.id)))


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_case_page_tells_what_is_related_and_offers_what_one_may(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, other = world.case(), world.case(north=FAR)
    sign_in(Role.CONTACT)
    text = client.get(page(case)).text
    assert "Nothing else is known at this place" in text and "Split this case" in text and "Relate a case" in text
    merge_cases(case, other, reason="One crew.", actor=world.person)
    make.make_problem(name="Walls along Elm", cases=[other])
    text = client.get(page(case)).text
    assert "Take the merge back" in text and "Split this case" not in text
    text = client.get(page(other)).text
    assert "Merged into this one" in text and "Walls along Elm" in text
    sign_in(Role.AIDE)
    text = client.get(page(other)).text
    assert "Merged into this one" in text and "Split this case" not in text


def test_a_relation_is_made_once_shown_on_both_and_ended_with_a_reason(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    one, other = world.case(), world.case(north=FAR)
    sign_in(Role.CONTACT)
    form = {"version": one.version, "number": other.public_id.lower(), "kind": "same_owner", "reason": "A landlord.",
            "key": "k1"}  # fmt: skip
    for _ in range(2):
        assert client.post(page(one, "relate"), data=form).status_code == 302
    assert count(CaseRelation) == 1
    for case in (one, other):
        assert "A landlord." in client.get(page(case, "related")).text
    stale = client.post(page(one, "relate"), data={**form, "key": "k2", "kind": "other", "reason": "Typed."})
    assert stale.status_code == 409 and "Typed." in stale.text
    relation = db.session.scalars(select(CaseRelation)).one()
    end = page(other, f"relations/{relation.id}/end")
    empty = client.post(end, data={"version": newest(other).version, "reason": " "})
    assert empty.status_code == 400
    assert client.post(end, data={"version": other.version, "reason": "Sold."}).status_code == 302
    assert "Nobody has related another case yet" in client.get(page(one, "related")).text


def test_calls_are_split_by_address_and_one_by_one_once(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case((-6, -5, -4))
    door = [world.call(day, north=0.0005, address="9 Elm St", address_key="9 ELM ST") for day in (-3, -2)]
    world.take()
    single = db.session.get_one(ServiceRequest, min(calls_in(case)))
    sign_in(Role.CONTACT)
    text = client.get(page(case, "split")).text
    assert "9 Elm St" in text and "2 calls, last" in text
    form = {"version": case.version, "places": ["9 ELM ST"], "links": [link_of(single).id], "key": "k1",
            "reason": "Another door.", "number": ""}  # fmt: skip
    first, second = client.post(page(case, "split"), data=form), client.post(page(case, "split"), data=form)
    assert first.status_code == 302 and second.location == first.location, "sent twice it is done once"
    new = db.session.scalars(select(ProblemCase).order_by(ProblemCase.id.desc()).limit(1)).one()
    assert calls_in(new) == {single.id, *(call.id for call in door)} and count(ProblemCase) == 2
    assert "Split off from this one" in client.get(page(case)).text


def test_a_split_against_an_older_version_is_refused_and_keeps_what_was_chosen_and_typed(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    chosen = link_of(db.session.get_one(ServiceRequest, min(calls_in(case)))).id
    form = {"version": case.version, "links": [chosen], "key": "k1", "reason": "Another door."}
    add_note(case, text="I was there.", actor=world.person)
    before = partition()
    sign_in(Role.CONTACT)
    answer = client.post(page(case, "split"), data=form)
    assert answer.status_code == 409 and "Somebody changed this case" in answer.text and "Another door." in answer.text
    assert f'value="{chosen}"' in answer.text and "checked" in answer.text and partition() == before


def test_a_split_into_a_case_that_takes_none_is_refused_in_words(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, foreign = world.case(), make.make_case(public_id="CASE-F0RE-0000-0000")
    chosen = link_of(db.session.get_one(ServiceRequest, min(calls_in(case)))).id
    sign_in(Role.CONTACT)
    for number, words in ((foreign.public_id, "of the same family"), ("NOPE", "There is no case")):
        form = {"version": case.version, "links": [chosen], "key": "k1", "reason": "There.", "number": number}
        answer = client.post(page(case, "split"), data=form)
        assert answer.status_code == 400 and words in answer.text and number in answer.text


def test_pages_of_many_calls_turn_without_losing_what_is_chosen(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = make.make_case(rule=world.rule, public_id="CASE-MANY-0000-0000")
    for number in range(PER_PAGE + 5):
        make.make_case_call(case=case, call=world.call(-number / 100))
    case.call_count = PER_PAGE + 5
    chosen = link_of(db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.id).limit(1)).one()).id
    sign_in(Role.CONTACT)
    form = {"version": case.version, "links": [chosen], "key": "k1", "reason": "Half a word", "look": "2", "at": ""}
    answer = client.post(page(case, "split"), data=form)
    assert answer.status_code == 200 and "page 2 of 2" in answer.text and "Half a word" in answer.text
    assert f'<input type="hidden" name="links" value="{chosen}">' in answer.text
    assert "1 chosen is on other pages" in answer.text
    assert move_ids() == []


def test_taking_back_shows_first_what_it_would_do_and_then_does_it(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    one, other = world.case(), world.case(north=FAR)
    before = partition()
    merge_cases(one, other, reason="One crew.", actor=world.person)
    address = page(one, f"undo/{move_ids()[0]}")
    sign_in(Role.CONTACT)
    text = client.get(address).text
    assert "calls go back" in text and "One crew." in text
    stale = client.post(address, data={"version": one.version - 1, "reason": "Two crews."})
    assert stale.status_code == 409 and "Two crews." in stale.text
    assert client.post(address, data={"version": one.version, "reason": ""}).status_code == 400
    done = client.post(address, data={"version": one.version, "reason": "Two crews."}, follow_redirects=True)
    assert "Taken back. 3 calls came back." in done.text and partition() == before
    again = client.post(address, data={"version": newest(one).version, "reason": "Two crews."})
    assert again.status_code == 409 and "taken back already" in again.text
    assert client.get(page(one, "undo/999")).status_code == 404


def test_a_split_is_taken_back_from_either_case(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case((-4, -3, -2, -1))
    before = partition()
    chosen = link_of(db.session.get_one(ServiceRequest, min(calls_in(case)))).id
    new = split_case(case, [chosen], reason="Another.", actor=world.person)
    sign_in(Role.CONTACT)
    address = page(new, f"undo/{move_ids()[0]}")
    assert address in client.get(page(new)).text and "merged into" in client.get(address).text
    answer = client.post(address, data={"version": newest(new).version, "reason": "One after all."})
    assert answer.status_code == 302 and partition() == before and newest(new).status is CaseStatus.MERGED


def test_a_problem_is_opened_once_and_its_cases_come_and_go_with_reasons(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    one, other = world.case(), world.case(north=FAR)
    person = sign_in(Role.CONTACT)
    assert f"/staff/problems?case={one.public_id}" in client.get(page(one)).text
    assert "No problem is open" in client.get(f"/staff/problems?case={one.public_id}").text
    form = {"name": "Walls along Elm", "description": "One crew.", "lead": person.id, "key": "k1"}
    asked = f"/staff/problems/new?case={one.public_id}"
    assert f'value="{one.public_id}"' in client.post(asked, data=form, follow_redirects=True).text
    first, second = client.post("/staff/problems/new", data=form), client.post("/staff/problems/new", data=form)
    assert first.status_code == 302 and first.location == second.location and count(ParentProblem) == 1
    problem = db.session.scalars(select(ParentProblem)).one()
    address = first.location
    for case in (one, other):
        add = {"version": problem.version, "number": case.public_id, "reason": "The same tag."}
        assert client.post(f"{address}/add", data=add).status_code == 302
        db.session.expire_all()
        assert verbs_of(case)[-1] == "joined_problem"
    text = client.get(address).text
    assert "6" in text and "The same tag." in text and "Calls by day" in text and "<svg" in text
    assert "Walls along Elm" in client.get("/staff/problems").text
    assert "Both are part of «Walls along Elm»" in client.get(page(one)).text
    merge_cases(one, other, reason="One crew.", actor=world.person)
    assert "whose calls count here" in client.get(address).text
    member = db.session.scalars(select(ProblemMember).where(ProblemMember.case_id == one.id)).one()
    remove = f"{address}/members/{member.id}/remove"
    stale = client.post(remove, data={"version": 1, "reason": "Merged."})
    assert stale.status_code == 409 and "Merged." in stale.text
    assert client.post(remove, data={"version": newest_of(problem).version, "reason": "Merged."}).status_code == 302
    assert "1 that was under it before" in client.get(address).text


def test_a_problem_sent_twice_at_the_same_moment_is_one(world: World) -> None:
    worded = {"name": "Walls", "description": "", "lead": None, "actor": world.person, "key": "k1"}
    assert open_problem(**worded) is open_problem(**worded) and count(ParentProblem) == 1


def newest_of(problem: ParentProblem) -> ParentProblem:
    db.session.expire_all()
    return problem


def test_what_a_problem_cannot_take_is_refused_in_words(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    one, other = world.case(), world.case(north=FAR)
    first, second = make.make_problem(name="First", cases=[one]), make.make_problem(name="Second")
    merge_cases(other, one, reason="One.", actor=world.person)
    sign_in(Role.SUPERVISOR)
    address = f"/staff/problems/{second.public_id}"
    for number, words, status in (
        (one.public_id, "under the problem «First» already", 409),
        (other.public_id, f"the one it went into: {one.public_id}", 400),
        ("NOPE", "There is no case", 400),
    ):
        answer = client.post(f"{address}/add", data={"version": second.version, "number": number, "reason": "So."})
        assert answer.status_code == status and words in answer.text and "So." in answer.text
    assert first.id != second.id and client.get("/staff/problems/NOPE").status_code == 404


def test_a_problem_is_worded_anew_closed_and_reopened(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    problem = make.make_problem(name="Walls")
    aide = make.make_user(role=Role.AIDE)
    sign_in(Role.SUPERVISOR)
    address = f"/staff/problems/{problem.public_id}"

    def send(action: str, status: int = 302, **form: object) -> str:
        answer = client.post(f"{address}/{action}", data={"version": newest_of(problem).version, **form})
        assert answer.status_code == status, answer.text
        return answer.text

    send("change", name="Fences", description="", lead=0)
    assert newest_of(problem).name == "Fences" and problem.lead is None
    assert "Not a valid choice" in send("change", 400, name="Fences", description="", lead=aide.id)
    send("close", reason="The crew was found.")
    assert "Fences" in client.get("/staff/problems?status=closed").text
    assert "closed already" in send("close", 409, reason="Again.")
    send("reopen", reason="They are back.")
    assert "open already" in send("reopen", 409, reason="Again.")
    text = client.get(address).text
    assert "They are back." in text and "The crew was found." in text


def test_the_form_that_words_a_problem_anew_begins_with_what_stands(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    lead = make.make_user(role=Role.CONTACT, display_name="Ada Lead")
    problem = make.make_problem(name="Walls", description="Along Elm.", lead=lead)
    sign_in(Role.SUPERVISOR)
    text = client.get(f"/staff/problems/{problem.public_id}").text
    assert re.search(r"<option[^>]* selected[^>]*>Ada Lead<", text), "else whoever mends a word takes her off"
    assert 'value="Walls"' in text and "Along Elm.</textarea>" in text


def test_a_lead_who_has_left_stays_until_somebody_gives_the_problem_another(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    gone = make.make_user(role=Role.CONTACT, display_name="Ada Gone")
    problem = make.make_problem(name="Walls", lead=gone)
    gone.disabled_at = make.NOW
    sign_in(Role.SUPERVISOR)
    address = f"/staff/problems/{problem.public_id}"
    text = client.get(address).text
    assert re.search(r"<option[^>]* selected[^>]*>Ada Gone \(has left\)", text)
    form = {"version": newest_of(problem).version, "name": "Fences", "description": ""}
    assert client.post(f"{address}/change", data={**form, "lead": gone.id}).status_code == 302
    assert newest_of(problem).name == "Fences" and problem.lead_id == gone.id
    form["version"] = problem.version
    assert client.post(f"{address}/change", data={**form, "lead": 0}).status_code == 302
    assert newest_of(problem).lead_id is None and "Ada Gone" not in client.get("/staff/problems/new").text
    form["version"] = problem.version
    assert client.post(f"{address}/change", data={**form, "lead": gone.id}).status_code == 400


def test_a_member_that_was_merged_twice_counts_as_the_case_at_the_end(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    one, other, third = world.case(), world.case(north=FAR), world.case(north=2 * FAR)
    problem = make.make_problem(name="Walls", cases=[one, third])
    merge_cases(one, other, reason="One crew.", actor=world.person)
    merge_cases(other, third, reason="One gang.", actor=world.person)
    told = gather_problem(problem, world.city)
    assert (told.cases, told.call_count, third.call_count) == ([third], 9, 9)
    assert load_problems([problem.id]) == [(problem, 1, 9)]
    sign_in(Role.CONTACT)
    text = client.get(f"/staff/problems/{problem.public_id}").text
    assert third.public_id in text and other.public_id not in text
    one.merged_into, third.merged_into = other, one  # a circle cannot be made by hand, and is no endless loop
    db.session.flush()
    assert gather_problem(problem, world.city).cases and load_problems([problem.id]) == [(problem, 0, 0)]


@pytest.mark.parametrize("address", ["/staff/problems/new", "/staff/problems"])
def test_the_list_says_what_to_do_when_there_is_none(address: str, client: FlaskClient, sign_in: SignIn) -> None:
    make.make_city()
    sign_in(Role.CONTACT)
    assert "Open a problem" in client.get(address).text
