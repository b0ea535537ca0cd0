"""The typed-address search: from a text to a fixed public point, and never to anything finer.

A search must not tell whether somebody called about a certain house. So the public points are asked, each of which
stands for a whole block or more and answers alike for every number in it; then the city's own addresses and streets.
Addresses that only calls have taught the program are never asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ..extensions import db
from ..places.addresses import AddressKind, NormalizedAddress, normalize_address
from ..places.city import the_city
from ..places.gazetteer import place_addresses
from ..places.models import Area, AreaKind, PointKind, PublicPoint
from ..places.privacy import Mask, PlaceToMask, mask_places
from ..places.privacy.blocks import Span

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Found:
    """A public place: its label and its fixed point in degrees."""

    label: str
    lat: float
    long: float


def find_place(text: str) -> Found | None:
    """The public place that a text means: a neighborhood, a block, an intersection, a street; None for nothing."""
    typed = " ".join(text.split())[:LONGEST]
    if not typed:
        return None
    address = normalize_address(typed, localities=frozenset(the_city().localities))
    return _find_neighborhood(typed) or _find_among_points(address) or _find_in_gazetteer(address)


def _find_neighborhood(typed: str) -> Found | None:
    query = select(Area.name, Area.point_lat, Area.point_long).where(Area.kind == AreaKind.NEIGHBORHOOD)
    rows = sorted(db.session.execute(query))
    return next((Found(*row) for row in rows if row[0].casefold() == typed.casefold()), None)


def _find_among_points(address: NormalizedAddress) -> Found | None:
    if address.kind is AddressKind.INTERSECTION:
        return _best(_points(PublicPoint.key == address.key, (PointKind.INTERSECTION,)))
    if not address.street:
        return None
    on_street = _points(
        PublicPoint.key.contains(f" BLOCK {address.street} @", autoescape=True), (PointKind.BLOCK, PointKind.WIDENED)
    )
    spans = [(Span.from_key(point.key), point) for point in on_street]
    same = [(span, point) for span, point in spans if span.run.street == address.street]
    if address.hundred is None:
        return _middle([point for _, point in sorted(same, key=lambda pair: pair[0].low)])
    return _best([point for span, point in same if span.low <= address.hundred <= span.high])


def _points(condition: object, kinds: tuple[PointKind, ...]) -> list[PublicPoint]:
    query = select(PublicPoint).where(condition, PublicPoint.kind.in_(kinds))  # type: ignore[arg-type]  # a condition
    return list(db.session.scalars(query.order_by(PublicPoint.key)))


def _best(points: Sequence[PublicPoint]) -> Found | None:
    """Of several places of one name the one with the most addresses."""
    return _found(max(points, key=lambda point: point.address_count)) if points else None


def _middle(points: Sequence[PublicPoint]) -> Found | None:
    return _found(points[len(points) // 2]) if points else None


def _found(point: PublicPoint) -> Found:
    return Found(point.label, point.lat, point.long)


def _find_in_gazetteer(address: NormalizedAddress) -> Found | None:
    """What the city's own files know, and streets of nearly the same name; the answer is masked all the same."""
    match = place_addresses([address], learned=False).get(address.key) if address.key else None
    if match is None:
        return None
    masks: list[Mask] = mask_places([PlaceToMask(address.key, None, match.lat, match.long)])
    return Found(masks[0].label, masks[0].lat, masks[0].long)
