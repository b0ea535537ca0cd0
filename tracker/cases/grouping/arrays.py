"""What goes into the grouping kernel and what comes out: plain arrays, one family at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

LOOSE_CALL = -1
MUTED_CALL = -2


class CaseCode(IntEnum):
    """A case's standing towards new calls, as `CaseArrays.status` holds it."""

    OPEN = 0  # untouched by people: joinable within its window
    WORKED_ON = 1  # touched and not decided: always joinable
    CLOSED = 2  # joinable until its monitoring ends
    DISMISSED = 3  # absorbs nothing and mutes what is not later than the dismissal


@dataclass(frozen=True, slots=True)
class Rule:
    """A family's current rule: metres, days of 24 hours, weight and distinct local dates."""

    radius_m: int
    window_days: int
    threshold: int
    distinct_days: int = 1

    def __post_init__(self) -> None:
        """Refuse numbers that make no rule; raises ValueError."""
        if self.radius_m < 0 or self.window_days < 0:
            raise ValueError("A grouping rule needs a radius and a window of zero or more.")
        if self.threshold < 1 or self.distinct_days < 1:
            raise ValueError("A grouping rule needs a threshold and distinct days of one or more.")


@dataclass(slots=True)
class CallArrays:
    """Calls of one family, sorted by order key; every array has shape (n,).

    The order key is (requested_datetime, source, source id as text), so `at_us` ascends.
    """

    at_us: Ints  # microseconds since the epoch, UTC
    x_dm: Ints  # local decimetres
    y_dm: Ints
    weight: Ints  # zero or more
    local_day: Ints  # ordinal of the city-local date
    taken: Flags  # True: taken before and loose; False: new, to be taken now


@dataclass(slots=True)
class CaseArrays:
    """Cases of one family in opening order; every array has shape (k,).

    `first_at_us` and `last_at_us` are over the calls of positive weight; first later than
    last says that the case has none, and so no window.
    """

    x_dm: Ints
    y_dm: Ints
    radius_m: Ints  # of the rule version that opened the case
    window_days: Ints
    first_at_us: Ints
    last_at_us: Ints
    status: NDArray[np.int8]  # CaseCode
    decided_at_us: Ints  # when closed or dismissed; else unused
    monitored_until_us: Ints  # closed cases: joinable before this; else unused


@dataclass(slots=True)
class Bans:
    """Pairs that a person has taken apart, shape (m,): the rule never joins them again."""

    call: Ints  # index into the calls
    case: Ints  # index into the starting cases


@dataclass(slots=True)
class Grouping:
    """What taking the new calls made of them; n calls, k starting and j opened cases."""

    case_of: Ints  # (n,) index into `cases`, LOOSE_CALL or MUTED_CALL
    joined: Flags  # (n,) True: joined a case; False: loose, muted or linked with a disc
    opened_by: Ints  # (j,) the call whose taking opened the case
    anchor: Ints  # (j,) the latest counted call at the anchor's site
    cases: CaseArrays  # (k + j,) the cases after the run
    recurred: Ints  # (r,) closed cases that were reopened
    recurred_by: Ints  # (r,) the calls that reopened them


def empty_cases() -> CaseArrays:
    """No cases at all: the start of a city's first delivery."""
    none = np.empty(0, np.int64)
    return CaseArrays(none, none, none, none, none, none, np.empty(0, np.int8), none, none)
