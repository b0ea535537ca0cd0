"""A person says where an address is, and that overrides every other source."""

from sqlalchemy import delete, select

from ...errors import Invalid
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from ..addresses import NormalizedAddress
from ..city import city_projection, is_in_bounds, the_city
from ..models import Address, AddressSource, PointKind, PublicPoint
from ..projection import cell_of
from .learning import has_one_position


def confirm_address(normalized: NormalizedAddress, lat: float, long: float, *, actor: User) -> Address:
    """Set or correct the position (degrees) of an address, and say so in the log.

    Its public point is chosen anew at the next `build_public_points`. Raises `Invalid` for what is no single place and
    for positions outside the city.
    """
    if not has_one_position(normalized):
        raise Invalid("Only a house, an intersection or a named place has one position: give a number or cross street.")
    city = the_city()
    if not is_in_bounds(city, lat, long):
        raise Invalid(f"That point lies outside {city.name}: pick one on the map.")
    x, y = city_projection(city).to_decimetres(lat, long)
    address = db.session.scalars(select(Address).where(Address.key == normalized.key)).one_or_none()
    if address is None:
        address = Address(key=normalized.key, display=normalized.display, number=normalized.number,
                          street_key=normalized.street, zipcode=normalized.postcode)  # fmt: skip
        db.session.add(address)
    address.lat, address.long, address.x_dm, address.y_dm, address.cell = lat, long, x, y, cell_of(x, y)
    address.source, address.public_point_id = AddressSource.STAFF, None
    db.session.flush()
    _drop_crossing_point(address.key)
    text = f"{address.display} is at {lat:.5f}, {long:.5f}"
    append_log("address", address.id, "confirmed_position", text, actor=actor)
    db.session.flush()
    return address


def _drop_crossing_point(key: str) -> None:
    """An intersection is its own public point, so a corrected one must not keep the wrong place in public."""
    point = (PublicPoint.key == key, PublicPoint.kind == PointKind.INTERSECTION)
    db.session.execute(delete(PublicPoint).where(*point))
