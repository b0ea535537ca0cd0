"""Where something lies, as conditions on the masked columns of calls and of cases alike."""

from sqlalchemy import ColumnElement, and_

from ..calls.models import ServiceRequest
from ..cases.models import ProblemCase
from .call_search import Box, Circle
from .circles import box_around, degrees_of

Masked = type[ServiceRequest] | type[ProblemCase]


def in_box(table: Masked, box: Box) -> ColumnElement[bool]:
    """Whether the public point lies in a box."""
    lat, long = table.public_lat, table.public_long
    return and_(lat >= box.south, lat <= box.north, long >= box.west, long <= box.east)


def in_circle(table: Masked, circle: Circle) -> ColumnElement[bool]:
    """Whether the public point lies in a circle; its box is asked first, which is cheap."""
    lat_m, long_m = degrees_of(circle.lat)
    north, east = (table.public_lat - circle.lat) * lat_m, (table.public_long - circle.long) * long_m
    return and_(in_box(table, box_around(circle)), north * north + east * east <= circle.radius_m**2)
