"""How long work usually takes, from how long it took. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

FEWEST = 5
"""Fewer say nothing."""
MOST = 200
"""The latest so many count: how the city worked years ago is not how it works now."""


@dataclass(frozen=True, slots=True)
class Duration:
    """The median of how long it took, the middle half, and how many times it was done."""

    minutes: int
    low: int
    high: int
    done: int

    @property
    def words(self) -> str:
        """«usually 45 minutes, half of them between 30 and 60 (23 done)»."""
        if self.low == self.high:
            return f"usually {_minutes(self.minutes)} ({self.done} done)"
        return f"usually {_minutes(self.minutes)}, half of them between {self.low} and {self.high} ({self.done} done)"


def usual_duration(worked: Sequence[int]) -> Duration | None:
    """What these minutes of work say, the latest first; None when there are too few."""
    counted = [minutes for minutes in worked if minutes > 0][:MOST]
    if len(counted) < FEWEST:
        return None
    low, median, high = (max(1, round(part)) for part in quantiles(counted, n=4, method="inclusive"))
    return Duration(median, low, high, len(counted))


def _minutes(count: int) -> str:
    return f"{count} minute" if count == 1 else f"{count} minutes"
