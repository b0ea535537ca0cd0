"""Whether a crew still gets its break between what it is booked for. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from .availability import Span
from .shifts import Break


def finds_room(pause: Break, taken: Iterable[Span]) -> bool:
    """Whether the break fits into its window between what is taken.

    One piece of work that covers the whole window has its break in it: who paves for six hours rests at the place.
    """
    free_from, needed = pause.starts_at, timedelta(minutes=pause.minutes)
    for span in sorted(taken, key=lambda one: one.starts_at):
        if span.starts_at <= pause.starts_at and pause.ends_at <= span.ends_at:
            return True
        if min(span.starts_at, pause.ends_at) - free_from >= needed:
            return True
        free_from = max(free_from, span.ends_at)
    return pause.ends_at - free_from >= needed
