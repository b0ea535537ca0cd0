"""Calls as strangers may know them: found by masked columns, ordered by masked columns, told by masked columns.

A call's own place, time, words and caller are not read here at all. Of one day the order is that of the numbers, which
mean nothing: an order by the hour would tell the hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from ..calls.models import CallStatus, ServiceRequest
from ..calls.photos.models import CallPhoto
from ..clock import local_date
from ..errors import NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..places.city import city_zone, the_city
from .call_cases import case_of, with_cases
from .call_conditions import day_column, is_change_told, is_published, narrowing, newest_first
from .call_search import CallSearch
from .call_words import saying
from .facts import made_once, public_day, public_kinds, service_centers
from .kinds import PublicKind
from .visible import start_of_day
from .within_centers import ids_within

__all__ = ["PublishedCall", "find_calls", "find_published_call", "is_published"]

_COLUMNS = (
    ServiceRequest.id, ServiceRequest.service_request_id, ServiceRequest.service_type_id, ServiceRequest.status,
    ServiceRequest.public_day, ServiceRequest.public_updated_day, ServiceRequest.expected_datetime,
    ServiceRequest.public_label, ServiceRequest.public_lat, ServiceRequest.public_long,
    select(func.count())
    .where(CallPhoto.call_id == ServiceRequest.id, CallPhoto.is_released.is_(True))
    .correlate(ServiceRequest)
    .scalar_subquery()
    .label("photos"),
)  # fmt: skip
_PHOTOS = (
    select(CallPhoto.call_id, CallPhoto.id)
    .where(CallPhoto.call_id.in_(bindparam("calls", expanding=True)), CallPhoto.is_released.is_(True))
    .order_by(CallPhoto.id)
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PublishedCall:
    """One call as strangers may know it; place and days are masked, `center` is the one of the masked place."""

    number: str
    kind: PublicKind
    is_closed: bool
    requested_on: date
    updated_on: date
    expected_on: date | None
    label: str
    lat: float
    long: float
    center: str
    case_number: str
    """Of the public case that it belongs to; empty for none."""
    photo_ids: tuple[str, ...]
    """Photos that somebody looked at and released."""
    case_step: str = ""
    """How far the work on that case is, a key of `call_cases.WORDS`; empty for none."""
    case_id: int = 0
    is_case_solved: bool = False


def find_calls(search: CallSearch, *, limit: int, offset: int = 0) -> list[PublishedCall]:
    """The calls that answer a question, newest day first, at most `limit` of them after the first `offset`."""
    kinds = _wanted(search)
    found = _ids(search, kinds)
    if found is None:
        return []
    if search.centers:
        wanted: Any = ids_within(found, search.centers, limit=limit, offset=offset)
    else:
        wanted = found.limit(limit).offset(offset)
    return _tell(_asked().where(ServiceRequest.id.in_(wanted)).order_by(*newest_first(search)), kinds)


def stream_calls(search: CallSearch) -> Iterator[list[PublishedCall]]:
    """All the calls that answer a question, newest first, some hundreds at a time. `search` names no centers.

    Each portion is asked for from where the one before ended, so that the last costs no more than the first.
    """
    kinds = _wanted(search)
    query = _ids(search, kinds)
    while query is not None:
        wanted = _asked().where(ServiceRequest.id.in_(query.limit(_AT_ONCE)))
        calls = _tell(wanted.order_by(*newest_first(search)), kinds)
        db.session.close()  # a slow reader keeps no transaction open, and no connection from others
        yield calls
        query = _after(calls[-1], search, kinds) if len(calls) == _AT_ONCE else None


def _after(last: PublishedCall, search: CallSearch, kinds: dict[int, PublicKind]) -> Select[*tuple[Any, ...]] | None:
    day = last.updated_on if search.by_update else last.requested_on
    rest = replace(search, updated_to=day) if search.by_update else replace(search, last_day=day)
    query = _ids(rest, kinds)
    if query is None:
        return None
    return query.where(or_(day_column(search) < day.toordinal(), ServiceRequest.service_request_id < last.number))


def find_published_call(typed: str) -> PublishedCall:
    """The call with this number, however it was typed; raises `NotFound` for any that is not public."""
    query = made_once(("one call", public_day(the_city())), _one_call)
    found = _tell(query, public_kinds(), {"typed": typed, "read": read_identifier(typed)})
    if not found:
        raise NotFound("There is no public request with this number.")
    return found[0]


def _one_call() -> Select[*tuple[Any, ...]]:
    meant = ServiceRequest.service_request_id.in_([bindparam("typed"), bindparam("read")])
    return _asked().where(meant, *is_published(public_kinds().values()))


def _wanted(search: CallSearch) -> dict[int, PublicKind]:
    """The public kinds that a question asks for."""
    kinds = public_kinds()
    if not search.service_codes:
        return kinds
    return {number: kind for number, kind in kinds.items() if kind.service_code in search.service_codes}


def _ids(search: CallSearch, kinds: dict[int, PublicKind]) -> Select[*tuple[Any, ...]] | None:
    """Asks for ids only: the engine then finds them in an index, and looks up no row that is not wanted.

    None where no call can be meant. What narrows most is asked first, as it is asked of every entry of the index.
    """
    words = saying(search.words.split(), public_kinds()) if kinds else None
    if words is None:
        return None
    conditions = [*narrowing(search), *words, *is_published(kinds.values(), last_day=search.last_day)]
    if search.is_told:
        conditions += is_change_told(kinds.values())
    return select(ServiceRequest.id).where(*conditions).order_by(*newest_first(search))


def _asked() -> Select[*tuple[Any, ...]]:
    return with_cases(select(*_COLUMNS))


def _tell(
    query: Select[*tuple[Any, ...]], kinds: dict[int, PublicKind], values: dict[str, Any] | None = None
) -> list[PublishedCall]:
    rows = db.session.connection().execute(query, values).all()
    if not rows:
        return []
    zone = city_zone(the_city())
    midnight = start_of_day(public_day(the_city()), zone)
    photos, centers = _photos_of([row.id for row in rows if row.photos]), _centers_of(rows)
    return [
        PublishedCall(
            row.service_request_id, kinds[row.service_type_id], row.status is CallStatus.CLOSED,
            date.fromordinal(row.public_day), date.fromordinal(row.public_updated_day),
            local_date(row.expected_datetime, zone) if row.expected_datetime else None,
            row.public_label, row.public_lat, row.public_long, center,
            case.number, photos.get(row.id, ()), case.step, case.id, case.is_solved,
        )
        for row, center in zip(rows, centers, strict=True)
        for case in (case_of(row, midnight),)
    ]  # fmt: skip


def _photos_of(call_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    photos: dict[int, tuple[str, ...]] = {}
    if not call_ids:
        return photos
    for call_id, photo_id in db.session.connection().execute(_PHOTOS, {"calls": call_ids}):
        photos[call_id] = (*photos.get(call_id, ()), photo_id)
    return photos


def _centers_of(rows: Sequence[Any]) -> list[str]:
    """The service center in which each masked place lies."""
    index = service_centers()
    lat, long = zip(*[(row.public_lat, row.public_long) for row in rows], strict=True)
    names = {area.id: area.name for area in index.areas}
    return [names.get(area_id, "") for area_id in index.locate_each(lat, long)]
