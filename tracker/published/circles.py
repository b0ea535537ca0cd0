"""Circles on the ground in degrees: flat-Earth, which is right to a thousandth within a city. Pure."""

import math

from .call_search import Box, Circle

DEGREE_M = 111_195.0
"""Meters of a degree of latitude."""
STEP_M, MOST_M = 100, 5_000
"""Strangers choose a radius in such steps, up to so much: with finer ones they could feel their way to a point."""
USUAL_M = 500


def degrees_of(lat: float) -> tuple[float, float]:
    """Meters of a degree of latitude, and of one of longitude at this latitude."""
    return DEGREE_M, DEGREE_M * max(math.cos(math.radians(lat)), 1e-6)


def box_around(circle: Circle) -> Box:
    """The smallest box that holds the circle."""
    lat_m, long_m = degrees_of(circle.lat)
    high, wide = circle.radius_m / lat_m, circle.radius_m / long_m
    return Box(circle.lat - high, circle.long - wide, circle.lat + high, circle.long + wide)


def is_within(circle: Circle, lat: float, long: float) -> bool:
    """Whether a point lies in the circle, its edge included."""
    lat_m, long_m = degrees_of(circle.lat)
    north, east = (lat - circle.lat) * lat_m, (long - circle.long) * long_m
    return north * north + east * east <= circle.radius_m**2


def read_radius(typed: str | None) -> int:
    """The step nearest to what was asked for, in meters; the usual radius for nothing, or for what is no number."""
    try:
        meters = float(typed or USUAL_M)
    except ValueError:
        return USUAL_M
    if not math.isfinite(meters):
        return USUAL_M
    return max(STEP_M, min(MOST_M, STEP_M * round(meters / STEP_M)))
