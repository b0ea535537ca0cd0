"""Read what is published, page by page and in constant memory, each page in a transaction of its own.

A page begins after the last row of the one before, by masked columns only: calls by day and then by number, cases by
number. Between two pages nothing is held, however slowly somebody reads: neither a transaction nor a connection. So
SQLite can fold its log back, no writer waits, and PostgreSQL need not keep old rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import ColumnElement, Select, select, tuple_

from ...calls.models import CallStatus, Family, ServiceRequest
from ...calls.public_days import PublicDays
from ...cases.alive import alive_at
from ...cases.models import NOT_SOLVED, CaseStatus, ProblemCase, SaraPhase
from ...extensions import db
from ...places.areas import AreaIndex
from ...places.city import city_zone, the_city
from ...places.models import AreaKind
from ..calls import is_published
from ..facts import public_day, public_kinds
from ..held_back import is_told_closed, last_told_day, untold_calls
from ..kinds import PublicKind
from ..visible import is_for_the_public, start_of_day
from .filters import DataFilters
from .rows import CallRow, CaseRow

PAGE = 2_000
"""Rows that are in memory at once."""
SHOWN = (CaseStatus.OPEN, CaseStatus.CLOSED)


class _Centers:
    """The names of the service centers in which masked points lie."""

    def __init__(self) -> None:
        self._index = AreaIndex.load(AreaKind.SERVICE_CENTER)
        self._names = {area.id: area.name for area in self._index.areas}

    def of(self, rows: Sequence[Any]) -> list[str]:
        """One name for each row, empty where there is none."""
        lat, long = (np.array([getattr(row, name) for row in rows]) for name in ("public_lat", "public_long"))
        return [self._names.get(area_id, "") for area_id in self._index.locate(lat, long).tolist()]


def read_calls(filters: DataFilters) -> Iterator[list[CallRow]]:
    """Every published call that passes, by day and then by its number, which means nothing."""
    kinds, centers, zone, today = public_kinds(), _Centers(), city_zone(the_city()), public_day(the_city())
    query = _calls(filters, kinds).order_by(ServiceRequest.public_day, ServiceRequest.service_request_id).limit(PAGE)
    at_midnight = cache(lambda day: start_of_day(day, zone).astimezone(zone).isoformat())
    where = tuple_(ServiceRequest.public_day, ServiceRequest.service_request_id)
    after: ColumnElement[bool] | None = None
    while True:
        rows = db.session.execute(query if after is None else query.where(after)).all()
        db.session.close()
        if not rows:
            return
        pairs = zip(rows, centers.of(rows), strict=True)
        yield [_call(row, kinds, center, at_midnight, today) for row, center in pairs]
        if len(rows) < PAGE:
            return
        after = where > tuple_(rows[-1].public_day, rows[-1].service_request_id)


def _calls(filters: DataFilters, kinds: dict[int, PublicKind]) -> Select[*tuple[Any, ...]]:
    query = select(
        ServiceRequest.service_request_id, ServiceRequest.service_type_id, ServiceRequest.status,
        ServiceRequest.public_day, ServiceRequest.public_updated_day, ServiceRequest.public_label,
        ServiceRequest.public_lat, ServiceRequest.public_long,
    ).where(*is_published(kinds.values()))  # fmt: skip
    if filters.year:
        first, last = (day.toordinal() for day in filters.days)
        query = query.where(ServiceRequest.public_day >= first, ServiceRequest.public_day <= last)
    if filters.family or filters.type:
        wanted = [kind.id for kind in kinds.values() if _fits(kind, filters)]
        query = query.where((ServiceRequest.service_type_id + 0).in_(wanted))
    return query


def _fits(kind: PublicKind, filters: DataFilters) -> bool:
    return filters.family in ("", kind.family_code) and filters.type in ("", kind.service_code)


def _call(row: Any, kinds: dict[int, PublicKind], center: str, at_midnight: Any, today: date) -> CallRow:
    """A change that its kind still holds back is not told: it is open, as when it came in."""
    kind = kinds[row.service_type_id]
    requested, updated = date.fromordinal(row.public_day), date.fromordinal(row.public_updated_day)
    is_told = not kind.publish_after_days or updated <= last_told_day(today, kind.publish_after_days)
    updated = updated if is_told else requested
    return CallRow(
        row.service_request_id, is_told and row.status is CallStatus.CLOSED, kind.service_code, kind.service_name,
        kind.group,
        kind.family_code, kind.family_name, requested, updated, at_midnight(requested), at_midnight(updated),
        row.public_label, row.public_lat, row.public_long, center,
    )  # fmt: skip


def read_cases(filters: DataFilters) -> Iterator[list[CaseRow]]:
    """Every case that has a public page and passes, by its number: an order by the instant would tell the hour."""
    city = the_city()
    day, zone = public_day(city), city_zone(city)
    midnight, days, centers = start_of_day(day, zone), PublicDays(zone), _Centers()
    query = _cases(filters, day, zone).order_by(ProblemCase.public_id).limit(PAGE)
    after, untold = "", untold_calls(day)
    while True:
        rows = db.session.execute(query.where(ProblemCase.public_id > after)).all()
        db.session.close()
        if rows:
            yield [_case(row, midnight, days, name, untold) for row, name in zip(rows, centers.of(rows), strict=True)]
        if len(rows) < PAGE:
            return
        after = rows[-1].public_id


def _cases(filters: DataFilters, day: date, zone: ZoneInfo) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            ProblemCase.id, ProblemCase.public_id, Family.code.label("family_code"), Family.name.label("family"),
            ProblemCase.status, ProblemCase.phase, ProblemCase.opened_at, ProblemCase.closed_at,
            ProblemCase.monitored_until, ProblemCase.outcome_kind, ProblemCase.call_count, ProblemCase.public_label,
            ProblemCase.public_lat, ProblemCase.public_long, alive_at(start_of_day(day, zone)).label("is_alive"),
            is_told_closed(day, zone).label("is_closed"),
        )
        .join(Family, Family.id == ProblemCase.family_id)
        .where(ProblemCase.status.in_(SHOWN), is_for_the_public(day, zone))
    )  # fmt: skip
    if filters.year:
        first, last = filters.days
        query = query.where(ProblemCase.opened_at >= start_of_day(first, zone))
        query = query.where(ProblemCase.opened_at < start_of_day(last + timedelta(days=1), zone))
    return query.where(Family.code == filters.family) if filters.family else query


def _case(row: Any, midnight: datetime, days: PublicDays, center: str, untold: Mapping[int, int]) -> CaseRow:
    closed = row.closed_at if row.is_closed else None
    status = _status(row, midnight)
    phase = SaraPhase.ASSESSMENT if status == "watched" else row.phase
    return CaseRow(
        row.public_id, row.family_code, row.family, status, phase.value,
        date.fromordinal(days.of(row.opened_at)), date.fromordinal(days.of(closed)) if closed else None,
        row.call_count - untold.get(row.id, 0), row.public_label, row.public_lat, row.public_long, center,
    )  # fmt: skip


def _status(row: Any, midnight: datetime) -> str:
    if not row.is_closed:
        return "open" if row.is_alive or row.status is CaseStatus.CLOSED else "quiet"
    if row.status is CaseStatus.OPEN or (row.monitored_until and row.monitored_until >= midnight):
        return "watched"
    return "closed" if row.outcome_kind in NOT_SOLVED else "solved"
