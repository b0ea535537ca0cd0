"""Two transactions at once on PostgreSQL: what one is deciding about, nobody changes under it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from tests import factories as make
from tests.cases.world import World, days_after
from tests.statements import Statement, asked_statements
from tracker.calls.models import Family, ServiceRequest
from tracker.cases.by_hand import open_case_by_hand
from tracker.cases.deadlines.calendar_changes import (
    add_holidays,
    change_measures,
    declare_emergency,
    end_emergency,
    hold_calendar,
    remove_holiday,
    require_seen,
    set_hours,
)
from tracker.cases.deadlines.defaults import Measure
from tracker.cases.deadlines.kinds import DeadlineKind
from tracker.cases.intake import take_calls
from tracker.cases.linking import retake_calls
from tracker.cases.models import CaseCall, CaseStatus, ProblemCase
from tracker.cases.rebuilding import rebuild_cases
from tracker.cases.related import split_case, undo_merge
from tracker.cases.releasing import in_touched_cases
from tracker.cases.touching import find_case
from tracker.cases.turns import take_turns
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.retiring import retire_resource
from tracker.scheduling.orders.ordering import create_order
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.planning.plans import order_missing_work
from tracker.scheduling.resources.models import CityResource
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

ALWAYS = [(day, 0, 24 * 60) for day in range(7)]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    """What one is deciding about, another may want at that moment."""
    return postgres_app


@pytest.fixture
def case(app: Flask) -> Iterator[ProblemCase]:
    """A case that a rule opened, committed."""
    with app.app_context(), time_machine.travel(days_after(60), tick=False):
        case = World().case()
        db.session.commit()
        yield case
        db.session.rollback()


def waits(app: Flask, verb: Callable[[], object]) -> bool:
    """Whether `verb`, in a transaction of its own, waits for the present one before it has written anything."""
    with app.app_context():
        db.session.execute(text("SET LOCAL lock_timeout = 100"))
        try:
            with db.session.begin_nested():
                verb()
        except OperationalError as error:
            written = db.session.scalar(text("SELECT pg_current_xact_id_if_assigned()::text"))
            return "lock timeout" in str(error) and written is None
        finally:
            db.session.rollback()
    return False


def somebody() -> User:
    return db.session.scalars(select(User)).first() or make.make_user()


def order_work(public_id: str) -> object:
    case = find_case(public_id)
    return create_order(case, None, title="Clean", skill="paint", minutes=60, due_on=days_after(70).date())


def open_by_hand() -> object:
    family = db.session.scalars(select(Family)).one()
    return open_case_by_hand(family, lat=make.ORIGIN[0], long=make.ORIGIN[1], reason="Seen.", actor=somebody())


def test_nobody_decides_about_a_case_while_its_familys_calls_are_taken(app: Flask, case: ProblemCase) -> None:
    number = case.public_id
    db.session.execute(select(Family.id).with_for_update())  # as taking calls begins
    assert waits(app, lambda: find_case(number, lock=True))
    assert waits(app, lambda: order_work(number))
    assert waits(app, open_by_hand)
    assert waits(app, lambda: order_missing_work(None))


@pytest.mark.parametrize(
    "sweep",
    [
        rebuild_cases,
        lambda: in_touched_cases(list(db.session.scalars(select(ServiceRequest.id)))),
        lambda: retake_calls(db.session.scalars(select(ServiceRequest)).all(), why="retyped"),
    ],
    ids=["rebuild", "release", "retake"],
)
def test_nothing_sweeps_a_case_away_while_somebody_touches_it(
    app: Flask, case: ProblemCase, sweep: Callable[[], object]
) -> None:
    find_case(case.public_id, lock=True)
    db.session.flush()
    assert waits(app, sweep)


def test_whoever_changes_working_time_waits_for_whoever_is_changing_it(app: Flask, case: ProblemCase) -> None:
    actor, day, now = somebody(), date(2026, 7, 3), days_after(60)
    person = actor.id
    db.session.commit()
    hold_calendar()
    changes: list[Callable[[User], object]] = [
        lambda _: require_seen(0),
        lambda one: set_hours({0: [(480, 1020)]}, one),
        lambda one: add_holidays([(day, "Parade")], one),
        lambda one: remove_holiday(day, one),
        lambda one: change_measures({(None, DeadlineKind.SCAN): Measure(9, 1, 1)}, one),
        lambda one: declare_emergency(key="k", started_at=now, ended_at=None, reason="Snow", actor=one),
        lambda one: end_emergency(1, ended_at=now, actor=one),
    ]
    for change in changes:
        assert waits(app, lambda change=change: change(db.session.get_one(User, person)))  # type: ignore[misc]


def test_calls_are_taken_only_once_every_family_is_held(app: Flask, case: ProblemCase) -> None:
    make.make_call(service_type=make.make_service_type(family=case.family))
    db.session.commit()
    db.session.execute(select(Family.id).with_for_update())
    assert waits(app, take_calls)


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("calls/{link}/unlink", {"reason": "Elsewhere."}),
        ("link", {"link-number": "{number}", "link-reason": "Here."}),
        ("merge", {"merge-number": "{lower}", "merge-reason": "One crew."}),
        ("reopen", {"reopen-reason": "Too early."}),
        ("relate", {"number": "{lower}", "kind": "other", "reason": "One crew."}),
    ],
)
def test_a_decision_that_reaches_other_families_never_crosses_who_holds_several(
    app: Flask, case: ProblemCase, action: str, form: dict[str, str]
) -> None:
    lower = make.make_case()
    moved = make.make_call(service_type=make.make_service_type(family=lower.family))
    make.make_case_call(case=lower, call=moved)
    higher = make.make_family()
    assert lower.family_id < higher.id
    case.family, case.rule, case.version = higher, make.make_rule(family=higher), 1
    case.status = CaseStatus.DISMISSED if action == "reopen" else CaseStatus.OPEN
    case.dismissed_at = days_after(1) if action == "reopen" else None
    link = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id)).first()
    assert link is not None
    link.call.service_type.family = lower.family  # what is taken out counts in the lower family
    client, user = app.test_client(), make.make_user(role=Role.SUPERVISOR)
    client.set_cookie(cookie_name(app.config["SETTINGS"]), start_session(user))
    names = {"link": link.id, "number": moved.service_request_id, "lower": lower.public_id}
    prefix = "" if "unlink" in action or action == "relate" else f"{action}-"
    data = {name: value.format(**names) for name, value in form.items()} | {f"{prefix}version": "1"}
    address, lower_id, higher_id = f"/staff/cases/{case.public_id}/{action.format(**names)}", lower.family_id, higher.id
    db.session.commit()
    take_turns(lower_id)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: Context().run(lambda: client.post(address, data=data).status_code))
        while not db.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert not answer.done()
        take_turns(higher_id)
        db.session.commit()
        assert answer.result() in (302, 400)  # a merge of two families is refused in words


def test_of_two_who_split_the_same_case_at_once_the_second_is_told_that_it_changed(
    app: Flask, case: ProblemCase
) -> None:
    links = list(db.session.scalars(select(CaseCall.id).where(CaseCall.case_id == case.id)))
    number, user = case.public_id, make.make_user(role=Role.SUPERVISOR)
    data = {"version": str(case.version), "links": str(links[0]), "reason": "Another door."}
    client = app.test_client()
    client.set_cookie(cookie_name(app.config["SETTINGS"]), start_session(user))
    db.session.commit()
    first = find_case(number, lock=True)
    new = split_case(first, [links[1]], reason="Another wall.", actor=db.session.get_one(User, user.id))
    new_number = new.public_id
    address = f"/staff/cases/{number}/split"
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: Context().run(lambda: client.post(address, data=data).status_code))
        while not db.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert not answer.done()
        assert waits(app, lambda: split_case(find_case(number, lock=True), [links[0]], reason="So.", actor=somebody()))
        assert waits(app, lambda: undo_merge(find_case(number, lock=True), reason="So.", actor=somebody()))
        db.session.commit()
        assert answer.result() == 409
    assert find_case(number).call_count == 2 and find_case(new_number).call_count == 1


def test_a_case_is_read_anew_when_it_is_held(app: Flask, case: ProblemCase) -> None:
    number, seen = case.public_id, case.version
    db.session.commit()
    assert find_case(number).version == seen
    with app.app_context():
        find_case(number, lock=True).version += 1
        db.session.commit()
    assert find_case(number, lock=True).version == seen + 1


def test_a_resource_that_was_just_retired_is_not_booked(app: Flask, case: ProblemCase) -> None:
    crew, order, actor = make.make_resource(shifts=ALWAYS), make.make_work_order(case=case), somebody()
    db.session.commit()
    crew_id, actor_id, starts_at = crew.id, actor.id, days_after(61)
    assert (crew.retired_at, order.status) == (None, WorkStatus.REQUESTED)
    with app.app_context():
        retire_resource(db.session.get_one(CityResource, crew_id), db.session.get_one(User, actor_id), release=False)
        db.session.commit()
    with pytest.raises(Invalid, match="is retired"):
        book_order(order, crew, starts_at, None)


def times_locked(asked: list[Statement]) -> int:
    return sum("FOR NO KEY UPDATE" in one.text for one in asked)


def test_who_holds_every_family_asks_for_them_once_until_the_step_ends(app: Flask, case: ProblemCase) -> None:
    with asked_statements() as asked:
        held = take_turns()
        assert take_turns() == held == {case.family_id} and times_locked(asked) == 1
        with db.session.begin_nested() as savepoint:
            take_turns()
            savepoint.rollback()  # what was locked since is free again
        assert times_locked(asked) == 2
        assert take_turns() == held and times_locked(asked) == 3
        db.session.commit()
        assert take_turns() == held and times_locked(asked) == 4
