"""What the worker does about deadlines: in portions, and cheap when nothing is to be done."""

from collections.abc import Callable, Iterator

from .escalating import escalate_late
from .reckoning import reckon_stale
from .settling import settle_changed, start_deadlines

MOST_PORTIONS = 100
STEPS: tuple[Callable[[], int], ...] = (settle_changed, start_deadlines, reckon_stale, escalate_late)
"""In this order: a supervisor is told only of what is still asked, and late by the newest calendar."""


def keep_deadlines() -> Iterator[int]:
    """Do what is to be done, portion by portion; yields how much each portion was. The caller commits after each."""
    for step in STEPS:
        for _ in range(MOST_PORTIONS):
            done = step()
            if not done:
                break
            yield done
