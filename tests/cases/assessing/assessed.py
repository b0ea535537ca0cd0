"""A case with calls before and after its response, and calls elsewhere: what tests of assessments start from."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tests import factories as make
from tests.cases.world import World
from tracker.batches import insert_rows
from tracker.calls.models import ServiceRequest
from tracker.cases.models import CaseStatus, ProblemCase, SaraPhase
from tracker.identifiers import new_identifier
from tracker.places.models import Area
from tracker.staff.log import append_log

CLOSED, OPENED, RESPONSE = 120, 200, 190
"""Days before `NOW`, which is the newest call and so the city's instant."""
BEFORE = (364, 364 + CLOSED)
AFTER = (0, CLOSED)
ELSEWHERE = 0.02
"""Degrees: about two kilometres, in the same center and beyond the belt."""
NEXT_DOOR = 0.0027
"""About 300 metres."""
FURTHER_OUT = 0.0068
"""About 750 metres, in the belt."""


def spread(world: World, center: Area, count: int, days: Sequence[int], *, north: float = 0.0, **columns: Any) -> None:
    """So many calls, evenly between two numbers of days before `NOW`."""
    first, last = days
    instants = [make.NOW - timedelta(days=first + (last - first) * (number + 0.5) / count) for number in range(count)]
    if not instants:
        return
    one = world.call(north=north, center_id=center.id, **columns)
    one.requested_datetime = instants[0]
    alike = {column.key: getattr(one, column.key) for column in ServiceRequest.__table__.columns if column.key != "id"}
    others = [
        {**alike, "service_request_id": f"{one.service_request_id}-{number}", "source_id": f"{one.source_id}-{number}",
         "requested_datetime": at}
        for number, at in enumerate(instants[1:])
    ]  # fmt: skip
    insert_rows(ServiceRequest.__table__, others)  # one by one they would take most of the test's time


def assessed_case(
    world: World,
    *,
    place: tuple[int, int] = (24, 9),
    elsewhere: tuple[int, int] = (60, 60),
    ring: tuple[int, int] = (0, 0),
    belt: tuple[int, int] = (0, 0),
    is_worked: bool = True,
    **columns: Any,
) -> ProblemCase:
    """A case closed 120 days before `NOW`, with so many calls before and after in each area."""
    center = make.make_area(name="Northeast")
    world.call(-720, north=ELSEWHERE, center_id=center.id)  # the city's calls reach back this far
    world.call(0, north=0.09)  # the newest call, far from everything and in no center
    areas = ((place, 0.0), (elsewhere, ELSEWHERE), (ring, NEXT_DOOR), (belt, FURTHER_OUT))
    for (before, after), north in areas:
        spread(world, center, before, BEFORE, north=north)
        spread(world, center, after, AFTER, north=north)
    spread(world, center, 6, (OPENED, OPENED + 20))  # what made it a case
    closed_at = make.NOW - timedelta(days=CLOSED)
    defaults = {
        "opened_at": make.NOW - timedelta(days=OPENED),
        "closed_at": closed_at,
        "monitored_until": closed_at + timedelta(days=150),
        "status": CaseStatus.CLOSED,
        "phase": SaraPhase.ASSESSMENT,
        "center": center,
        "public_id": new_identifier(),
        "public_label": "100 block of Elm Street",
        "address": "117 Elm St",
    }
    case = make.make_case(rule=world.rule, **{**defaults, **columns})
    if is_worked:
        append_log("case", case.id, "task_added", "Lights.").at = make.NOW - timedelta(days=RESPONSE)
    return case
