"""The demo city's four service centers and twelve neighborhoods, as unions of the plan's sixteen cells."""

from dataclasses import dataclass

import numpy as np

from .geometry import Ints, Points, is_inside
from .plan import join_cells


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """A neighborhood: its cells as (column, row), its service center and its postcode."""

    code: str
    name: str
    center: str
    zipcode: str
    cells: tuple[tuple[int, int], ...]


CENTERS = {
    "NW": "Northwest Service Center",
    "NE": "Northeast Service Center",
    "SW": "Southwest Service Center",
    "SE": "Southeast Service Center",
}
NEIGHBORHOODS = (
    Neighborhood("harbor-point", "Harbor Point", "NW", "34501", ((0, 3), (1, 3))),
    Neighborhood("millrace", "Millrace", "NW", "34502", ((0, 2),)),
    Neighborhood("downtown", "Downtown", "NW", "34503", ((1, 2),)),
    Neighborhood("lighthouse-hill", "Lighthouse Hill", "NE", "34504", ((2, 3), (3, 3))),
    Neighborhood("east-bank", "East Bank", "NE", "34505", ((2, 2),)),
    Neighborhood("lantern-crescents", "Lantern Crescents", "NE", "34506", ((3, 2),)),
    Neighborhood("foundry-flats", "Foundry Flats", "SW", "34507", ((0, 1),)),
    Neighborhood("weavers-row", "Weavers Row", "SW", "34508", ((1, 1),)),
    Neighborhood("southfield", "Southfield", "SW", "34509", ((0, 0), (1, 0))),
    Neighborhood("college-heights", "College Heights", "SE", "34510", ((2, 1),)),
    Neighborhood("orchard-park", "Orchard Park", "SE", "34511", ((3, 1),)),
    Neighborhood("heron-bluff", "Heron Bluff", "SE", "34512", ((2, 0), (3, 0))),
)
"""The postcodes begin with 345, which the United States Postal Service has given to no place."""


def neighborhood_rings() -> list[Points]:
    """The ring of each neighborhood, in the order of `NEIGHBORHOODS`."""
    return [join_cells(list(area.cells)) for area in NEIGHBORHOODS]


def center_rings() -> dict[str, Points]:
    """The ring of each service center's district."""
    cells = {code: [cell for area in NEIGHBORHOODS if area.center == code for cell in area.cells] for code in CENTERS}
    return {code: join_cells(own) for code, own in cells.items()}


def neighborhood_of(points: Points) -> Ints:
    """Index of each point's neighborhood, shape (n,); a point just outside the city has its nearest one's."""
    found = np.full(len(points), -1)
    rings = neighborhood_rings()
    for index, ring in enumerate(rings):
        found[is_inside(points, ring)] = index
    for lost in np.flatnonzero(found < 0):
        gaps = [float(np.hypot(*(ring - points[lost]).T).min()) for ring in rings]
        found[lost] = int(np.argmin(gaps))
    return found
