"""Types that a later profile counts otherwise: their calls are taken anew, except where a person keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...calls.changes import set_weight
from ...calls.models import ServiceType
from ...calls.queries import calls_of_type
from ...cases.intake import take_calls
from ...cases.releasing import in_touched_cases, release_calls
from ...staff.log import append_log


@dataclass(frozen=True, slots=True)
class Retyping:
    """A type whose family, weight or counting changed, with its weight before."""

    service_type: ServiceType
    weight_before: int


def what_counts(item: ServiceType) -> tuple[int, int, bool]:
    """Everything of a type that the grouping goes by."""
    return item.family_id, item.weight, item.counts


def retake_calls(changes: Sequence[Retyping]) -> None:
    """Take the calls of changed types anew, under the rules in force now. Flushes."""
    waiting = False
    for change in changes:
        waiting |= _release(change)
    if waiting:
        take_calls()


def _release(change: Retyping) -> bool:
    """Let go of the type's calls; whether there were any."""
    item = change.service_type
    calls = calls_of_type(item.id)
    if not calls:
        return False
    name = item.service_name
    set_weight(item, item.weight, before=change.weight_before)
    staying = in_touched_cases(calls)
    release_calls([call_id for call_id in calls if call_id not in staying], why=f"the city profile changed {name}")
    append_log("service_type", item.id, "changed", f"{name}: family, weight or visibility changed by the city profile")
    return True
