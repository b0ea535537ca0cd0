"""The cases of a window, and of a square around somebody, as compact JSON: made once per question."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ..published.filters import Filters
from ..published.mercator import Window
from ..published.snapshot import Ints, PublicCases
from .clusters import Clusters, gather
from .squares import Square

_MOST_KEPT = 500
_DECIMALS = 5
_MOST_NAMED = 3
"""Cases of one place that are named in the answer for a square; of the others only how many there are."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body and its ETag, a hash of nothing but the body."""

    body: bytes
    etag: str


def answer_once(cases: PublicCases, question: Any, write: Callable[[], dict[str, Any]]) -> Answer:
    """What `write` says to a question about these cases, as JSON; it is asked once."""
    return keep_once(
        cases, question, lambda: json.dumps(write(), ensure_ascii=False, separators=(",", ":")).encode()
    )  # fmt: skip


def keep_once(cases: PublicCases, question: Any, make: Callable[[], bytes]) -> Answer:
    """What `make` makes of these cases and the question alone; it is kept with them, and goes when they go."""
    answer: Answer | None = cases.answers.get(question)
    if answer is None:
        answer = answer_of(make())
        if len(cases.answers) >= _MOST_KEPT:
            cases.answers.clear()
        cases.answers[question] = answer
    return answer


def answer_of(body: bytes) -> Answer:
    """The body with its ETag."""
    return Answer(body, hashlib.sha256(body).hexdigest()[:16])


def answer_window(
    cases: PublicCases, filters: Filters, window: Window, language: str, say_label: Callable[[str], str]
) -> Answer:
    """The JSON of a window; `say_label` puts labels into `language`.

    `total` and `shown` count cases that pass the filters, in the city and in the window. `circles`: [lat, long, count].
    `places`: [lat, long, label, [[public id, family id, 0 open 1 closed 2 confirmed, its date], ...]]; the date is that
    of solving for confirmed ones, else that of opening.
    """
    return answer_once(cases, (filters, window, language), lambda: _write_window(cases, filters, window, say_label))


def answer_square(
    cases: PublicCases, filters: Filters, square: Square, language: str, say_label: Callable[[str], str]
) -> Answer:
    """The JSON of a square: `places` as in a window, each with the number of its cases at the end."""
    return answer_once(cases, (filters, square, language), lambda: _write_square(cases, filters, square, say_label))


def _write_window(
    cases: PublicCases, filters: Filters, window: Window, say_label: Callable[[str], str]
) -> dict[str, Any]:
    passing = cases.select(filters)
    x, y = cases.projected
    shown = passing[window.contains(x[passing], y[passing])]
    found = gather(shown, x, y, cases.lat, cases.long, window.zoom)
    return {
        "total": int(passing.size),
        "shown": int(shown.size),
        "circles": [[round(lat, _DECIMALS), round(long, _DECIMALS), count] for lat, long, count in found.circles],
        "places": _places(cases, filters, found, say_label),
    }


def _places(
    cases: PublicCases, filters: Filters, found: Clusters, say_label: Callable[[str], str]
) -> list[list[Any]]:  # fmt: skip
    return [_place(cases, filters, members, members, say_label) for members in found.places]


def _write_square(
    cases: PublicCases, filters: Filters, square: Square, say_label: Callable[[str], str]
) -> dict[str, Any]:
    passing = cases.select(filters)
    inside = passing[square.contains(cases.lat[passing], cases.long[passing])]
    return {
        "places": [
            [*_place(cases, filters, members, members[:_MOST_NAMED], say_label), len(members)]
            for members in _by_spot(cases, inside)
        ]
    }


def _by_spot(cases: PublicCases, index: Ints) -> list[list[int]]:
    spots: dict[tuple[float, float], list[int]] = {}
    for member in index.tolist():
        spots.setdefault((float(cases.lat[member]), float(cases.long[member])), []).append(member)
    return [spots[spot] for spot in sorted(spots)]


def _place(
    cases: PublicCases, filters: Filters, members: list[int], named: list[int], say_label: Callable[[str], str]
) -> list[Any]:
    first = members[0]
    lat, long = (round(float(axis[first]), _DECIMALS) for axis in (cases.lat, cases.long))
    return [lat, long, say_label(cases.labels[first]), [_case(cases, filters, member) for member in named]]


def _case(cases: PublicCases, filters: Filters, member: int) -> list[Any]:
    day = date.fromordinal(int(cases.days_of(filters)[member])).isoformat()
    status = 2 if filters.is_about_solved else int(cases.is_solved[member])
    return [cases.public_ids[member], int(cases.family_ids[member]), status, day]


def bounds_of(cases: PublicCases, filters: Filters) -> tuple[float, float, float, float] | None:
    """South, west, north, east of the masked points that pass, in degrees; None when nothing passes.

    The outermost hundredth on each side does not count, so that one far place does not make the city small.
    """
    passing = cases.select(filters)
    if not passing.size:
        return None
    edges = [np.quantile(axis[passing], share) for share in (0.01, 0.99) for axis in (cases.lat, cases.long)]
    south, west, north, east = (round(float(edge), _DECIMALS) for edge in edges)
    return south, west, north, east
