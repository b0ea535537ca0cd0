"""A city for the public pages: cases whose exact place, caller and times are known and must never be seen."""

from datetime import timedelta
from typing import Any

from tests.factories import NOW, ORIGIN, make_call, make_case, make_case_call, make_family, make_rule, make_service_type
from tracker.calls.models import Family
from tracker.cases.models import ProblemCase

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
    return make_case(rule=make_rule(family=family), **{**shown, "call_count": 5, **columns})


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
