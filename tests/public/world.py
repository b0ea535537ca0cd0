"""A city for the public pages: cases whose exact place, caller and times are known and must never be seen."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.factories import (
    NOW,
    ORIGIN,
    make_call,
    make_case,
    make_case_call,
    make_family,
    make_resource,
    make_rule,
    make_service_type,
    make_work_order,
)
from tracker.calls.models import Family
from tracker.cases.models import GroupingRule, ProblemCase
from tracker.extensions import db
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.orders.work_status import WorkStatus

MASK = (ORIGIN[0] + 0.0021, ORIGIN[1] - 0.0034)
"""The public point of the cases below: far enough from the exact one to tell them apart."""


def make_public_family(**columns: Any) -> Family:
    """A family with one public service type."""
    family = make_family(**columns)
    make_service_type(family=family)
    return family


def make_public_case(*, family: Family | None = None, **columns: Any) -> ProblemCase:
    """An open case that the public sees at `MASK`, opened on the day of `NOW`."""
    family = family or make_public_family()
    shown = {"is_public": True, "public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1]}
    rule = db.session.scalars(select(GroupingRule).where(GroupingRule.family == family)).first()
    return make_case(rule=rule or make_rule(family=family), **{**shown, "call_count": 5, **columns})


def make_booking(case: ProblemCase) -> Booking:
    """A crew's visit on the day after `NOW`, and its work order."""
    order = make_work_order(case=case, title="Look at the lamps", status=WorkStatus.PLANNED)
    starts_at = NOW + timedelta(days=1)
    resource = make_resource(name="Lamp crew of J. Roe")
    booking = Booking(work_order=order, resource=resource, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    db.session.add(booking)
    db.session.flush()
    return booking


def set_as_of_now() -> None:
    """One unflagged call at `NOW`: the city is then shown as of that instant."""
    make_call(requested_datetime=NOW)


def link_calls(case: ProblemCase, count: int, **columns: Any) -> None:
    """Calls of the case's family, an hour apart, linked to it."""
    service_type = make_service_type(family=case.family)
    for number in range(count):
        at = NOW - timedelta(hours=number + 1)
        call = make_call(service_type=service_type, requested_datetime=at, **columns)
        make_case_call(case=case, call=call)
