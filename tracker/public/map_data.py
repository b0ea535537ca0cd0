"""The cases of a window as compact JSON, made once per window and filters."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ..published.filters import Filters
from ..published.mercator import Window
from ..published.snapshot import Snapshot
from .clusters import Clusters, gather

_MOST_KEPT = 500
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """The body and its ETag, a hash of nothing but the body."""

    body: bytes
    etag: str


def answer_window(
    snapshot: Snapshot, filters: Filters, window: Window, language: str, say_label: Callable[[str], str]
) -> Answer:
    """The JSON of a window; `say_label` puts labels into `language`.

    `total` and `shown` count cases that pass the filters, in the city and in the window. `circles`: [lat, long, count].
    `places`: [lat, long, label, [[public id, family id, 1 if solved, date opened], ...]].
    """
    key = (filters, window, language)
    answer: Answer | None = snapshot.answers.get(key)
    if answer is None:
        body = json.dumps(
            _write(snapshot, filters, window, say_label), ensure_ascii=False, separators=(",", ":")
        ).encode()
        answer = Answer(body, hashlib.sha256(body).hexdigest()[:16])
        if len(snapshot.answers) >= _MOST_KEPT:
            snapshot.answers.clear()
        snapshot.answers[key] = answer
    return answer


def _write(snapshot: Snapshot, filters: Filters, window: Window, say_label: Callable[[str], str]) -> dict[str, Any]:
    passing = snapshot.select(filters)
    x, y = snapshot.projected
    shown = passing[window.contains(x[passing], y[passing])]
    found = gather(shown, x, y, snapshot.lat, snapshot.long, window.zoom)
    return {
        "total": int(passing.size),
        "shown": int(shown.size),
        "circles": [[round(lat, _DECIMALS), round(long, _DECIMALS), count] for lat, long, count in found.circles],
        "places": _places(snapshot, found, say_label),
    }


def _places(snapshot: Snapshot, found: Clusters, say_label: Callable[[str], str]) -> list[list[Any]]:
    return [
        [
            round(float(snapshot.lat[members[0]]), _DECIMALS),
            round(float(snapshot.long[members[0]]), _DECIMALS),
            say_label(snapshot.labels[members[0]]),
            [_case(snapshot, member) for member in members],
        ]
        for members in found.places
    ]


def _case(snapshot: Snapshot, member: int) -> list[Any]:
    opened = date.fromordinal(int(snapshot.opened[member])).isoformat()
    return [snapshot.public_ids[member], int(snapshot.family_ids[member]), int(snapshot.is_solved[member]), opened]


def bounds_of(snapshot: Snapshot, filters: Filters) -> tuple[float, float, float, float] | None:
    """South, west, north, east of the masked points that pass, in degrees; None when nothing passes.

    The outermost hundredth on each side does not count, so that one far place does not make the city small.
    """
    passing = snapshot.select(filters)
    if not passing.size:
        return None
    edges = [np.quantile(axis[passing], share) for share in (0.01, 0.99) for axis in (snapshot.lat, snapshot.long)]
    south, west, north, east = (round(float(edge), _DECIMALS) for edge in edges)
    return south, west, north, east
