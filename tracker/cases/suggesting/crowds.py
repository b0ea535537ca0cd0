"""Many calls about one event: which calls of an hour lie around one place. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

AROUND_M = 150
"""What a burst main or a dark block is seen from."""
MANY = 4


class RecentCall(NamedTuple):
    """A call of the last hour; position in decimetres. Calls of unknown callers (None) each stand for one person."""

    id: int
    at: datetime
    family_id: int
    x_dm: int
    y_dm: int
    caller_id: int | None


def find_crowds(calls: Iterable[RecentCall]) -> list[list[RecentCall]]:
    """Groups of at least `MANY` people's calls of one family within `AROUND_M` of the call in their middle.

    The largest first; a call is in one group only. Of equals the middle is the earliest call. Each group newest first.
    """
    families: dict[int, list[RecentCall]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: (call.at, call.id)):
        families[call.family_id].append(call)
    crowds = [crowd for family in families.values() for crowd in _crowds_of(family)]
    return sorted(crowds, key=lambda crowd: (-len(crowd), crowd[-1].id))


def _crowds_of(calls: list[RecentCall]) -> Iterator[list[RecentCall]]:
    while calls:
        around = [[other for other in calls if _is_near(middle, other)] for middle in calls]
        largest = max(around, key=_people)
        if _people(largest) < MANY:
            return
        yield largest[::-1]
        gone = {call.id for call in largest}
        calls = [call for call in calls if call.id not in gone]


def _is_near(one: RecentCall, other: RecentCall) -> bool:
    return (one.x_dm - other.x_dm) ** 2 + (one.y_dm - other.y_dm) ** 2 <= (10 * AROUND_M) ** 2


def _people(calls: Sequence[RecentCall]) -> int:
    known = {call.caller_id for call in calls if call.caller_id is not None}
    return len(known) + sum(call.caller_id is None for call in calls)
