"""What is still open of a case when it ends: named before it is closed or dismissed, and taken along by a merge."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import FAR, World, verbs_of
from tracker.cases.closing import close_case
from tracker.cases.decisions import dismiss_case
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.open_work import NAMED, open_work_of
from tracker.cases.related.merging import merge_cases, undo_merge
from tracker.cases.related.models import CaseMove
from tracker.cases.response.tasks import add_task, finish_task
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.staff.models import Role, User

SignIn = Callable[..., User]


def fill(case: ProblemCase) -> list[object]:
    """A task, a request to a partner, a planned visit, each still open."""
    partner = make.make_partner(name="Housing Court")
    return [
        make.make_task(case=case, title="Call the owner"),
        make.make_partner_request(case=case, partner=partner),
        make.make_visit(case=case),
    ]


def test_a_case_with_open_work_is_neither_closed_nor_dismissed_and_the_words_name_it(world: World) -> None:
    case = world.case()
    fill(case)
    for end in (
        lambda: close_case(case, outcome="Painted.", actor=world.person),
        lambda: dismiss_case(case, reason="A mural.", actor=world.person),
    ):
        with pytest.raises(Invalid, match=r"task «Call the owner».*Housing Court.*the visit planned.*Call off what is"):
            end()
    assert case.status is CaseStatus.OPEN and len(open_work_of(case)) == 3


@pytest.mark.parametrize("end", ["close", "dismiss"])
def test_what_is_called_off_with_the_case_says_so_each_by_itself(world: World, end: str) -> None:
    case = world.case()
    fill(case)
    if end == "close":
        close_case(case, outcome="Painted.", actor=world.person, call_off=True)
    else:
        dismiss_case(case, reason="A mural.", actor=world.person, call_off=True)
    assert open_work_of(case) == []
    called_off = ["task_cancelled", "partner_request_withdrawn", "visit_called_off"]
    assert verbs_of(case)[-4:-1] == called_off and case.status is not CaseStatus.OPEN


def test_of_much_open_work_the_first_is_named_and_the_rest_counted(world: World) -> None:
    case = world.case()
    for _ in range(NAMED + 2):
        make.make_task(case=case)
    with pytest.raises(Invalid, match=r"And 2 more\."):
        close_case(case, outcome="Painted.", actor=world.person)


def test_a_closed_case_takes_a_task_to_look_in_on_it(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted.", actor=world.person)
    add_task(case, title="Look in", owner=world.person, due_on=make.NOW.date(), actor=world.person)
    assert len(open_work_of(case)) == 1


def test_a_merge_takes_open_work_along_and_taking_it_back_brings_it_back(world: World) -> None:
    into, case = world.case(), world.case(north=FAR)
    task, request, visit = fill(case)
    objective = make.make_objective(case=case)
    done, own = make.make_task(case=case, title="Over"), make.make_task(case=into)
    finish_task(done, result="", actor=world.person)
    merge_cases(case, into, reason="One crew.", actor=world.person)
    rows = (task, request, visit, objective)
    assert [row.case_id for row in rows] == [into.id] * 4  # type: ignore[attr-defined]  # each of them has a case
    assert done.case_id == case.id and open_work_of(case) == [] and len(open_work_of(into)) == 4
    finish_task(task, result="Reached her.", actor=world.person)  # type: ignore[arg-type]  # it is a task
    returned = undo_merge(case, reason="Two crews.", actor=world.person)
    assert "With them: 1 task, 1 request to a partner, 1 objective, 1 planned visit." in returned.words
    db.session.expire_all()
    assert [row.case_id for row in rows] == [case.id] * 4  # type: ignore[attr-defined]  # as above
    assert own.case_id == into.id and len(open_work_of(case)) == 2


def test_what_a_merge_without_open_work_says_is_as_before(world: World) -> None:
    into, case = world.case(), world.case(north=FAR)
    merge_cases(case, into, reason="One crew.", actor=world.person)
    returned = undo_merge(case, reason="Two crews.", actor=world.person)
    assert returned.words == "3 calls came back."


def test_the_page_lists_what_is_open_and_the_box_calls_it_off(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    fill(case)
    sign_in(Role.CONTACT)
    address = f"/staff/cases/{case.public_id}"
    assert "Call off what is still open" in client.get(address).text
    form = {"close-version": str(case.version), "close-outcome": "solved", "close-reason": "Painted over twice.",
            "close-days": "90"}  # fmt: skip
    refused = client.post(f"{address}/close", data=form)
    assert refused.status_code == 400 and "Still open: task «Call the owner»" in refused.text
    assert "Painted over twice." in refused.text
    assert client.post(f"{address}/close", data={**form, "close-call_off": "y"}).status_code == 302
    db.session.expire_all()
    assert case.status is CaseStatus.CLOSED and open_work_of(case) == []


def test_the_page_of_taking_back_says_what_goes_along(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    into, case = world.case(), world.case(north=FAR)
    fill(case)
    sign_in(Role.CONTACT)
    merge_cases(case, into, reason="One crew.", actor=world.person)
    page = f"/staff/cases/{case.public_id}"
    assert "What is still open goes along: 1 task" in client.get(page).text
    move = db.session.scalars(select(CaseMove)).one()
    assert "What came along goes back too, finished or not: 1 task" in client.get(f"{page}/undo/{move.id}").text
