"""Who is on the line: people with this number, their last calls, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..calls.finding import newest_calls_of
from ..calls.models import Caller, ServiceRequest
from ..cases.models import CaseCall
from .call_listing import links_of

_CALLS = 6


@dataclass(frozen=True, slots=True)
class CallerPanel:
    """People with the number that calls, newest first; their last calls, and the link of each that is in a case."""

    people: Sequence[Caller] = ()
    calls: Sequence[ServiceRequest] = ()
    links: Mapping[int, CaseCall] = field(default_factory=dict)
    why_nobody: str = ""


def gather_caller(people: Sequence[Caller]) -> CallerPanel:
    """What is known of people; two bounded queries."""
    if not people:
        return CallerPanel()
    calls = newest_calls_of(people, limit=_CALLS)
    return CallerPanel(people, calls, links_of([call.id for call in calls]))
