"""Calls as strangers may know them: found by masked columns, ordered by masked columns, told by masked columns.

A call's own place, time, words and caller are not read here at all. Of one day the order is that of the numbers, which
mean nothing: an order by the hour would tell the hour.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from ..calls.models import CallStatus, ServiceRequest
from ..calls.photos.models import CallPhoto
from ..cases.models import CaseCall, CaseStatus, ProblemCase
from ..clock import local_date
from ..errors import NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..places.areas import AreaIndex
from ..places.city import city_zone, the_city
from ..places.models import AreaKind
from .call_search import Box, CallSearch, Circle
from .kinds import PublicKind, by_delay, public_kinds
from .visible import is_for_the_public, public_day

_DEGREE_M = 111_195.0
"""Meters of a degree of latitude."""
_COLUMNS = (
    ServiceRequest.id, ServiceRequest.service_request_id, ServiceRequest.service_type_id, ServiceRequest.status,
    ServiceRequest.public_day, ServiceRequest.public_updated_day, ServiceRequest.expected_datetime,
    ServiceRequest.public_label, ServiceRequest.public_lat, ServiceRequest.public_long,
)  # fmt: skip


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


def find_calls(search: CallSearch, *, limit: int, offset: int = 0) -> list[PublishedCall]:
    """The calls that answer a question, newest day first, at most `limit` of them after the first `offset`."""
    kinds = public_kinds()
    query = select(*_COLUMNS).where(*is_published(kinds.values()), *_narrowing(search, kinds))
    day = ServiceRequest.public_updated_day if search.by_update else ServiceRequest.public_day
    query = query.order_by(day.desc(), ServiceRequest.service_request_id.desc()).limit(limit).offset(offset)
    return _tell(query, kinds)


def find_published_call(typed: str) -> PublishedCall:
    """The call with this number, however it was typed; raises `NotFound` for any that is not public."""
    kinds = public_kinds()
    query = select(*_COLUMNS).where(*is_published(kinds.values()))
    found = _tell(query.where(ServiceRequest.service_request_id.in_((typed, read_identifier(typed)))), kinds)
    if not found:
        raise NotFound("There is no public request with this number.")
    return found[0]


def is_published(kinds: Iterable[PublicKind]) -> tuple[ColumnElement[bool], ...]:
    """Of a public kind, masked, in the city, not withdrawn, and no longer held back."""
    today = public_day(the_city()).toordinal()
    # Reckoned with, so that no engine looks the types up first and sorts all their calls.
    type_id = ServiceRequest.service_type_id + 0
    waited = [
        and_(type_id.in_(ids), ServiceRequest.public_day <= today - delay) for delay, ids in by_delay(kinds).items()
    ]
    return (
        ServiceRequest.public_day <= today,
        ServiceRequest.withdrawn_at.is_(None),
        ServiceRequest.is_outside.is_(False),
        or_(false(), *waited),
    )


def _narrowing(search: CallSearch, kinds: dict[int, PublicKind]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.numbers:
        conditions.append(ServiceRequest.service_request_id.in_([read_identifier(one) for one in search.numbers]))
    if search.service_codes:
        wanted = [kind.id for kind in kinds.values() if kind.service_code in search.service_codes]
        conditions.append((ServiceRequest.service_type_id + 0).in_(wanted))
    if search.is_closed is not None:
        conditions.append(ServiceRequest.status == (CallStatus.CLOSED if search.is_closed else CallStatus.OPEN))
    conditions += _within(ServiceRequest.public_day, search.first_day, search.last_day)
    conditions += _within(ServiceRequest.public_updated_day, search.updated_from, search.updated_to)
    if search.box is not None:
        conditions.append(_in_box(search.box))
    if search.labels:
        conditions.append(ServiceRequest.public_label.in_(search.labels))
    if search.circle is not None:
        conditions.append(_in_circle(search.circle))
    conditions += [_says(word, kinds) for word in search.words.split()]
    return conditions


def _within(column: Any, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    bounds = [column >= first.toordinal()] if first else []
    return bounds + ([column <= last.toordinal()] if last else [])


def _in_box(box: Box) -> ColumnElement[bool]:
    lat, long = ServiceRequest.public_lat, ServiceRequest.public_long
    return and_(lat >= box.south, lat <= box.north, long >= box.west, long <= box.east)


def _in_circle(circle: Circle) -> ColumnElement[bool]:
    """Flat-Earth, which is right to a thousandth within a city; a box first, which is cheap to ask."""
    east_m = _DEGREE_M * max(math.cos(math.radians(circle.lat)), 1e-6)
    high, wide = circle.radius_m / _DEGREE_M, circle.radius_m / east_m
    box = Box(circle.lat - high, circle.long - wide, circle.lat + high, circle.long + wide)
    north = (ServiceRequest.public_lat - circle.lat) * _DEGREE_M
    east = (ServiceRequest.public_long - circle.long) * east_m
    return and_(_in_box(box), north * north + east * east <= circle.radius_m**2)


def _says(word: str, kinds: dict[int, PublicKind]) -> ColumnElement[bool]:
    folded = word.casefold()
    saying = [
        kind.id
        for kind in kinds.values()
        if folded in f"{kind.service_name} {kind.group} {kind.keywords}".casefold()
    ]  # fmt: skip
    of_type = (ServiceRequest.service_type_id + 0).in_(saying)
    return or_(of_type, ServiceRequest.public_label.icontains(word, autoescape=True))


def _tell(query: Select[*tuple[Any, ...]], kinds: dict[int, PublicKind]) -> list[PublishedCall]:
    rows = db.session.execute(query).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    zone = city_zone(the_city())
    cases, photos, centers = _cases_of(ids), _photos_of(ids), _centers_of(rows)
    return [
        PublishedCall(
            row.service_request_id, kinds[row.service_type_id], row.status is CallStatus.CLOSED,
            date.fromordinal(row.public_day), date.fromordinal(row.public_updated_day),
            local_date(row.expected_datetime, zone) if row.expected_datetime else None,
            row.public_label, row.public_lat, row.public_long, center, cases.get(row.id, ""), photos.get(row.id, ()),
        )
        for row, center in zip(rows, centers, strict=True)
    ]  # fmt: skip


def _cases_of(call_ids: Sequence[int]) -> dict[int, str]:
    """The number of the public case of each call that has one."""
    city = the_city()
    shown = ProblemCase.status.in_((CaseStatus.OPEN, CaseStatus.CLOSED))
    query = (
        select(CaseCall.call_id, ProblemCase.public_id)
        .join(ProblemCase, ProblemCase.id == CaseCall.case_id)
        .where(CaseCall.call_id.in_(call_ids), CaseCall.unlinked_at.is_(None), shown)
        .where(is_for_the_public(public_day(city), city_zone(city)))
    )
    return dict(db.session.execute(query).all())


def _photos_of(call_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = select(CallPhoto.call_id, CallPhoto.id).where(
        CallPhoto.call_id.in_(call_ids), CallPhoto.is_released.is_(True)
    )
    photos: dict[int, tuple[str, ...]] = {}
    for call_id, photo_id in db.session.execute(query.order_by(CallPhoto.id)):
        photos[call_id] = (*photos.get(call_id, ()), photo_id)
    return photos


def _centers_of(rows: Sequence[Any]) -> list[str]:
    """The service center in which each masked place lies."""
    index = AreaIndex.load(AreaKind.SERVICE_CENTER)
    lat, long = (np.array([getattr(row, name) for row in rows]) for name in ("public_lat", "public_long"))
    names = {area.id: area.name for area in index.areas}
    return [names.get(area_id, "") for area_id in index.locate(lat, long).tolist()]
