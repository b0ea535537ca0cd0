"""A city on a Monday noon with one case that a contact has, for every test of deadlines."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.cases.deadlines.kinds import DeadlineKind
from tracker.cases.deadlines.models import CaseDeadline
from tracker.cases.models import CaseAssignment, Contact, OwnerQueue, ProblemCase
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User


class Desk:
    """A city, a contact, a supervisor, and a clock that is moved by hand. It starts on Mon 15 June 2026, 12:00."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self._clock = clock
        self.city = make.make_city(is_live=True)
        self.contact: Contact = make.make_contact()
        self.supervisor: User = make.make_user(role=Role.SUPERVISOR)
        self.rule = make.make_rule()

    @property
    def person(self) -> User:
        return self.contact.user

    def at(self, day: int, hour: int = 12, minute: int = 0, month: int = 6) -> datetime:
        """Go to an hour on New York's clocks; returns the instant."""
        instant = moment(day, hour, minute, month)
        self._clock.move_to(instant, tick=False)
        return instant

    def case(self, **columns: object) -> ProblemCase:
        """An open case that the contact has got just now."""
        now = datetime.now(make.NOW.tzinfo)
        defaults = {"rule": self.rule, "contact": self.contact, "queue": OwnerQueue.CONTACT}
        defaults |= {"public_id": new_identifier(), "center_id": self.contact.center_id, "last_call_at": now}
        columns = {**defaults, **columns}
        case = make.make_case(**columns)
        db.session.add(
            CaseAssignment(case_id=case.id, queue=case.queue, contact_id=case.contact_id, reason="By rule.",
                           assigned_at=now)
        )  # fmt: skip
        db.session.flush()
        return case


def moment(day: int, hour: int = 12, minute: int = 0, month: int = 6) -> datetime:
    """An hour of 2026 on New York's clocks, in summer time."""
    return make.NOW.replace(month=month, day=day, hour=0, minute=minute) + timedelta(hours=hour + 4)


def rows_of(case: ProblemCase) -> list[CaseDeadline]:
    """Every deadline of a case, oldest first, as the database has them."""
    db.session.expire_all()
    return list(db.session.scalars(select(CaseDeadline).filter_by(case_id=case.id).order_by(CaseDeadline.id)))


def running(case: ProblemCase) -> dict[DeadlineKind, CaseDeadline]:
    """The running deadlines of a case."""
    return {row.kind: row for row in rows_of(case) if row.is_running}


@pytest.fixture
def desk(database: SQLAlchemy) -> Iterator[Desk]:
    """See `Desk`."""
    with time_machine.travel(moment(15), tick=False) as clock:
        yield Desk(clock)


AsUser = Callable[..., User]
