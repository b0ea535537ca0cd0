"""Offer addresses while somebody types: a few bounded index look-ups per key stroke."""

from collections.abc import Iterator

from sqlalchemy import select

from ...extensions import db
from ..addresses import AddressKind, NormalizedAddress, best_match, normalize_address, street_key
from ..models import Address
from .names import read_address_streets

_LAST = "\U0010ffff"
_STREETS = 20
"""Streets looked into per suggestion; a longer beginning narrows them."""
_CROSSINGS = 400
_TYPO = 80.0
"""Likeness of a street name that one slip in a short name leaves; a person looks at what is offered."""


def suggest_addresses(text: str, *, limit: int = 8) -> list[Address]:
    """At most `limit` known addresses that `text` may be the beginning of, best first.

    "12 el", "elm", "elm & o", "100 elm stret": by the key's beginning, by the street's beginning (intersections first),
    by both streets of an intersection; when nothing begins so, by the street of nearly the same name. "" gives nothing.
    An intersection is filed under the street that comes first in the alphabet: the other one finds it only with both.
    """
    typed = " ".join(text.upper().split())
    if not typed:
        return []
    found: dict[int, Address] = {}
    for offers in (_begin_with, _lie_on_street, _cross, _are_spelled_like):
        if offers is _are_spelled_like and found:
            break
        for address in offers(typed, limit):
            found.setdefault(address.id, address)
            if len(found) == limit:
                return list(found.values())
    return list(found.values())


def _begin_with(typed: str, limit: int) -> Iterator[Address]:
    """Addresses whose key begins with what was typed, as typed or as we write it."""
    for start in dict.fromkeys((normalize_address(typed, use_fallback=False).key, typed)):
        if start:
            query = select(Address).where(Address.key >= start, Address.key < start + _LAST)
            yield from db.session.scalars(query.order_by(Address.key).limit(limit))


def _streets_beginning(typed: str) -> list[str]:
    starts = dict.fromkeys(start for start in (typed, street_key(typed)) if start)
    return list(dict.fromkeys(name for start in starts for name in read_address_streets(start, limit=_STREETS)))


def _lie_on_street(typed: str, limit: int) -> Iterator[Address]:
    """Intersections and houses of the streets whose name begins so."""
    if typed[0].isdigit() or "&" in typed:
        return
    for street in _streets_beginning(typed):
        on_street = select(Address).where(Address.street_key == street)
        yield from db.session.scalars(on_street.where(Address.number.is_(None)).order_by(Address.key).limit(limit))
        houses = on_street.where(Address.number.is_not(None)).order_by(Address.number, Address.key)
        yield from db.session.scalars(houses.limit(limit))


def _cross(typed: str, limit: int) -> Iterator[Address]:
    """Intersections of two streets whose names begin so, in either order."""
    sides = [" ".join(side.split()) for side in typed.replace("/", "&").replace(" AND ", "&").split("&")]
    if len(sides) != 2 or not sides[0]:
        return
    streets = [name for side in sides if side for name in _streets_beginning(side)]
    query = select(Address).where(Address.street_key.in_(streets), Address.number.is_(None))
    for address in db.session.scalars(query.order_by(Address.key).limit(_CROSSINGS)):
        first, _, second = address.key.partition(" & ")
        if any(_begins(first, one) and _begins(second, other) for one, other in (sides, sides[::-1])):
            yield address


def _begins(street: str, typed: str) -> bool:
    return street.startswith(typed) or street.startswith(street_key(typed))


def _are_spelled_like(typed: str, limit: int) -> Iterator[Address]:
    """Addresses of the one street whose name is nearest to the one typed, with the number typed."""
    address = normalize_address(typed, use_fallback=False)
    wanted = address.street or street_key(typed)
    names = read_address_streets() if wanted else []
    query = NormalizedAddress(AddressKind.STREET, wanted, street=wanted)
    match = best_match(query, names, minimum=_TYPO) if names else None
    if match is None:
        return
    on_street = select(Address).where(Address.street_key == match[0]).order_by(Address.number, Address.key)
    if address.number is not None:
        on_street = on_street.where(Address.number == address.number)
    yield from db.session.scalars(on_street.limit(limit))
