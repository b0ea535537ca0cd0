"""What is asked of calls, as conditions on masked columns; the indexes `ix_service_requests_public…` hold them all."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from ..calls.models import CallStatus, ServiceRequest
from ..calls.photos.models import CallPhoto
from ..identifiers import read_identifier
from ..places.city import the_city
from .call_search import CallSearch
from .facts import public_day
from .kinds import PublicKind, among, by_delay
from .masked_places import in_box, in_circle

TYPE_ID = ServiceRequest.service_type_id + 0
"""Reckoned with, so that no engine looks the types up first and sorts all their calls."""


def is_published(kinds: Iterable[PublicKind], *, last_day: date | None = None) -> tuple[ColumnElement[bool], ...]:
    """Of a public kind, masked, in the city, not withdrawn, and no longer held back; at most of `last_day`.

    Both ends are one condition: of two, SQLite would look for one in the index and walk through the rest.
    """
    today = public_day(the_city())
    waited = [
        and_(is_one, ServiceRequest.public_day <= today.toordinal() - delay) if delay else is_one
        for delay, is_one in ((delay, among(TYPE_ID, ids)) for delay, ids in by_delay(kinds).items())
    ]
    return (
        ServiceRequest.public_day <= min(today, last_day or today).toordinal(),
        ServiceRequest.withdrawn_at.is_(None),
        ServiceRequest.is_outside.is_(False),
        or_(false(), *waited),
    )


def is_change_told(kinds: Iterable[PublicKind]) -> tuple[ColumnElement[bool], ...]:
    """Of calls whose type is held back: their last change has waited as well."""
    today = public_day(the_city()).toordinal()
    changed = ServiceRequest.public_updated_day
    return tuple(
        or_(TYPE_ID.not_in(ids), changed <= today - delay) for delay, ids in by_delay(kinds).items() if delay
    )


def day_column(search: CallSearch) -> Any:
    """The day by which the answer is ordered."""
    return ServiceRequest.public_updated_day if search.by_update else ServiceRequest.public_day


def newest_first(search: CallSearch) -> tuple[Any, Any]:
    """The order of the answer: by day, and of one day by numbers that mean nothing."""
    return day_column(search).desc(), ServiceRequest.service_request_id.desc()


def narrowing(search: CallSearch) -> list[ColumnElement[bool]]:
    """The rest of a question, after its types, its words, its centers and its last day."""
    conditions: list[ColumnElement[bool]] = []
    if search.numbers:
        meant = {*search.numbers, *(read_identifier(one) for one in search.numbers)}
        conditions.append(ServiceRequest.service_request_id.in_(sorted(meant)))
    if search.is_closed is not None:
        conditions.append(ServiceRequest.status == (CallStatus.CLOSED if search.is_closed else CallStatus.OPEN))
    conditions += _within(ServiceRequest.public_day, search.first_day, None)
    conditions += _within(ServiceRequest.public_updated_day, search.updated_from, search.updated_to)
    if search.box is not None:
        conditions.append(in_box(ServiceRequest, search.box))
    if search.circle is not None:
        conditions.append(in_circle(ServiceRequest, search.circle))
    if search.has_photo is not None:
        pictured = (ServiceRequest.id + 0).in_(select(CallPhoto.call_id).where(CallPhoto.is_released.is_(True)))
        conditions.append(pictured if search.has_photo else ~pictured)
    return conditions


def _within(column: Any, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    bounds = [column >= first.toordinal()] if first else []
    return bounds + ([column <= last.toordinal()] if last else [])
