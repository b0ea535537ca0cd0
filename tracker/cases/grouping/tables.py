"""What the compiled rule works on: the calls' columns, pools of list nodes, room to write."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.cases.grouping.arrays import CaseCode, Flags, Ints

NONE = -1
BITS = 32  # half a word, so that two neighboring words make one without a sign in the way
FREE, USED = 0, 1  # places in a pool's `counts`: its first free node, the nodes ever used
OPEN, WORKED_ON = int(CaseCode.OPEN), int(CaseCode.WORKED_ON)
CLOSED, DISMISSED = int(CaseCode.CLOSED), int(CaseCode.DISMISSED)

# Half a cache line, and a whole one.
LOOSE_NODE = np.dtype([("at", "i8"), ("weight", "i8"), ("x", "i4"), ("y", "i4"), ("call", "i4"), ("next", "i4")])
CASE = np.dtype(
    {
        "names": ["x", "y", "reach", "window", "first", "last", "decided", "monitored", "status", "radius"],
        "formats": ["i4", "i4", "i8", "i8", "i8", "i8", "i8", "i8", "i4", "i4"],
    }
)


class Calls(NamedTuple):
    """The calls' columns, as in CallArrays."""

    at: Ints
    x: Ints
    y: Ints
    weight: Ints
    day: Ints
    taken: Flags


class Terms(NamedTuple):
    """The current rule in the kernel's units: square decimetres and microseconds."""

    reach: int
    window: int
    radius: int  # decimetres
    threshold: int
    days: int


class Lists(NamedTuple):
    """A list of loose calls per cell, and a bit per cell that tells whether it holds any."""

    heads: NDArray[np.int32]  # (c,)
    filled: Ints  # BITS to a word, one word more than needed


class Loose(NamedTuple):
    """The loose calls per cell, those of positive weight apart from the weightless."""

    counted: Lists
    weightless: Lists
    nodes: NDArray[Any]  # LOOSE_NODE
    counts: Ints  # FREE, USED


class Cover(NamedTuple):
    """The cases per cell that they reach into."""

    heads: NDArray[np.int32]  # (c,)
    nodes: NDArray[np.int32]  # (m, 2) case, next
    counts: Ints  # FREE, USED


class Scratch(NamedTuple):
    """Room for one look at a neighborhood."""

    near: NDArray[np.int32]  # nodes of loose calls within 2R
    site: NDArray[np.int32]  # a node at each site within R of the call
    weight: Ints  # of each of these sites
    latest: NDArray[np.int32]  # the latest call at each of them
    day: Ints  # distinct dates in a disc


class Outcome(NamedTuple):
    """What is written, as in Grouping; `cases` is CASE records, starting ones first."""

    case_of: Ints
    joined: Flags
    opened_by: Ints
    anchor: Ints
    cases: NDArray[Any]
    recurred: Ints
    recurred_by: Ints
