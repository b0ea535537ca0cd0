"""A resource's day as pieces from top to bottom: what covers each of its quarter hours. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class PieceKind(StrEnum):
    """What a piece of a day is; a later kind covers an earlier one."""

    NO_SHIFT = "no_shift"
    FREE = "free"
    EXTRA = "extra"
    TIME_OFF = "time_off"
    BREAK = "break"
    ELSEWHERE = "elsewhere"
    BOOKING = "booking"


WORDS = {
    PieceKind.NO_SHIFT: "no shift",
    PieceKind.FREE: "free",
    PieceKind.EXTRA: "free, extra shift",
    PieceKind.TIME_OFF: "time off",
    PieceKind.BREAK: "break",
    PieceKind.ELSEWHERE: "a member is booked",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """Something that covers the slots from `start` up to `end`, which is not included."""

    kind: PieceKind
    start: int
    end: int
    note: str = ""
    subject: int | None = None
    """The booking's id, when it is one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Quarter hours in a row that the same thing covers."""

    layer: Layer
    slot: int
    quarters: int

    @property
    def end(self) -> int:
        """The first slot after it."""
        return self.slot + self.quarters

    @property
    def words(self) -> str:
        """What it is, for a person."""
        return self.layer.note or WORDS.get(self.layer.kind, "")


def paint(first: int, last: int, layers: Iterable[Layer]) -> list[Piece]:
    """The pieces of the slots from `first` up to `last`, in order and without a gap; what no layer covers is no shift.

    Layers cover each other in the order of their kinds, within a kind in the order in which they are given.
    """
    ground = Layer(PieceKind.NO_SHIFT, first, last)
    order = list(PieceKind)
    painted: list[Layer] = [ground] * (last - first)
    for layer in sorted(layers, key=lambda one: order.index(one.kind)):
        start, end = max(layer.start, first), min(layer.end, last)
        painted[start - first : max(end, start) - first] = [layer] * max(0, end - start)
    pieces = []
    slot = first
    for layer, run in groupby(painted):
        quarters = len(list(run))
        pieces.append(Piece(layer, slot, quarters))
        slot += quarters
    return pieces


def visible_slots(first: int, last: int, layers: Sequence[Layer], hours: Sequence[int]) -> tuple[int, int]:
    """The part of a day that is worth showing: whole hours about everything but the time off, with an hour around.

    `hours` are the slots at which the hours of the day begin. A day on which nothing is shows its hours from 7 to 18.
    """
    inside = [layer for layer in layers if layer.end > first and layer.start < last]
    told = [layer for layer in inside if layer.kind is not PieceKind.TIME_OFF]
    if not told:
        return hours[7] if len(hours) > 7 else first, hours[18] if len(hours) > 18 else last
    start, end = min(layer.start for layer in told), max(layer.end for layer in told)
    return (
        max([hour for hour in hours if hour <= start - 4], default=first),
        min([hour for hour in hours if hour >= end + 4], default=last),
    )
