"""What the colors of the calendar mean, in words. Every block says the same in words of its own. Pure."""

from ..orders.work_status import WorkStatus
from .painting import WORDS, PieceKind

_SHOWN = (WorkStatus.PLANNED, WorkStatus.CONFIRMED, WorkStatus.EN_ROUTE, WorkStatus.ON_SITE, WorkStatus.DONE,
          WorkStatus.NOT_DONE)  # fmt: skip
LEGEND = [(f"booking-{status.value}", status.label) for status in _SHOWN]
"""(class, words) of every status that a block can have."""
GROUND = [
    (f"piece-{kind.value}", WORDS[kind])
    for kind in PieceKind
    if kind is not PieceKind.BOOKING
]
"""The same of what lies between the blocks of a day."""
