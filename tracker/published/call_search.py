"""What strangers may ask of calls: every part of it is held against a masked column. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the map in degrees, all edges included."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Circle:
    """A place in degrees and how far around it, in meters; meant are the public points that lie within."""

    lat: float
    long: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class CallSearch:
    """One question; what is empty or None does not narrow. Days are the city's dates, both ends included."""

    numbers: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    is_closed: bool | None = None
    first_day: date | None = None
    last_day: date | None = None
    updated_from: date | None = None
    updated_to: date | None = None
    box: Box | None = None
    circle: Circle | None = None
    words: str = ""
    """Each has to stand in the type's name, group or keywords, or in the public label of the place."""
    centers: tuple[str, ...] = ()
    """Names of service centers, any case; meant are those in which the masked place lies."""
    has_photo: bool | None = None
    """Whether a photo of it was released."""
    is_told: bool = False
    """Only calls whose last change is held back no longer either."""
    by_update: bool = False
    """Ordered by the day of the last change instead of the day of the request; newest first either way."""
