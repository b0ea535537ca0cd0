"""The response to a problem: objectives, tasks and partners, as verbs and rules."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text, update
from sqlalchemy.orm import Session

from tests import factories as make
from tests.cases.world import World, verbs_of
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.response.due import is_late, say_due
from tracker.cases.response.models import CaseObjective, CaseTask, PartnerAgency, PartnerRequest, Verdict
from tracker.cases.response.objectives import count_month, find_objective, judge_objective, objectives_of, set_objective
from tracker.cases.response.open_steps import OpenStep, open_steps_of
from tracker.cases.response.owners import find_owner, owner_choices, usual_owner
from tracker.cases.response.partner_requests import (
    ask_partner,
    find_request,
    finish_request,
    note_promise,
    partner_requests_of,
    withdraw_request,
)
from tracker.cases.response.partners import (
    PartnerEntry,
    add_partner,
    change_partner,
    find_partner,
    list_partners,
    restore_partner,
    retire_partner,
)
from tracker.cases.response.tasks import add_task, cancel_task, find_task, finish_task, reassign_task, tasks_of
from tracker.errors import Conflict, Invalid, NotFound
from tracker.staff.log import history_of
from tracker.staff.models import Role

TODAY = make.NOW.date()
SOON = TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def at_noon(database: SQLAlchemy) -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def world() -> World:
    return World()


def test_a_task_is_given_changed_and_done_and_each_is_said(world: World) -> None:
    case, owner, other = make.make_case(), make.make_user(display_name="Ada"), make.make_user(display_name="Bo")
    task = add_task(case, title=" Call the owner ", owner=owner, due_on=SOON, actor=world.person)
    assert (task.title, case.version, case.is_touched) == ("Call the owner", 2, True)
    later = SOON + timedelta(days=3)
    reassign_task(task, owner=other, due_on=later, reason="Ada is away.", actor=world.person)
    assert (task.owner, task.due_on) == (other, later)
    finish_task(task, result="He will fence it.", actor=other)
    assert not task.is_open
    assert sorted(verbs_of(case)) == ["task_added", "task_changed", "task_done"]
    texts = " ".join(entry.text for entry in history_of("case", case.id))
    assert "from Ada, 22 Jun 2026 to Bo, 25 Jun 2026: Ada is away." in texts and "He will fence it." in texts


def test_a_task_that_is_over_takes_no_further_step(world: World) -> None:
    done, off = make.make_task(), make.make_task()
    finish_task(done, result="", actor=world.person)
    cancel_task(off, reason="Sold.", actor=world.person)
    for task in (done, off):
        with pytest.raises(Conflict, match="already"):
            finish_task(task, result="", actor=world.person)
        with pytest.raises(Conflict, match="already"):
            cancel_task(task, reason="x", actor=world.person)
        with pytest.raises(Conflict, match="already"):
            reassign_task(task, owner=world.person, due_on=SOON, reason="x", actor=world.person)


def test_a_task_is_refused_with_what_to_do(world: World) -> None:
    case, gone = make.make_case(), make.make_user(disabled_at=make.NOW)
    with pytest.raises(Invalid, match="Say what is to be done"):
        add_task(case, title=" ", owner=world.person, due_on=SOON, actor=world.person)
    with pytest.raises(Invalid, match="works here no longer"):
        add_task(case, title="x", owner=gone, due_on=SOON, actor=world.person)
    with pytest.raises(Invalid, match="Check the year"):
        add_task(case, title="x", owner=world.person, due_on=date(26, 6, 1), actor=world.person)
    task = make.make_task(case=case)
    with pytest.raises(Invalid, match="Nothing is different"):
        reassign_task(task, owner=task.owner, due_on=task.due_on, reason="x", actor=world.person)
    with pytest.raises(Invalid, match="Say why"):
        reassign_task(task, owner=world.person, due_on=task.due_on, reason=" ", actor=world.person)
    with pytest.raises(Invalid, match="works here no longer"):
        reassign_task(task, owner=gone, due_on=task.due_on, reason="x", actor=world.person)
    with pytest.raises(Invalid, match="Say why the task is called off"):
        cancel_task(task, reason="", actor=world.person)


@pytest.mark.parametrize("status", [CaseStatus.DISMISSED, CaseStatus.MERGED])
def test_nothing_is_added_to_a_case_for_which_nothing_more_is_done(status: CaseStatus, world: World) -> None:
    case = make.make_case(status=status)
    with pytest.raises(Conflict, match="nothing more is done"):
        set_objective(case, aim="x", due_on=SOON, actor=world.person)
    with pytest.raises(Conflict, match="nothing more is done"):
        add_task(case, title="x", owner=world.person, due_on=SOON, actor=world.person)
    with pytest.raises(Conflict, match="nothing more is done"):
        _ask(case, world)


def _ask(case: ProblemCase, world: World, **changes: object) -> object:
    facts = {"what": "Light the lot", "due_on": SOON, "asked_on": TODAY, "owner": world.person, **changes}
    return ask_partner(case, facts.pop("partner", None) or make.make_partner(), actor=world.person, **facts)  # type: ignore[arg-type]  # facts by name


def test_an_objective_in_calls_says_itself_and_is_judged_once(world: World) -> None:
    case = world.case()
    quiet = set_objective(case, aim="", most_calls=2, due_on=SOON, actor=world.person)
    assert quiet.aim == "No more than 2 calls within a month."
    assert set_objective(case, aim="", most_calls=0, due_on=TODAY, actor=world.person).aim == "No calls within a month."
    with pytest.raises(Invalid, match="Say what is to be reached"):
        set_objective(case, aim=" ", due_on=SOON, actor=world.person)
    with pytest.raises(Invalid, match="Say how you know"):
        judge_objective(quiet, verdict=Verdict.REACHED, words="", actor=world.person)
    judge_objective(quiet, verdict=Verdict.NOT_REACHED, words="Three came.", actor=world.person)
    with pytest.raises(Conflict, match="not reached already"):
        judge_objective(quiet, verdict=Verdict.REACHED, words="x", actor=world.person)
    assert [one.is_open for one in objectives_of(case.id)] == [True, False]


def test_a_month_of_calls_is_the_linked_ones_of_thirty_days(world: World) -> None:
    case = world.case(days=(-29, -20, -1))
    assert count_month(case.id, make.NOW) == 3
    assert count_month(case.id, make.NOW + timedelta(days=5)) == 2
    assert count_month(case.id, make.NOW - timedelta(days=2)) == 2


def test_a_partner_is_asked_promises_and_does_it(world: World) -> None:
    case, partner = make.make_case(), make.make_partner(name="Harbor Power")
    asked = _ask(case, world, partner=partner)
    (request,) = partner_requests_of(case.id)
    assert request is asked and request.is_open
    note_promise(request, words="Nobody answered.", promised_on=None, owner=world.person, actor=world.person)
    assert (request.due_on, request.promised_on) == (SOON, None)
    later = SOON + timedelta(days=10)
    note_promise(request, words="Next week.", promised_on=later, owner=world.person, actor=world.person)
    assert (request.due_on, request.promised_on, request.answer) == (later, later, "Next week.")
    finish_request(request, result="Two lamps.", actor=world.person)
    for late in (
        lambda: finish_request(request, result="", actor=world.person),
        lambda: withdraw_request(request, reason="x", actor=world.person),
        lambda: note_promise(request, words="x", promised_on=None, owner=world.person, actor=world.person),
    ):
        with pytest.raises(Conflict, match="done already"):
            late()
    assert "Promised by 2 Jul 2026." in history_of("case", case.id)[1].text


def test_a_retired_partner_is_asked_nothing_new(world: World) -> None:
    partner = add_partner(PartnerEntry("Harbor Power", families=frozenset({world.family.id})), world.person)
    retire_partner(partner, world.person)
    with pytest.raises(Conflict, match="Harbor Power is retired"):
        _ask(make.make_case(), world, partner=partner)
    assert list_partners() == [] and list_partners(with_retired=True) == [partner]
    restore_partner(partner, world.person)
    _ask(make.make_case(), world, partner=partner)
    assert [entry.verb for entry in history_of("partner", partner.id)] == ["restored", "retired", "added"]


def test_two_partners_never_have_one_name(world: World) -> None:
    add_partner(PartnerEntry("Harbor Power"), world.person)
    other = add_partner(PartnerEntry("Legal Aid"), world.person)
    with pytest.raises(Invalid, match="is in the list of partners already"):
        add_partner(PartnerEntry("harbor power"), world.person)
    with pytest.raises(Invalid, match="is in the list of partners already"):
        change_partner(other, PartnerEntry("HARBOR POWER"), world.person)
    change_partner(other, PartnerEntry("Legal Aid", phone="555 0101"), world.person)
    assert (other.phone, other.version) == ("555 0101", 2)


@pytest.mark.parametrize("other", ["École", "ÉCOLE", "E\u0301cole", "  école "])
def test_a_partners_name_is_compared_as_people_read_it(other: str, world: World) -> None:
    partner = add_partner(PartnerEntry("École"), world.person)
    with pytest.raises(Invalid, match="in the list of partners already"):
        add_partner(PartnerEntry(other), world.person)
    change_partner(partner, PartnerEntry(other), world.person)


def test_of_two_who_give_one_name_at_once_the_second_is_told(world: World, database: SQLAlchemy) -> None:
    other, waiting = make.make_partner(), ["École", "École"]
    before = other.name

    def be_faster(session: Session, *_: object) -> None:
        if waiting:
            name = waiting.pop()
            session.execute(text("INSERT INTO partner_agencies (name, purpose, contact_person, phone, email, version)"
                                 " VALUES (:name, '', '', '', '', 1)"), {"name": name})  # fmt: skip

    event.listen(database.session, "before_flush", be_faster)
    for act in (
        lambda: add_partner(PartnerEntry("École"), world.person),
        lambda: change_partner(other, PartnerEntry("École"), world.person),
    ):
        with pytest.raises(Invalid, match="in the list of partners already"):
            act()
    event.remove(database.session, "before_flush", be_faster)
    assert other.name == before and not waiting


def test_a_partner_that_is_held_is_read_anew(world: World, database: SQLAlchemy) -> None:
    partner = make.make_partner()
    assert partner.version == 1
    newer = update(PartnerAgency).values(version=2).execution_options(synchronize_session=False)
    database.session.execute(newer)
    assert find_partner(partner.id, lock=True).version == 2


def test_a_step_is_decided_about_as_it_stands_once_the_case_is_held(world: World, database: SQLAlchemy) -> None:
    case = make.make_case()
    task, aim = make.make_task(case=case), make.make_objective(case=case)
    asked = make.make_partner_request(case=case)
    assert task.is_open and asked.is_open and aim.is_open
    for change in (
        update(CaseTask).values(done_at=make.NOW),
        update(PartnerRequest).values(done_at=make.NOW),
        update(CaseObjective).values(verdict=Verdict.REACHED),
    ):
        database.session.execute(change.execution_options(synchronize_session=False))
    found = find_task(case, task.id), find_request(case, asked.id), find_objective(case, aim.id)
    assert not any(step.is_open for step in found)


def test_a_partner_is_asked_on_a_day_that_can_be_meant(world: World) -> None:
    with pytest.raises(Invalid, match="Check the year"):
        _ask(make.make_case(), world, asked_on=date(26, 6, 1))


def test_partners_that_help_with_the_family_come_first(world: World) -> None:
    first = add_partner(PartnerEntry("Zoo", families=frozenset({world.family.id})), world.person)
    elsewhere = add_partner(PartnerEntry("Bees", families=frozenset({make.make_family().id})), world.person)
    every = add_partner(PartnerEntry("Church"), world.person)
    assert list_partners(family_id=world.family.id) == [every, first, elsewhere]


def test_owners_are_those_who_work_cases_or_take_calls_the_contact_first(world: World) -> None:
    contact = make.make_contact(user=make.make_user(role=Role.CONTACT, display_name="Zed"))
    aide, clerk = make.make_user(role=Role.AIDE, display_name="Ann"), make.make_user(role=Role.SCHEDULER)
    make.make_user(role=Role.AIDE, disabled_at=make.NOW)
    case = make.make_case(contact=contact)
    offered = [(choice.optgroup, choice.value, choice.label) for choice in owner_choices(case)]
    assert offered[0] == ("The case's contact", str(contact.user_id), "Zed")
    assert offered[-1] == ("Aides", str(aide.id), "Ann") and {group for group, *_ in offered[1:-1]} == {"Contacts"}
    assert usual_owner(case, aide) == contact.user_id and usual_owner(make.make_case(), aide) == aide.id
    with pytest.raises(Invalid, match="Choose somebody"):
        find_owner(clerk.id)


def test_open_steps_of_many_cases_come_in_the_order_of_their_days(world: World) -> None:
    one, two = make.make_case(), make.make_case()
    task = make.make_task(case=one, owner=world.person, due_on=SOON)
    make.make_task(case=one, done_at=make.NOW)
    make.make_task()  # of a case nobody asks about
    asked = make.make_partner_request(
        case=two, partner=make.make_partner(name="Zoo"), owner=world.person, due_on=TODAY, what="Take the goat"
    )
    make.make_partner_request(case=two, cancelled_at=make.NOW)
    name = world.person.display_name
    assert open_steps_of([two.id, one.id]) == [
        OpenStep(TODAY, two.id, "Zoo: Take the goat", world.person.id, name, "partner", asked.id),
        OpenStep(SOON, one.id, "Call the owner", world.person.id, name, "task", task.id),
    ]
    assert open_steps_of([]) == []
    assert [row.title for row in tasks_of(one.id)] == ["Call the owner", "Call the owner"]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-500, 500))
def test_late_is_a_word_exactly_when_the_day_is_over(today: date, days: int) -> None:
    due_on = today + timedelta(days=days)
    words = say_due(due_on, today)
    assert ("late" in words) is is_late(due_on, today) is (days < 0)
    assert days in (0, 1) or f"{due_on:%Y}" in words


def test_a_step_of_another_case_is_not_found(world: World) -> None:
    from_elsewhere = make.make_task()
    with pytest.raises(NotFound):
        find_task(make.make_case(), from_elsewhere.id)
