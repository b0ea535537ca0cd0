"""What crews' steps of a playbook need and wait for: said on its pages, kept when steps move, made on cases."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.errors import Invalid
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.playbooks.applying import StepChoice, apply_playbook
from tracker.scheduling.playbooks.editing import (
    StepEntry,
    add_step,
    change_step,
    move_step,
    remove_step,
    write_playbook,
)
from tracker.scheduling.playbooks.models import Playbook
from tracker.scheduling.playbooks.step_kinds import StepKind
from tracker.staff.models import Role, User

pytestmark = pytest.mark.usefixtures("live_city_at_noon")


@pytest.fixture
def person() -> User:
    return make.make_user(role=Role.SUPERVISOR)


def work(title: str, after: int | None = None) -> StepEntry:
    return StepEntry(StepKind.WORK_ORDER, title, 3, skill="tow", minutes=30, after=after)


@pytest.fixture
def playbook(person: User) -> Playbook:
    """Tow, then plow, then salt."""
    book = write_playbook(make.make_family(), "Snow", person)
    for entry in (work("Tow"), work("Plow", 1), work("Salt", 2)):
        add_step(book, entry, person)
    return book


def waits(playbook: Playbook) -> dict[str, str]:
    titles = {step.position: step.title for step in playbook.steps}
    return {step.title: titles[step.after_position] for step in playbook.steps if step.after_position}


def test_steps_that_move_still_wait_for_the_same_and_one_that_goes_is_waited_for_no_more(
    playbook: Playbook, person: User
) -> None:
    assert waits(playbook) == {"Plow": "Tow", "Salt": "Plow"}
    move_step(playbook, playbook.steps[1], person, up=True)
    assert [step.title for step in playbook.steps] == ["Plow", "Tow", "Salt"]
    assert waits(playbook) == {"Plow": "Tow", "Salt": "Plow"}
    move_step(playbook, playbook.steps[1], person, up=False)
    assert waits(playbook) == {"Plow": "Tow", "Salt": "Plow"}
    remove_step(playbook, next(step for step in playbook.steps if step.title == "Tow"), person)
    assert waits(playbook) == {"Salt": "Plow"}


def test_steps_in_a_circle_or_after_no_crews_work_are_refused(playbook: Playbook, person: User) -> None:
    with pytest.raises(Invalid, match="«Tow» would wait for «Salt», which waits for «Plow», which waits for «Tow»"):
        change_step(playbook, playbook.steps[0], work("Tow", 3), person)
    playbook.steps[0].after_position = None
    task = add_step(playbook, StepEntry(StepKind.TASK, "Call", 3), person)
    with pytest.raises(Invalid, match="which is no crew's work"):
        add_step(playbook, work("Sweep", task.position), person)


def test_applied_each_waits_for_what_was_ticked_with_it(playbook: Playbook, person: User) -> None:
    case = make.make_case(rule=make.make_rule(family=playbook.family))
    due = date(2026, 6, 20)
    tow, plow, salt = playbook.steps
    choices = [StepChoice(tow.id, due), StepChoice(plow.id, due, minutes=75)]
    use = apply_playbook(case, choices, person, "one")
    first, second = (step.order for step in use.steps)
    assert second is not None and first is not None
    assert (second.minutes, [row.first for row in second.waits_for]) == (75, [first])
    alone = apply_playbook(case, [StepChoice(salt.id, due)], person, "two").steps[0].order
    assert alone is not None and list(alone.waits_for) == []


def test_a_step_says_all_of_it_on_its_page_and_the_checklist_offers_the_minutes(
    client: FlaskClient, sign_in: Callable[..., User], playbook: Playbook, database: SQLAlchemy
) -> None:
    sign_in(Role.SUPERVISOR)
    database.session.commit()
    here = f"/staff/playbooks/{playbook.id}"
    sent = {"version": playbook.version, "title": "Haul", "due_days": 3, "skill": "tow", "minutes": 30,
            "people": 2, "needs": "truck, tow,  lamp", "after": "1"}  # fmt: skip
    assert client.post(f"{here}/steps/new/work_order", data=sent).location == here
    step = playbook.steps[-1]
    assert (step.people, step.needs, step.after_position) == (2, ["truck", "lamp"], 1)
    assert "tow, truck and lamp, 30 minutes, 2 people" in client.get(here).text
    assert "after «Tow»" in client.get(here).text
    assert 'value="truck, lamp"' in client.get(f"{here}/steps/{step.id}").text
    circle = sent | {"version": playbook.version, "title": "Tow", "after": str(step.position), "needs": ""}
    refused = client.post(f"{here}/steps/{playbook.steps[0].id}", data=circle)
    assert refused.status_code == 400 and "That is a circle" in refused.text
    case = make.make_case(rule=make.make_rule(family=playbook.family), public_id="CASE-0001")
    database.session.commit()
    page = client.get(f"/staff/cases/{case.public_id}/playbook").text
    assert "after «Tow», if that is ticked too" in page and f'name="minutes_{step.id}"' in page
    ticked = {"version": playbook.version, "key": "once", f"use_{step.id}": "y", f"due_{step.id}": "2026-06-20",
              f"minutes_{step.id}": "50"}  # fmt: skip
    assert client.post(f"/staff/cases/{case.public_id}/playbook", data=ticked).status_code == 302
    order = database.session.scalars(select(WorkOrder)).one()
    assert (order.minutes, order.people, order.all_skills) == (50, 2, {"tow", "truck", "lamp"})
