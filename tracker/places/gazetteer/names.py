"""The names of the city's streets, read by leaping through the index and never through all addresses."""

from sqlalchemy import func, select

from ...extensions import db
from ..models import Address, AddressSource, Street

_LAST = "\U0010ffff"
"""Sorts after every character that a key can hold."""


def read_address_streets(prefix: str = "", *, limit: int | None = None) -> list[str]:
    """The streets that addresses lie on and that begin with `prefix`, in order; one index step per street."""
    within = Address.street_key < prefix + _LAST
    first = select(func.min(Address.street_key).label("name")).where(Address.street_key >= prefix, within)
    walk = first.where(Address.street_key > "").cte("walk", recursive=True)
    following = select(func.min(Address.street_key)).where(Address.street_key > walk.c.name, within).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.name.is_not(None)))
    names = db.session.scalars(select(walk.c.name).where(walk.c.name.is_not(None)).limit(limit))
    return [name for name in names if name.startswith(prefix)]


def read_street_names(*, learned: bool) -> list[str]:
    """Every street that has a line or addresses, in order; without `learned`, none that only located calls name."""
    if learned:
        on_addresses = read_address_streets()
    else:
        known = select(Address.street_key).where(Address.source != AddressSource.LEARNED).distinct()
        on_addresses = list(db.session.scalars(known))
    names = {*on_addresses, *db.session.scalars(select(Street.key).distinct())}
    return sorted(names - {""})
