"""Calls by what people have at hand: a number, however typed, an address, or who called."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..extensions import db
from ..identifiers import read_identifier
from ..places.addresses import normalize_address
from ..places.city import find_city
from ..places.gazetteer import suggest_addresses
from .models import Caller, ServiceRequest

_LAST = "\U0010ffff"
_KEYS = 8


def ids_by_number(typed: str, *, limit: int) -> list[int]:
    """Calls with this number of ours, however it was typed, or with exactly this number of their source."""
    text = typed.strip()
    ours = select(ServiceRequest.id).where(ServiceRequest.service_request_id.in_([text, read_identifier(text)]))
    theirs = select(ServiceRequest.id).where(
        ServiceRequest.source.in_(_sources()), ServiceRequest.source_id == text
    )  # fmt: skip
    return list(db.session.scalars(ours.union(theirs).limit(limit)))


def _sources() -> list[str]:
    """Every source that calls came from, by one step into the index for each."""
    first = select(func.min(ServiceRequest.source).label("source")).cte("sources", recursive=True)
    following = select(func.min(ServiceRequest.source)).where(ServiceRequest.source > first.c.source)
    steps = first.union_all(select(following.scalar_subquery()).where(first.c.source.is_not(None)))
    return list(db.session.scalars(select(steps.c.source).where(steps.c.source.is_not(None))))


def address_keys(typed: str) -> list[str]:
    """Keys of addresses that the text is, or is the beginning of: the gazetteer's and those that calls name."""
    city = find_city()
    if city is None or not any(sign.isalpha() for sign in typed):
        return []
    key = normalize_address(typed, localities=frozenset(city.localities), use_fallback=False).key
    keys = [key] if key else []
    keys += [offer.key for offer in suggest_addresses(typed, limit=_KEYS)]
    return list(dict.fromkeys([*keys, *_keys_beginning(key)]))[:_KEYS] if key else keys


def _keys_beginning(start: str) -> list[str]:
    if not start:
        return []
    within = (ServiceRequest.address_key >= start, ServiceRequest.address_key < start + _LAST)
    query = select(ServiceRequest.address_key).where(*within).group_by(ServiceRequest.address_key)
    return list(db.session.scalars(query.order_by(ServiceRequest.address_key).limit(_KEYS)))


def ids_at(keys: Sequence[str], *, limit: int) -> list[int]:
    """The newest calls that name one of these addresses."""
    if not keys:
        return []
    query = select(ServiceRequest.id).where(ServiceRequest.address_key.in_(keys))
    return list(db.session.scalars(query.order_by(ServiceRequest.id.desc()).limit(limit)))


def load_calls(ids: Sequence[int]) -> list[ServiceRequest]:
    """The few calls that a page shows, in the order of these ids, with all that a row needs."""
    if not ids:
        return []
    query = select(ServiceRequest).options(joinedload(ServiceRequest.service_type, innerjoin=True))
    found = {call.id: call for call in db.session.scalars(query.where(ServiceRequest.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def newest_calls_of(callers: Sequence[Caller], *, limit: int) -> list[ServiceRequest]:
    """The newest calls of these people together."""
    query = select(ServiceRequest).options(joinedload(ServiceRequest.service_type, innerjoin=True))
    theirs = query.where(ServiceRequest.caller_id.in_([one.id for one in callers]))
    return list(db.session.scalars(theirs.order_by(ServiceRequest.requested_datetime.desc()).limit(limit)))
