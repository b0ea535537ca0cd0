"""Playbooks: written and edited on their pages, and applied to cases once, whole or not at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests import factories as make
from tests.statements import asked_statements
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.related import merge_cases
from tracker.cases.response.models import CaseTask, PartnerRequest, TaskKind
from tracker.cases.response.tasks import finish_task
from tracker.errors import Conflict, Invalid, NotFound
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.playbooks.applying import StepChoice, apply_playbook, playbook_uses_of
from tracker.scheduling.playbooks.editing import (
    StepEntry,
    add_step,
    change_step,
    find_playbook,
    give_back_playbook,
    move_step,
    playbook_of,
    remove_step,
    write_playbook,
)
from tracker.scheduling.playbooks.models import Playbook, PlaybookStep, PlaybookUse
from tracker.scheduling.playbooks.ordering import create_orders_from_playbook
from tracker.scheduling.playbooks.step_kinds import DEPENDENT, KINDS, StepKind, idle_facts, missing_facts
from tracker.scheduling.playbooks.waiting_cases import cases_without_orders
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

pytestmark = pytest.mark.usefixtures("live_city_at_noon")
SignIn = Callable[..., User]
DUE = make.NOW.date() + timedelta(days=9)


@pytest.fixture
def person() -> User:
    return make.make_user(role=Role.CONTACT)


@pytest.fixture
def playbook() -> Playbook:
    """One step of every kind."""
    power = make.make_partner(name="Power")
    return make.make_playbook(
        family=make.make_family(name="Dumping"),
        name="Dumping spot",
        steps=[
            PlaybookStep(position=1, kind=StepKind.TASK, title="Look the deed up", due_days=1, details="At the court"),
            PlaybookStep(position=2, title="Clear the spot", skill="refuse", minutes=90, due_days=3),
            PlaybookStep(position=3, kind=StepKind.LETTER, title="To the owner", template_code="owner", due_days=5),
            PlaybookStep(position=4, kind=StepKind.VISIT, title="The neighbors", due_days=6),
            PlaybookStep(position=5, kind=StepKind.PARTNER, title="Light the lot", partner=power, due_days=7),
        ],
    )


@pytest.fixture
def case(playbook: Playbook) -> ProblemCase:
    return make.make_case(public_id="7K3D-9QXZ", rule=make.make_rule(family=playbook.family), priority=1)


def everything(playbook: Playbook, owner: User) -> list[StepChoice]:
    return [StepChoice(step.id, DUE, owner) for step in playbook.steps]


def test_every_kind_of_step_becomes_what_it_says_in_order(case: ProblemCase, playbook: Playbook, person: User) -> None:
    use = apply_playbook(case, everything(playbook, person), person, "k")
    assert [(step.position, step.kind) for step in use.steps] == list(enumerate(kinds_of(playbook), 1))
    deed, clear, letter, visit, light = use.steps
    assert deed.task and (deed.task.title, deed.task.details, deed.task.owner) == (
        "Look the deed up", "At the court", person,
    )  # fmt: skip
    assert clear.order and (clear.order.skill, clear.order.due_on) == ("refuse", DUE)
    assert letter.task and (letter.task.title, letter.task.kind, letter.task.letter_template) == (
        "Send letter: To the owner", TaskKind.LETTER, "owner",
    )  # fmt: skip
    assert visit.task and (visit.task.title, visit.task.kind) == ("Visit: The neighbors", TaskKind.VISIT)
    assert light.request and (light.request.what, light.request.partner.name) == ("Light the lot", "Power")
    verbs = [entry.verb for entry in reversed(history_of("case", case.id))]
    assert verbs == [
        "playbook_applied", "task_added", "work_ordered", "task_added", "task_added", "partner_asked",
    ]  # fmt: skip
    finish_task(deed.task, result="", actor=person)
    (seen,) = playbook_uses_of(case.id)
    assert [step.is_open for step in seen.steps] == [False, True, True, True, True]


def kinds_of(playbook: Playbook) -> list[StepKind]:
    return [step.kind for step in playbook.steps]


def test_the_same_form_twice_makes_everything_once(
    case: ProblemCase, playbook: Playbook, person: User, database: SQLAlchemy
) -> None:
    first = apply_playbook(case, everything(playbook, person), person, "k")
    assert apply_playbook(case, everything(playbook, person), person, "k") is first
    for table, rows in ((WorkOrder, 1), (CaseTask, 3), (PartnerRequest, 1), (PlaybookUse, 1)):
        assert database.session.scalar(select(func.count()).select_from(table)) == rows
    apply_playbook(case, everything(playbook, person)[:1], person, "another")
    assert len(playbook_uses_of(case.id)) == 2
    with pytest.raises(Conflict, match="for another case already"):
        apply_playbook(make.make_case(rule=case.rule), everything(playbook, person), person, "k")


def test_what_cannot_be_applied_is_refused_with_the_reason(case: ProblemCase, playbook: Playbook, person: User) -> None:
    with pytest.raises(Invalid, match="Choose at least one"):
        apply_playbook(case, [], person, "k")
    with pytest.raises(Invalid, match="lost its key"):
        apply_playbook(case, everything(playbook, person), person, "")
    with pytest.raises(Invalid, match="Say who does «Look the deed up»"):
        apply_playbook(case, [StepChoice(playbook.steps[0].id, DUE)], person, "k2")
    with pytest.raises(Conflict, match="was changed while"):
        apply_playbook(case, [StepChoice(playbook.steps[0].id + 999, DUE, person)], person, "k3")
    with pytest.raises(NotFound, match="has no playbook"):
        apply_playbook(make.make_case(), [StepChoice(1, DUE, person)], person, "k4")


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.DISMISSED, CaseStatus.MERGED])
def test_no_playbook_is_applied_to_a_case_that_is_not_open(
    status: CaseStatus, case: ProblemCase, playbook: Playbook, person: User
) -> None:
    case.status = status
    with pytest.raises(Conflict, match=f"is {status.value}"):
        apply_playbook(case, everything(playbook, person), person, "k")


def test_the_plan_makes_only_the_crews_steps(case: ProblemCase, playbook: Playbook, person: User) -> None:
    case.last_call_at = make.NOW
    assert cases_without_orders(make.NOW) == [case]
    assert [order.title for order in create_orders_from_playbook(case, None)] == ["Clear the spot"]


def test_the_plan_never_waits_for_a_playbook_without_work(case: ProblemCase, playbook: Playbook, person: User) -> None:
    case.last_call_at = make.NOW
    remove_step(playbook, playbook.steps[1], person)
    assert cases_without_orders(make.NOW) == []


def test_a_playbook_is_edited_and_each_change_makes_it_the_citys_own(person: User) -> None:
    family = make.make_family()
    playbook = write_playbook(family, "New", person)
    with pytest.raises(Conflict, match="has a playbook already"):
        write_playbook(family, "Again", person)
    one = add_step(playbook, StepEntry(StepKind.TASK, "One", 3, skill="tree", minutes=5), person)
    two = add_step(playbook, StepEntry(StepKind.WORK_ORDER, "Two", 3, skill="tree", minutes=5), person)
    assert (one.skill, one.minutes, two.skill) == ("", 0, "tree")  # a task has no use for a skill
    with pytest.raises(Invalid, match="give its minutes too"):
        change_step(playbook, two, StepEntry(StepKind.WORK_ORDER, "Two", 3, skill="tree"), person)
    with pytest.raises(Invalid, match="give its partner too"):
        add_step(playbook, StepEntry(StepKind.PARTNER, "Three", 3), person)
    move_step(playbook, two, person, up=True)
    move_step(playbook, two, person, up=True)  # it is the first already
    assert [step.title for step in playbook.steps] == ["Two", "One"]
    assert playbook.edited_at and playbook.version == 4
    give_back_playbook(playbook, person)
    assert playbook.edited_at is None


@given(st.sampled_from(StepKind), st.frozensets(st.sampled_from(DEPENDENT)))
def test_a_step_has_what_its_kind_needs_and_nothing_idle(kind: StepKind, given: frozenset[str]) -> None:
    complete = (given | set(missing_facts(kind, given))) - set(idle_facts(kind, given))
    assert not missing_facts(kind, complete) and not idle_facts(kind, complete)
    assert KINDS[kind].needs <= complete


def form_of(playbook: Playbook, owner: User, key: str) -> dict[str, object]:
    """The checklist with everything ticked."""
    form: dict[str, object] = {"key": key, "version": playbook.version}
    for step in playbook.steps:
        form |= {f"use_{step.id}": "y", f"due_{step.id}": DUE.isoformat(), f"owner_{step.id}": owner.id}
    return form


def test_the_checklist_is_sent_twice_and_done_once(
    case: ProblemCase, playbook: Playbook, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    me = sign_in(Role.CONTACT)
    page = f"/staff/cases/{case.public_id}/playbook"
    assert client.get(page).text.count("checked") == 5
    form = form_of(playbook, me, "k")
    first = client.post(page, data=form, follow_redirects=True)
    assert "5 steps of «Dumping spot» made." in first.text and "5 of 5 are still open" in first.text
    assert "nothing was done twice" in client.post(page, data=form, follow_redirects=True).text
    assert database.session.scalar(select(func.count()).select_from(CaseTask)) == 3
    assert "checked" not in client.get(page).text, "what was made before is not ticked again"


def test_a_refused_checklist_makes_nothing_and_keeps_what_was_typed(
    case: ProblemCase, playbook: Playbook, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    me = sign_in(Role.CONTACT)
    page = f"/staff/cases/{case.public_id}/playbook"
    last = playbook.steps[-1]
    answer = client.post(page, data=form_of(playbook, me, "k") | {f"due_{last.id}": ""})
    assert answer.status_code == 400 and "Give «Light the lot» a day." in answer.text
    assert f'value="{DUE.isoformat()}"' in answer.text
    last.partner.retired_at = make.NOW  # type: ignore[union-attr]  # it has one
    answer = client.post(page, data=form_of(playbook, me, "k"))
    assert answer.status_code == 409 and "Power is retired" in answer.text
    assert database.session.scalar(select(func.count()).select_from(CaseTask)) == 0
    assert client.post(page, data={"key": "k", "version": playbook.version}).status_code == 400
    stale = form_of(playbook, me, "k")
    remove_step(playbook, playbook.steps[0], me)
    answer = client.post(page, data=stale)
    assert answer.status_code == 409 and "Somebody changed this playbook" in answer.text
    assert database.session.scalar(select(func.count()).select_from(WorkOrder)) == 0


def test_who_applies_a_playbook_to_a_case_that_was_closed_meanwhile_is_told_why_not(
    case: ProblemCase, playbook: Playbook, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    me = sign_in(Role.CONTACT)
    page = f"/staff/cases/{case.public_id}/playbook"
    case.status = CaseStatus.CLOSED
    answer = client.post(page, data=form_of(playbook, me, "k"))
    assert answer.status_code == 409 and "Reopen it first." in answer.text and "error-summary" in answer.text
    case.status, form = CaseStatus.OPEN, form_of(playbook, me, "k")
    database.session.delete(playbook)
    answer = client.post(page, data=form)
    assert answer.status_code == 400 and "Plan the response by hand." in answer.text and "error-summary" in answer.text


def test_a_step_keeps_its_retired_partner_when_something_else_is_changed(
    playbook: Playbook, client: FlaskClient, sign_in: SignIn
) -> None:
    step, other = playbook.steps[-1], make.make_partner(name="Another")
    old = step.partner
    assert old
    old.retired_at = make.NOW
    sign_in(Role.SUPERVISOR)
    page = f"/staff/playbooks/{playbook.id}/steps/{step.id}"
    text = client.get(page).text
    assert f'<option selected value="{old.id}">Power (retired)' in text and "Another" in text
    form = {"version": playbook.version, "title": "Light it", "due_days": 3, "partner": old.id}
    assert client.post(page, data=form).status_code == 302
    assert (step.title, step.partner_id) == ("Light it", old.id)
    new = {"version": playbook.version, "title": "x", "due_days": 3, "partner": old.id}
    assert client.post(f"/staff/playbooks/{playbook.id}/steps/new/partner", data=new).status_code == 400
    assert client.post(page, data=form | {"title": "   ", "version": playbook.version}).status_code == 400
    blank = {"version": playbook.version, "name": "  "}
    assert client.post(f"/staff/playbooks/{playbook.id}/name", data=blank).status_code == 400
    assert other.id != old.id


def test_a_playbook_that_is_held_is_read_anew(playbook: Playbook, database: SQLAlchemy) -> None:
    assert playbook.version == 1 and playbook.steps
    for change in (update(Playbook).values(version=2), update(PlaybookStep).values(due_days=77)):
        database.session.execute(change.execution_options(synchronize_session=False))
    held = find_playbook(playbook.id, lock=True)
    assert held.version == 2 and {step.due_days for step in held.steps} == {77}


def test_partners_of_a_playbook_are_read_at_once_however_many(playbook: Playbook, database: SQLAlchemy) -> None:
    for number in range(7, 11):
        partner = make.make_partner()
        step = PlaybookStep(position=number, kind=StepKind.PARTNER, title="Ask", due_days=1, partner=partner)
        playbook.steps.append(step)
    database.session.flush()
    family_id, number = playbook.family_id, playbook.id
    for find in (lambda: find_playbook(number), lambda: playbook_of(family_id)):
        database.session.expire_all()
        database.session.expunge_all()
        with asked_statements() as asked:
            found = find()
            assert found and sum(step.partner is not None for step in found.steps) == 5
        assert len(asked) == 2


def test_what_a_playbook_made_is_found_where_a_merge_carried_it(
    case: ProblemCase, playbook: Playbook, person: User, client: FlaskClient, sign_in: SignIn
) -> None:
    use = apply_playbook(case, everything(playbook, person), person, "k")
    into = make.make_case(public_id="8K3D-9QXZ", rule=case.rule)
    merge_cases(case, into, reason="One spot.", actor=person)
    sign_in(Role.CONTACT)
    text = client.get(f"/staff/cases/{case.public_id}/response").text
    tasks = [step.task_id for step in use.steps if step.task_id]
    requests = [step.request_id for step in use.steps if step.request_id]
    links = [f"tasks/{n}" for n in tasks] + [f"partner-requests/{n}" for n in requests]
    for link in links:
        address = f"/staff/cases/{into.public_id}/{link}"
        assert address in text and client.get(address).status_code == 200


def test_a_scheduler_makes_the_crews_steps_only(
    case: ProblemCase, playbook: Playbook, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    me = sign_in(Role.SCHEDULER)
    page = f"/staff/cases/{case.public_id}/playbook"
    assert "Look the deed up" not in client.get(page).text
    assert client.post(page, data=form_of(playbook, me, "k")).status_code == 302
    assert database.session.scalar(select(func.count()).select_from(CaseTask)) == 0
    assert database.session.scalar(select(func.count()).select_from(WorkOrder)) == 1


def test_a_family_without_a_playbook_says_what_to_do(client: FlaskClient, sign_in: SignIn) -> None:
    make.make_case(public_id="7K3D-9QXZ")
    sign_in(Role.SUPERVISOR)
    text = client.get("/staff/cases/7K3D-9QXZ/playbook").text
    assert "has no playbook" in text and "Write a playbook" in text


def test_a_playbook_is_written_on_its_pages(client: FlaskClient, sign_in: SignIn, database: SQLAlchemy) -> None:
    family = make.make_family(name="Noise")
    sign_in(Role.SUPERVISOR)
    assert "No playbook." in client.get("/staff/playbooks").text
    assert client.get(f"/staff/playbooks/new?family={family.id}").status_code == 200
    made = client.post("/staff/playbooks/new", data={"family": family.id, "name": "Loud place"})
    here = made.location
    assert "No steps yet" in client.get(here).text
    step = {"version": 1, "title": "Talk", "due_days": 3, "skill": "outreach", "minutes": 30}
    assert client.post(f"{here}/steps/new/work_order", data=step).location == here
    assert client.post(f"{here}/steps/new/letter", data={**step, "title": "Write"}).status_code == 409
    letter = {"version": 2, "title": "Write", "due_days": 3, "template": "noise", "details": "Kindly"}
    assert client.post(f"{here}/steps/new/letter", data=letter).status_code == 302
    assert client.get(f"{here}/steps/new/song").status_code == 404
    assert client.post(f"{here}/steps/new/task", data={"version": 3, "title": "", "due_days": 0}).status_code == 400
    steps = database.session.scalars(select(Playbook)).one().steps
    assert (steps[1].template_code, steps[1].kind) == ("noise", StepKind.LETTER)
    talk, write = (step.id for step in steps)
    assert client.post(f"{here}/steps/{write}/up", data={"version": 3}).status_code == 302
    assert client.post(f"{here}/steps/{write}/up", data={"version": 3}).status_code == 409
    assert client.post(f"{here}/steps/{write}/down", data={"version": 4}).status_code == 302
    changed = {**letter, "version": 5, "title": "Write kindly"}
    assert client.post(f"{here}/steps/{write}", data=changed).status_code == 302
    assert client.post(f"{here}/steps/{talk}/remove", data={"version": 6}).status_code == 302
    assert client.post(f"{here}/name", data={"version": 7, "name": "Loud corner"}).status_code == 302
    assert client.post(f"{here}/name", data={"version": 7, "name": "Late"}).status_code == 409
    assert client.post(f"{here}/name", data={"version": 8, "name": ""}).status_code == 400
    text = client.get(here).text
    assert "Loud corner" in text and "Write kindly" in text and "leaves it alone" in text and "Talk" in text
    assert client.post(f"{here}/give-back", data={"version": 8}).status_code == 302
    assert "replaces it" in client.get(here).text
    assert client.get(f"{here}/steps/{talk}").status_code == 404
