"""The calls of a case, counted from one bounded read."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from ...calls.models import Channel, ServiceRequest, ServiceType
from ...clock import local_date
from ...extensions import db
from ...places.city import city_zone
from ...places.models import City
from ..models import CaseCall, ProblemCase
from .concentration import Ranked, percentages, rank_places
from .facts import Figures
from .times import count_times

READ_MOST = 5_000
"""Calls that are read and counted, the newest; of a case with more the page says so."""

Row = tuple[datetime, bool, str, str, int, int | None]
"""When, whether imported, the address as a key and as it was said, the service type, the caller."""


def count_calls(case: ProblemCase, city: City) -> Figures:
    """Read the calls that are linked to `case` now and count them."""
    rows = _read(case)
    zone = city_zone(city)
    days = sorted({local_date(row[0], zone) for row in rows})
    callers = Counter(row[5] for row in rows if row[5] is not None)
    return Figures(
        calls=len(rows),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        days=len(days),
        quiet_days=max(((later - earlier).days for earlier, later in pairwise(days)), default=0),
        callers=len(callers),
        of_known=callers.total(),
        most_by_one=max(callers.values(), default=0),
        types=_types(rows),
        places=_places(rows),
        times=count_times(((row[0], row[1]) for row in rows), zone),
        is_cut=len(rows) == READ_MOST,
    )


def _read(case: ProblemCase) -> Sequence[Any]:
    """One `Row` per call, past the ORM: a case may hold thousands."""
    call = ServiceRequest
    query = (
        select(
            call.requested_datetime, call.channel == Channel.IMPORT, call.address_key, call.address,
            call.service_type_id, call.caller_id,
        )
        .join(CaseCall, CaseCall.call_id == call.id)
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
        .order_by(call.requested_datetime.desc(), call.id.desc())
        .limit(READ_MOST)
    )  # fmt: skip
    return db.session.execute(query).all()


def _types(rows: Sequence[Row]) -> list[tuple[str, int, float]]:
    counts = Counter(row[4] for row in rows)
    query = select(ServiceType.id, ServiceType.service_name).where(ServiceType.id.in_(counts))
    return percentages(Counter({name: counts[type_id] for type_id, name in db.session.execute(query)}))


def _places(rows: Sequence[Row]) -> list[Ranked]:
    """Addresses as the gazetteer reads them, so that two spellings are one place; called as the newest call does."""
    keys = [row[2] or row[3].casefold() for row in rows]
    names = {key: row[3] or "No address given" for key, row in zip(reversed(keys), reversed(rows), strict=True)}
    return rank_places(Counter(keys), names)
