"""How urgent a case is, from its calls, the harm of its family and its growth. Pure, and explained in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..formatters import plural

_LEVELS = ((12.0, 1), (8.0, 2), (5.0, 3), (3.0, 4))
"""Least score of each priority; below the last it is 5. Chosen so that four fresh calls of medium harm (2) are a 4."""


@dataclass(frozen=True, slots=True)
class Priority:
    """1 (first) to 5 (last), the score behind it, and the score in words."""

    level: int
    score: float
    reason: str


def rate_case(call_instants: Sequence[datetime], weight: int, harm_weight: int, window_days: int) -> Priority:
    """Rate a case.

    Score = harm (1 to 5) x log2(1 + weight) / 1.5, times 1.5 when the calls of the newer half of the window before
    the last call are at least twice those of the older half, and two more. Doubling the calls adds a fixed step,
    so that a place cannot bury the rest of the city by being called about over and over.
    """
    if not call_instants:
        return Priority(5, 0.0, "No calls are linked.")
    last = max(call_instants)
    half = timedelta(days=window_days) / 2
    newer = sum(instant > last - half for instant in call_instants)
    older = sum(last - 2 * half <= instant <= last - half for instant in call_instants)
    grows = newer >= 2 * max(older, 1) and newer > older + 1
    score = round(harm_weight * math.log2(1 + weight) / 1.5 * (1.5 if grows else 1.0), 2)
    level = next((level for least, level in _LEVELS if score >= least), 5)
    growth = f"growing: {newer} in the last {half.days} days after {older} before" if grows else "not growing"
    count = plural(len(call_instants), "call")
    return Priority(level, score, f"{count} (weight {weight}), harm {harm_weight} of 5, {growth}: score {score:g}.")
