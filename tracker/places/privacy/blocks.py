"""Which hundred blocks share a public point: pure rules, no database.

A public point stands for at least eight house numbers, as the street-crime map police.uk demands of its points. A block
that has them stands alone; others are widened along their street. No address is behind two points, so that the
smaller one cannot be found by subtracting.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..addresses import AddressKind, NormalizedAddress
from ..models import PointKind

MINIMUM = 8
"""House numbers behind every block point."""
WIDEST = 400
"""The first hundred of a widened point lies at most this far from its last: five blocks still say where."""
DISTRICT_DM = 20_000
"""Streets of the same name in different parts of a city are told apart by fixed squares of 2 km."""

_KEY = re.compile(r"(\d+)-(\d+) BLOCK (.+) @(-?\d+),(-?\d+)")


class Run(NamedTuple):
    """A street's course through one square of 2 km."""

    street: str
    column: int
    row: int


def run_at(street: str, x_dm: int, y_dm: int) -> Run:
    """The run of a street that a place on it (decimetres) belongs to."""
    return Run(street, x_dm // DISTRICT_DM, y_dm // DISTRICT_DM)


@dataclass(frozen=True, slots=True)
class Span:
    """The hundred blocks `low` to `high` of a run, both included."""

    run: Run
    low: int
    high: int

    @property
    def key(self) -> str:
        """The key of the span's public point: "100-300 BLOCK ELM ST @0,-1"."""
        return f"{self.low}-{self.high} BLOCK {self.run.street} @{self.run.column},{self.run.row}"

    @classmethod
    def from_key(cls, key: str) -> "Span":
        """The span whose `key` this is; raises `ValueError` for any other text."""
        match = _KEY.fullmatch(key)
        if match is None:
            raise ValueError(f"{key!r} is not the key of a block point")
        return cls(Run(match[3], int(match[4]), int(match[5])), int(match[1]), int(match[2]))

    @property
    def kind(self) -> PointKind:
        """A block of its own, or several."""
        return PointKind.BLOCK if self.low == self.high else PointKind.WIDENED

    @property
    def label(self) -> str:
        """What the public reads: "100 block of Elm St", "100 to 300 blocks of Elm St"."""
        block = NormalizedAddress(AddressKind.BLOCK, number=self.low, street=self.run.street).display
        if self.low == self.high:
            return block
        return block.replace(f"{self.low} block of", f"{self.low} to {self.high} blocks of", 1)


def spans_that_may_hold(run: Run, hundred: int) -> list[Span]:
    """Every span that `divide` could ever give a block: few enough to look them all up by key."""
    lows = range(max(0, hundred - WIDEST), hundred + 1, 100)
    return [Span(run, low, high) for low in lows for high in range(hundred, low + WIDEST + 1, 100)]


def divide(run: Run, numbers: Mapping[int, int], kept: Sequence[Span] = ()) -> list[Span]:
    """The spans of a run, none with fewer than `MINIMUM` house numbers behind it; blocks outside them stay coarse.

    `numbers`: house numbers known per hundred. `kept`: spans that stand already. A kept span is only ever cut into
    finer ones, and a block outside of it never widens it: so a place may become finer, but its point never moves for
    another reason, and never gets coarser.
    """
    spans: list[Span] = []
    loose: list[int] = []
    by_hundred = {hundred: span for span in kept for hundred in range(span.low, span.high + 1, 100)}
    inside: dict[Span, list[int]] = {}
    for hundred in sorted(numbers):
        span = by_hundred.get(hundred)
        if span is None:
            loose.append(hundred)
            continue
        spans += _fill(run, loose, numbers)
        loose = []
        inside.setdefault(span, []).append(hundred)
    spans += _fill(run, loose, numbers)
    for span, hundreds in inside.items():
        finer = _fill(run, hundreds, numbers)
        spans += finer if len(finer) != 1 else [span]
    return sorted(spans, key=lambda span: span.low)


def _fill(run: Run, hundreds: Sequence[int], numbers: Mapping[int, int]) -> list[Span]:
    """Walk up the street and close a span as soon as it is full; what is left over joins the span before it."""
    spans: list[Span] = []
    waiting: list[int] = []
    for hundred in hundreds:
        if waiting and hundred - waiting[0] > WIDEST:
            _join_last(spans, waiting)
            waiting = []
        waiting.append(hundred)
        if sum(numbers[block] for block in waiting) >= MINIMUM:
            spans.append(Span(run, waiting[0], hundred))
            waiting = []
    if waiting:
        _join_last(spans, waiting)
    return spans


def _join_last(spans: list[Span], waiting: Sequence[int]) -> None:
    """Widen the last span by blocks that are too few by themselves, unless they lie too far along the street."""
    if spans and waiting[-1] - spans[-1].low <= WIDEST:
        spans[-1] = replace(spans[-1], high=waiting[-1])
