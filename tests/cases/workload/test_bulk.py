"""Work on many cases at once: what is done, what is refused and why, once for its key."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests import factories as make
from tests.cases.world import World, verbs_of
from tracker.cases.decisions import dismiss_case
from tracker.cases.models import ProblemCase
from tracker.cases.response.models import CaseTask
from tracker.cases.workload.bulk import as_they_stand, assign_each, do_for_each, give_task_each
from tracker.cases.workload.models import BulkWork
from tracker.cases.workload.selection import MOST, Selected, read_selection
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
BULK = "/staff/cases/bulk"


def cases(world: World, count: int, **columns: object) -> list[ProblemCase]:
    return [make.make_case(rule=world.rule, is_touched=True, **columns) for _ in range(count)]


def values(chosen: list[ProblemCase]) -> list[str]:
    return [str(one) for one in as_they_stand(case.id for case in chosen)]


@given(st.lists(st.builds(Selected, st.integers(0, 2**31 - 1), st.integers(0, 999)), unique_by=lambda s: s.case_id))
def test_a_selection_reads_back_as_it_was_written(selection: list[Selected]) -> None:
    written = [str(one) for one in selection]
    assert read_selection([*written, *written, "", "-", "x-1", "1", "99999999999-1", "-1-1"]) == selection


def test_what_fits_is_done_and_the_rest_is_refused_with_its_reason(world: World) -> None:
    contact = make.make_contact()
    good, stale, hers, gone, mural = cases(world, 5)
    selection = as_they_stand(case.id for case in (good, stale, hers, gone, mural))
    hers.contact, stale.version = contact, stale.version + 1
    dismiss_case(mural, reason="A mural.", actor=world.person)
    selection = [one if one.case_id != mural.id else Selected(mural.id, mural.version) for one in selection]
    db.session.delete(gone)
    db.session.flush()
    change = assign_each(lambda _: contact, "All on one street.", world.person)
    work = do_for_each(selection, change, title="Assign", actor=world.person, key="k")
    said = [(row["done"], row["words"].split(":")[0].split(".")[0]) for row in work.report]
    assert said == [
        (True, f"Now with {contact.user.display_name}"),
        (False, "Somebody changed this case while you were at it"),
        (False, f"The case is with {contact.user.display_name} already"),
        (False, "The case is gone"),
        (False, "The case is dismissed"),
    ]
    assert (good.contact, stale.contact) == (contact, None)


def test_a_case_that_fails_half_way_is_left_as_it_was(world: World) -> None:
    one, other = cases(world, 2)

    def change(case: ProblemCase) -> str:
        case.address = "Changed"
        give_task_each(title="Call", owner=world.person, due_on=date(2026, 9, 1), details="", actor=world.person)(case)
        if case is other:
            raise Invalid("Half-way.")
        return "Done."

    work = do_for_each(as_they_stand([one.id, other.id]), change, title="Half", actor=world.person, key="k")
    assert [row["done"] for row in work.report] == [True, False]
    assert (one.address, other.address) == ("Changed", "1 Elm St")
    assert db.session.scalars(select(CaseTask.case_id)).all() == [one.id]
    assert verbs_of(other) == []


def test_the_same_form_twice_is_done_once(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    chosen = cases(world, 3)
    user = sign_in(Role.CONTACT)
    sent = {
        "case": values(chosen), "task-title": "Look", "task-owner": str(user.id), "task-due_on": "2026-09-01",
        "task-key": "once",
    }  # fmt: skip
    answers = [client.post(f"{BULK}/task", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert db.session.scalar(select(func.count()).select_from(CaseTask)) == 3
    report = client.get(answers[0].location).text
    assert "Task: Look" in report and chosen[2].public_id in report
    sign_in(Role.CONTACT)
    assert client.get(answers[0].location).status_code == 404  # a report is its maker's own


def test_each_action_asks_for_its_own_permission_and_keeps_what_was_typed(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    chosen = cases(world, 2)
    sign_in(Role.CONTACT)
    page = client.get(BULK, query_string={"case": values(chosen)}).text
    assert "2 cases selected" in page and "Assign them" not in page and "Snooze them" in page
    assert client.post(f"{BULK}/assign", data={"case": values(chosen)}).status_code == 403
    refused = client.post(f"{BULK}/snooze", data={"case": values(chosen), "snooze-reason": "Kept words"})
    assert refused.status_code == 400 and "Kept words" in refused.text and "Choose a day" in refused.text
    sign_in(Role.SUPERVISOR)
    sent = {"case": values(chosen), "assign-contact": "0", "assign-reason": "Back.", "assign-key": "k"}
    answer = client.post(f"{BULK}/assign", data=sent, follow_redirects=True)
    assert "is with its queue already" in answer.text and "Select the refused again" in answer.text


def test_nothing_and_too_much_are_refused(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.SUPERVISOR)
    assert "No case is selected" in client.get(BULK).text
    many = [f"{number}-1" for number in range(MOST + 1)]
    assert client.get(BULK, query_string={"case": many}).status_code == 400
    with pytest.raises(Invalid, match="Tick the cases"):
        do_for_each([], lambda _: "", title="", actor=world.person, key="k")
    assert db.session.scalars(select(BulkWork)).all() == []


def test_the_list_has_a_box_per_case_and_a_way_without_scripts(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    (case,) = cases(world, 1)
    sign_in(Role.CONTACT)
    page = client.get("/staff/cases").text
    assert f'value="{case.id}-{case.version}"' in page and f"/staff/cases/bulk?case={case.id}-{case.version}" in page
    sign_in(Role.SCHEDULER)
    assert "bulk-bar" not in client.get("/staff/cases").text
