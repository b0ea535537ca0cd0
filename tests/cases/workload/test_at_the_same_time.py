"""Two who work on many cases at once, on PostgreSQL: they wait for each other and never cross."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import factories as make
from tracker.cases.models import CaseAssignment, Contact, ProblemCase
from tracker.cases.workload.bulk import as_they_stand, assign_each, do_for_each
from tracker.cases.workload.models import BulkWork
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.outreach.notices import take_next
from tracker.staff.models import User


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    """What one is deciding about, another may want at that moment."""
    return postgres_app


def at_once(app: Flask, *works: Callable[[], object]) -> list[object]:
    """What each of these gives, all begun together in a transaction of its own and committed."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            start.wait()
            result = work()
            db.session.commit()
            db.session.remove()
            return result

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(Context().run, run, work) for work in works]]


def test_crossed_selections_and_takers_are_all_done_and_one_key_is_done_once(app: Flask) -> None:
    with app.app_context():
        make.make_city()
        ids = [make.make_case(is_touched=True).id for _ in range(8)]  # each of a family of its own
        people = [make.make_contact().id for _ in range(2)]
        actor = make.make_user().id
        db.session.commit()

    def give(order: list[int], key: str, first: int) -> Callable[[], object]:
        def work() -> object:
            contacts = [db.session.get(Contact, people[(first + turn) % 2]) for turn in range(2)]
            user = db.session.get(User, actor)
            assert user is not None
            turns = {case_id: contacts[turn % 2] for turn, case_id in enumerate(order)}
            selection = sorted(as_they_stand(order), key=lambda one: order.index(one.case_id))
            change = assign_each(lambda case: turns[case.id], "Hers.", user)
            done = do_for_each(selection, change, title="", actor=user, key=key, takers=people)
            return sum(row["done"] for row in done.report)

        return work

    odd, even = ids[::2], ids[1::2]
    counts = at_once(app, give(odd, "a", 0), give(even[::-1], "b", 1), give(odd[::-1], "c", 1), give(odd, "a", 0))
    with app.app_context():
        assert counts[1] == 4 and counts[0] == counts[3]
        assert db.session.scalar(select(func.count()).select_from(BulkWork)) == 3
        owned = db.session.scalar(select(func.count()).where(ProblemCase.contact_id.is_not(None)))
        standing = select(func.count()).where(CaseAssignment.ended_at.is_(None))
        assert owned == db.session.scalar(standing) == 8


def test_two_workers_take_different_notices(app: Flask) -> None:
    with app.app_context():
        make.make_city()
        numbers = {make.make_notice(address="a@example.org").id for _ in range(2)}
        db.session.commit()
    both = Barrier(2)

    def take() -> object:
        notice = take_next(utc_now())
        both.wait()  # neither has committed when the other looks
        return notice.id if notice else None

    assert set(at_once(app, take, take)) == numbers
