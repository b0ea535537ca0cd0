"""The plan of the demo city, drawn by hand: five lines across, five lines along, and what lies between them.

The lines along are the western city line, Foundry Ave, the river, Orchard Ave and the eastern city line; the lines
across are the southern city line, Southfield Ave, Main St, Ridge Rd and the lake. They meet at `NODES[across][along]`.
All in metres about the origin, which lies in the middle of Lake Ontario, tens of kilometres from any real address.
"""

from dataclasses import dataclass

import numpy as np

from .geometry import Points, offset, smooth

ORIGIN = (43.58, -77.45)
BOUNDS_M = (-4000.0, -3500.0, 4000.0, 3300.0)
CITY_NAME, CITY_SLUG = "Ellery Falls", "ellery-falls"
CITY_ZONE = "America/New_York"

NODES = (
    ((-2900, -2650), (-1750, -2900), (-480, -2850), (1350, -2950), (2800, -2450)),
    ((-3350, -1350), (-2000, -1620), (-430, -1480), (1480, -1750), (3300, -1150)),
    ((-3500, 150), (-1480, -140), (-60, -150), (1350, 60), (3550, -100)),
    ((-3250, 1450), (-1750, 1350), (330, 1000), (1800, 1430), (3400, 1150)),
    ((-2850, 2500), (-1500, 2720), (80, 2560), (1600, 2800), (2850, 2350)),
)
_BENDS_ALONG: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {
    (1, 0): ((-1780, -2250),),
    (1, 1): ((-1820, -850),),
    (1, 2): ((-1530, 600),),
    (1, 3): ((-1780, 2050),),
    (2, 0): ((-180, -2200),),
    (2, 1): ((-600, -820),),
    (2, 2): ((430, 380),),
    (2, 3): ((-120, 1720),),
    (3, 0): ((1290, -2350),),
    (3, 1): ((1560, -820),),
    (3, 2): ((1480, 760),),
    (3, 3): ((1880, 2100),),
}
_BENDS_ACROSS: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {
    (0, 2): ((450, -3080),),
    (1, 0): ((-2700, -1600),),
    (1, 1): ((-1200, -1420),),
    (1, 2): ((500, -1660),),
    (1, 3): ((2450, -1580),),
    (2, 0): ((-2500, -60),),
    (2, 1): ((-800, -60),),
    (2, 2): ((650, -120),),
    (2, 3): ((2450, 100),),
    (3, 0): ((-2550, 1560),),
    (3, 1): ((-700, 1130),),
    (3, 2): ((1050, 1120),),
    (3, 3): ((2600, 1420),),
    (4, 1): ((-700, 2480),),
    (4, 2): ((800, 2800),),
}
PARKWAYS = {
    "Alder Pkwy": ((-330, -130), (-480, 250), (-1000, 800), (-1750, 1350), (-2350, 1900), (-2880, 2330)),
    "Harvest Pkwy": ((60, -420), (780, -980), (1480, -1750), (2050, -2080), (2650, -2280)),
    "Lighthouse Ave": ((560, 1000), (760, 1750), (640, 2350), (700, 2700)),
    "Beltline Blvd": ((-1780, -2250), (-2480, -1900), (-2730, -900), (-2640, 300), (-2560, 1000), (-2350, 1900)),
    "Meridian Blvd": ((1880, 2100), (2480, 1780), (2680, 900), (2560, -100), (2640, -900), (2050, -2080)),
    "Ferry St": ((-1000, 800), (-200, 640), (420, 560), (900, 640), (1480, 760)),
    "Mill St": ((-1820, -850), (-1150, -700), (-590, -760), (60, -420)),
}
PARKS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "Founders Park": ((-880, 1740), (330, 210)),
    "Lantern Hill": ((2180, 560), (190, 150)),
    "Tannery Commons": ((640, -580), (150, 110)),
    "Rail Yard": ((-2260, -480), (330, 110)),
    "Old Cemetery": ((740, -2220), (260, 190)),
    "Heron Marsh": ((-2420, 2060), (260, 150)),
}
"""Open land without streets: center and half axes of an ellipse."""

RIVER_HALF_WIDTH, DRIVE_OFFSET = 65.0, 110.0


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line: its vertices and, for lines of the frame, where along it the five nodes lie."""

    name: str
    points: Points
    nodes: tuple[int, ...] = ()

    def between(self, first: int, second: int) -> Points:
        """The part from one node to another, both included."""
        return self.points[self.nodes[first] : self.nodes[second] + 1]


def _draw_frame_line(name: str, nodes: list[tuple[int, int]], bends: list[tuple[tuple[int, int], ...]]) -> Line:
    control: list[tuple[int, int]] = []
    for node, bend in zip(nodes, [*bends, ()], strict=True):
        control += [node, *bend]
    points = smooth(np.array(control, float), 24.0)
    where = tuple(int(np.argmin(np.hypot(*(points - np.array(node)).T))) for node in nodes)
    return Line(name, points, where)


_ALONG = ("", "Foundry Ave", "", "Orchard Ave", "")
_ACROSS = ("", "Southfield Ave", "Main St", "Ridge Rd", "")
ALONG = [
    _draw_frame_line(name, [row[i] for row in NODES], [_BENDS_ALONG.get((i, j), ()) for j in range(4)])
    for i, name in enumerate(_ALONG)
]
ACROSS = [
    _draw_frame_line(name, list(NODES[j]), [_BENDS_ACROSS.get((j, i), ()) for i in range(4)])
    for j, name in enumerate(_ACROSS)
]
RIVER = ALONG[2].points
LAKESHORE = ACROSS[4].points


def cell_ring(column: int, row: int) -> Points:
    """The ring of one of the sixteen cells of the frame, counterclockwise, not closed."""
    south, north = ACROSS[row].between(column, column + 1), ACROSS[row + 1].between(column, column + 1)
    west, east = ALONG[column].between(row, row + 1), ALONG[column + 1].between(row, row + 1)
    return np.vstack([south[:-1], east[:-1], north[:0:-1], west[:0:-1]])


def join_cells(cells: list[tuple[int, int]]) -> Points:
    """The ring around neighboring cells: edges that two of them share cancel out."""
    follows: dict[tuple[float, float], tuple[float, float]] = {}
    for cell in cells:
        ring = [(float(x), float(y)) for x, y in cell_ring(*cell)]
        for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
            if follows.get(there) == here:
                del follows[there]
            else:
                follows[here] = there
    return _walk(follows)


def _walk(follows: dict[tuple[float, float], tuple[float, float]]) -> Points:
    start = here = min(follows)
    ring = []
    while True:
        ring.append(here)
        here = follows[here]
        if here == start:
            return np.array(ring)


def main_lines() -> list[Line]:
    """The main streets: the frame's, the parkways, the drives along both banks and along the lake."""
    river = ALONG[2]
    frame = [Line(line.name, line.points[:-4]) for line in ALONG if line.name]
    frame += [line for line in ACROSS if line.name and line.name != "Main St"]
    west_main, east_main = ACROSS[2].between(0, 2), ACROSS[2].between(2, 4)
    parkways = [Line(name, smooth(np.array(points, float), 24.0)) for name, points in PARKWAYS.items()]
    return [
        *frame,
        Line("W Main St", west_main[::-1]),
        Line("E Main St", east_main),
        *parkways,
        Line("Water St", offset(river.points, DRIVE_OFFSET)[12:-6]),
        Line("River Rd", offset(river.points, -DRIVE_OFFSET)[6:-6]),
        Line("Lakeshore Dr", offset(LAKESHORE, -DRIVE_OFFSET)[5:-5]),
    ]
