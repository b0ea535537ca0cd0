"""A case as a small plan: its anchor, the reach of its rule, its calls by place, streets around. Pure geometry."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 640, 480
_MARGIN = 1.15
_LEAST_M = 60
"""Half a sheet shows at least this much, so that a small reach still has its surroundings."""
_LARGEST = 30
"""The radius of a dot that stands for very many calls; its number says the rest."""
_LETTER_WIDTH, _LETTER_HEIGHT = 7, 16
"""About what a letter of a street's name takes up on the sheet."""
_SCALES_M = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the plane, in decimetres, with the calls that lie there and an address that they name."""

    x_dm: int
    y_dm: int
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """The calls at one place, in the plan's units; `r` grows with the square root of their number, up to a limit."""

    x: float
    y: float
    r: float
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of street as an SVG path, and where its name is written (None where another piece carries it)."""

    path: str
    name: str
    label_at: Point | None


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A sheet of `width` x `height` units with the anchor in its middle, north up.

    `anchor_r` is the radius of the dot at the anchor itself (0 for none), so that its mark is drawn around it.
    """

    width: int
    height: int
    anchor_r: float
    reach: float
    dots: list[Dot]
    known: list[Point]
    lines: list[Line]
    scale_m: int
    scale: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The piece of the city's plane that is drawn: `half_dm` to north and south, a third more to east and west."""

    x_dm: int
    y_dm: int
    half_dm: float

    @property
    def half_width_dm(self) -> float:
        """To east and west of the middle."""
        return self.half_dm * WIDTH / HEIGHT

    @property
    def unit(self) -> float:
        """The plan's units in a decimetre."""
        return HEIGHT / (2 * self.half_dm)

    def place(self, x_dm: float, y_dm: float) -> Point:
        """A point of the plane on the sheet; y grows downward."""
        x, y = (x_dm - self.x_dm) * self.unit, (y_dm - self.y_dm) * self.unit
        return round(WIDTH / 2 + x, 1), round(HEIGHT / 2 - y, 1)

    def shows(self, x_dm: float, y_dm: float) -> bool:
        """Whether a point lies on the sheet."""
        return abs(x_dm - self.x_dm) <= self.half_width_dm and abs(y_dm - self.y_dm) <= self.half_dm


def cut_sheet(anchor: tuple[int, int], radius_m: int, calls: Sequence[tuple[int, int]]) -> Sheet:
    """The sheet about the anchor that shows the whole reach and every call (those linked by hand lie anywhere)."""
    x, y = anchor
    farthest = max((max(abs(cx - x), abs(cy - y)) for cx, cy in calls), default=0)
    return Sheet(x, y, max(10 * radius_m, farthest, 10 * _LEAST_M) * _MARGIN)


def draw_plan(
    sheet: Sheet,
    radius_m: int,
    spots: Sequence[Spot],
    known: Iterable[tuple[int, int]] = (),
    streets: Iterable[tuple[str, Sequence[Point]]] = (),
) -> SitePlan:
    """Draw it. `known` are the addresses around in decimetres, `streets` (name, points)."""
    taken = {(spot.x_dm, spot.y_dm) for spot in spots}
    dots = [
        Dot(*sheet.place(spot.x_dm, spot.y_dm), _radius(spot.count), spot.count, spot.label)
        for spot in sorted(spots, key=lambda spot: -spot.count)
    ]
    scale_m = max((m for m in _SCALES_M if 10 * m * sheet.unit <= WIDTH / 4), default=_SCALES_M[0])
    middle = sheet.place(sheet.x_dm, sheet.y_dm)
    return SitePlan(
        width=WIDTH,
        height=HEIGHT,
        anchor_r=next((dot.r for dot in dots if (dot.x, dot.y) == middle), 0.0),
        reach=round(10 * radius_m * sheet.unit, 1),
        dots=dots,
        known=sorted({sheet.place(x, y) for x, y in known if sheet.shows(x, y) and (x, y) not in taken}),
        lines=_lines(sheet, streets),
        scale_m=scale_m,
        scale=round(10 * scale_m * sheet.unit, 1),
    )


def _radius(count: int) -> float:
    return round(min(5 + 3 * math.sqrt(count), _LARGEST), 1)


def _lines(sheet: Sheet, streets: Iterable[tuple[str, Sequence[Point]]]) -> list[Line]:
    named: dict[str, Point] = {}
    lines = []
    for name, points in streets:
        if not _may_cross(sheet, points):
            continue
        path = "M" + "L".join(f"{x},{y}" for x, y in (sheet.place(*point) for point in points))
        label = _label_spot(sheet, points) if name not in named else None
        if label is not None and _has_room(name, label, named):
            named[name] = label
        else:
            label = None
        lines.append(Line(path, name, label))
    return lines


def _has_room(name: str, at: Point, named: dict[str, Point]) -> bool:
    """Whether a name written there stands on none that is written already."""
    return all(
        abs(at[1] - y) >= _LETTER_HEIGHT or abs(at[0] - x) >= _LETTER_WIDTH * max(len(name), len(other))
        for other, (x, y) in named.items()
    )


def _may_cross(sheet: Sheet, points: Sequence[Point]) -> bool:
    """Whether the line's bounding box touches the sheet."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low_x, high_x = sheet.x_dm - sheet.half_width_dm, sheet.x_dm + sheet.half_width_dm
    low_y, high_y = sheet.y_dm - sheet.half_dm, sheet.y_dm + sheet.half_dm
    return min(xs) <= high_x and max(xs) >= low_x and min(ys) <= high_y and max(ys) >= low_y


def _label_spot(sheet: Sheet, points: Sequence[Point]) -> Point | None:
    """A spot on the line well inside the sheet, far from the anchor, looked for in steps along it."""
    middle_x, middle_y, far_x, far_y = sheet.x_dm, sheet.y_dm, sheet.half_width_dm * 0.72, sheet.half_dm * 0.72
    offsets = (
        (x0 + (x1 - x0) * step / 8 - middle_x, y0 + (y1 - y0) * step / 8 - middle_y)
        for (x0, y0), (x1, y1) in pairwise(points)
        for step in range(9)
    )
    inside = [(x, y) for x, y in offsets if -far_x <= x <= far_x and -far_y <= y <= far_y]
    if not inside:
        return None
    x, y = max(inside, key=lambda offset: math.hypot(*offset))
    return sheet.place(middle_x + x, middle_y + y)
