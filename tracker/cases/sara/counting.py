"""The calls of a case, counted from one bounded read."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, select, type_coerce

from ...calls.models import Channel, ServiceRequest, ServiceType
from ...extensions import db
from ...places.city import city_zone
from ...places.models import City
from ..models import CaseCall, ProblemCase
from .concentration import Ranked, percentages, rank_places
from .facts import Figures
from .times import count_times

READ_MOST = 20_000
"""Calls that are read and counted, those linked last; of a case with more the page says so."""

Row = tuple[datetime | str, bool, str, str, int, int | None]
"""When, whether imported, the address as a key and as it was said, the service type, the caller."""


def count_calls(case: ProblemCase, city: City) -> Figures:
    """Read the calls that are linked to `case` now and count them."""
    found = _read(case)
    rows = found[:READ_MOST]
    zone = city_zone(city)
    readings = [_on_clock(row[0], zone) for row in rows]
    dates = [local.date() for local in readings]
    days = sorted(set(dates))
    callers = Counter(row[5] for row in rows if row[5] is not None)
    return Figures(
        calls=len(rows),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        dates=dates,
        days=len(days),
        quiet_days=max(((later - earlier).days for earlier, later in pairwise(days)), default=0),
        callers=len(callers),
        of_known=callers.total(),
        most_by_one=max(callers.values(), default=0),
        types=_types(rows),
        places=_places(rows),
        times=count_times(zip(readings, (row[1] for row in rows), strict=True)),
        is_cut=len(found) > READ_MOST,
    )


def _on_clock(instant: datetime | str, zone: ZoneInfo) -> datetime:
    """An instant on the city's clocks, as the engine hands it over: SQLite as text, in UTC and without its zone."""
    if isinstance(instant, str):
        instant = datetime.fromisoformat(f"{instant}+00:00")
    return instant.astimezone(zone)


def _read(case: ProblemCase) -> Sequence[Any]:
    """One `Row` per call, past the ORM and the type of instants, which takes longer than all the rest.

    One more than are counted, which says whether there are more.
    """
    call, link = ServiceRequest.__table__.c, CaseCall.__table__.c
    query = (
        select(
            type_coerce(call.requested_datetime, String), call.channel == Channel.IMPORT, call.address_key,
            call.address, call.service_type_id, call.caller_id,
        )
        .join_from(CaseCall.__table__, ServiceRequest.__table__, link.call_id == call.id)
        .where(link.case_id == case.id, link.unlinked_at.is_(None))
        .order_by(link.id.desc())
        .limit(READ_MOST + 1)
    )  # fmt: skip
    return db.session.execute(query).all()


def _types(rows: Sequence[Row]) -> list[tuple[str, int, float]]:
    counts, by_name = Counter(row[4] for row in rows), Counter[str]()
    query = select(ServiceType.id, ServiceType.service_name).where(ServiceType.id.in_(counts))
    for type_id, name in db.session.execute(query):
        by_name[name] += counts[type_id]  # two types may have one name
    return percentages(by_name)


def _places(rows: Sequence[Row]) -> list[Ranked]:
    """Addresses as the gazetteer reads them, so that two spellings are one place; called as the newest call does."""
    keys = [row[2] or row[3].casefold() for row in rows]
    names = {key: row[3] or "No address given" for key, row in zip(reversed(keys), reversed(rows), strict=True)}
    return rank_places(Counter(keys), names)
