"""A small city in which calls come in and people overrule the machine: what tests of cases start from."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from tests import factories as make
from tracker.calls.models import Family, ServiceRequest, ServiceType
from tracker.cases.intake import Taken, take_calls
from tracker.cases.models import CaseCall, GroupingRule, LooseCall, ProblemCase
from tracker.extensions import db
from tracker.staff.models import LogEntry, Role, User

FAR = 0.01
"""Degrees: about a kilometre, out of every rule's reach."""


class World:
    """One family whose rule opens a case at 3 calls within 100 m and 30 days, and somebody to decide."""

    def __init__(self) -> None:
        self.city = make.make_city()
        self.family: Family = make.make_family(name="Graffiti")
        self.rule: GroupingRule = make.make_rule(family=self.family)
        self.service_type: ServiceType = make.make_service_type(family=self.family)
        self.person: User = make.make_user(role=Role.CONTACT)

    def call(self, day: float = 0, *, north: float = 0.0, **columns: object) -> ServiceRequest:
        """A call that came `day` days after `NOW`, `north` degrees from the origin; not yet taken."""
        at = make.NOW + timedelta(days=day)
        columns = {"service_type": self.service_type, **columns}
        return make.make_call(requested_datetime=at, lat=make.ORIGIN[0] + north, **columns)

    def take(self) -> Taken:
        """Take what has come in."""
        taken = take_calls()
        db.session.expire_all()
        return taken

    def case(self, days: Sequence[float] = (-2, -1, 0), *, north: float = 0.0) -> ProblemCase:
        """A case that a rule opened from calls on these days."""
        for day in days:
            self.call(day, north=north)
        opened = self.take().opened
        assert len(opened) == 1
        case = db.session.get(ProblemCase, opened[0])
        assert case is not None
        return case


def calls_in(case: ProblemCase) -> set[int]:
    """The ids of the calls that are linked to a case now."""
    query = select(CaseCall.call_id).where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
    return set(db.session.scalars(query))


def link_of(call: ServiceRequest) -> CaseCall:
    """The active link of a call."""
    query = select(CaseCall).where(CaseCall.call_id == call.id, CaseCall.unlinked_at.is_(None))
    return db.session.scalars(query).one()


def is_loose(call: ServiceRequest) -> bool:
    """Whether a call waits among the loose ones."""
    return db.session.get(LooseCall, call.id) is not None


def verbs_of(case: ProblemCase) -> list[str]:
    """What the log says about a case, oldest first."""
    query = select(LogEntry.verb).where(LogEntry.subject_kind == "case", LogEntry.subject_id == case.id)
    return list(db.session.scalars(query.order_by(LogEntry.id)))


def days_after(days: float) -> datetime:
    """The instant that many days after `NOW`."""
    return make.NOW + timedelta(days=days)
