"""Where a person means: an address as she types it, or degrees; the gazetteer's best answer and how sure it is."""

from dataclasses import dataclass

from ..errors import Invalid
from ..places.addresses import NormalizedAddress, normalize_address
from ..places.city import city_projection, is_in_bounds, the_city
from ..places.gazetteer import place_addresses

CERTAIN = 100.0


@dataclass(frozen=True, slots=True)
class Pointed:
    """A place that a person means: degrees, decimetres, how it is called, how sure that is (per cent) and why."""

    lat: float
    long: float
    x_dm: int
    y_dm: int
    label: str
    score: float
    reason: str
    address_id: int | None


def read_address(text: str) -> NormalizedAddress:
    """What the city's address rules make of a text."""
    return normalize_address(text, localities=frozenset(the_city().localities))


def look_up(text: str) -> Pointed | None:
    """What the gazetteer has for a text, learned addresses and respelled streets included; None for nothing."""
    normalized = read_address(text)
    if not normalized.key:
        return None
    match = place_addresses([normalized], learned=True).get(normalized.key)
    if match is None:
        return None
    return Pointed(
        match.lat, match.long, match.x_dm, match.y_dm, normalized.display, match.score, match.reason, match.address_id
    )


def point_at(text: str, lat: float | None, long: float | None) -> Pointed:
    """The place of an address text, or of degrees when both are given; raises `Invalid` that says what is missing."""
    if lat is not None and long is not None:
        return _degrees(text, lat, long)
    if not text.strip():
        raise Invalid("Give an address, or both latitude and longitude.")
    found = look_up(text)
    if found is None:
        raise Invalid(f"Nothing known is called «{text.strip()[:80]}». Choose an offer, or give its coordinates.")
    return found


def _degrees(text: str, lat: float, long: float) -> Pointed:
    city = the_city()
    if not is_in_bounds(city, lat, long):
        bounds = f"latitude {city.south:g} to {city.north:g}, longitude {city.west:g} to {city.east:g}"
        raise Invalid(f"That point lies outside {city.name} ({bounds}).")
    x_dm, y_dm = city_projection(city).to_decimetres(lat, long)
    label = text.strip() or f"{lat:.5f}, {long:.5f}"
    return Pointed(lat, long, x_dm, y_dm, label, CERTAIN, "by its coordinates", None)
