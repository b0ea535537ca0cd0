"""A day as bars: a row per crew, the hours across. Pure; a template draws it and a table beside it says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .stays import Stay

HOUR_WIDTH = 84
ROW_HEIGHT = 34
NAME_WIDTH = 150
HEAD_HEIGHT = 26
_LETTER_WIDTH = 7.2
_SHORTEST_HOURS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A stay as it is drawn: `kind` is stands, new, move or late; `label` fits into it."""

    x: float
    y: int
    width: float
    kind: str
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class Hour:
    """A line of the hours, with its label."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A crew's row: its name, where it begins, and its bars."""

    y: int
    name: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture, in pixels."""

    width: float
    height: int
    hours: list[Hour]
    rows: list[Row]


def draw_timeline(routes: Sequence[tuple[str, Sequence[Stay]]], zone: ZoneInfo) -> Timeline | None:
    """The rows in the given order, each with its name; the hours are the city's. None: nothing is to be drawn."""
    stays = [stay for _, route in routes for stay in route]
    if not stays:
        return None
    first, count = _whole_hours(stays, zone)
    rows = []
    for number, (name, route) in enumerate(routes):
        y = HEAD_HEIGHT + number * ROW_HEIGHT
        rows.append(Row(y, shorten(name, NAME_WIDTH), [_bar(stay, first, y, zone) for stay in route]))
    hours = [_hour(first, number, zone) for number in range(count + 1)]
    height = HEAD_HEIGHT + len(rows) * ROW_HEIGHT + 4
    return Timeline(NAME_WIDTH + count * HOUR_WIDTH + 24, height, hours, rows)


def shorten(text: str, width: float) -> str:
    """As much of the text as `width` pixels hold."""
    letters = int((width - 10) / _LETTER_WIDTH)
    if len(text) <= letters:
        return text
    return text[: letters - 1].rstrip() + "…" if letters > 3 else ""


def _whole_hours(stays: Sequence[Stay], zone: ZoneInfo) -> tuple[datetime, int]:
    """The full hour on the city's clocks at which the picture begins, and how many it holds."""
    first = min(stay.starts_at for stay in stays)
    first -= timedelta(minutes=first.astimezone(zone).minute)
    hours = -int((first - max(stay.ends_at for stay in stays)) // timedelta(hours=1))
    return first, max(_SHORTEST_HOURS, hours)


def _hour(first: datetime, number: int, zone: ZoneInfo) -> Hour:
    at = (first + timedelta(hours=number)).astimezone(zone)
    return Hour(NAME_WIDTH + number * HOUR_WIDTH, f"{at:%H:%M}")


def _bar(stay: Stay, first: datetime, y: int, zone: ZoneInfo) -> Bar:
    x = NAME_WIDTH + (stay.starts_at - first) / timedelta(hours=1) * HOUR_WIDTH
    width = (stay.ends_at - stay.starts_at) / timedelta(hours=1) * HOUR_WIDTH - 2
    kind = "stands" if not stay.is_new else "late" if stay.is_late else "move" if stay.is_move else "new"
    starts, ends = stay.starts_at.astimezone(zone), stay.ends_at.astimezone(zone)
    told = f"{starts:%H:%M} to {ends:%H:%M}, {stay.title}, {stay.address}"
    return Bar(round(x, 1), y + 4, round(width, 1), kind, shorten(stay.title, width), told)
