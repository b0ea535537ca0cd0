"""The call list: pages by key, each bounded however many calls are stored, and the same calls as a stream of CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, literal, select, text, tuple_, type_coerce
from sqlalchemy.orm import aliased, joinedload

from ..calls.filters import OLDEST, CallFilters
from ..calls.finding import load_calls
from ..calls.models import Channel, Family, ServiceRequest, ServiceType
from ..cases.models import CaseCall, ProblemCase
from ..clock import from_local, from_microseconds, to_microseconds
from ..database import UTCDateTime
from ..extensions import db
from ..formatters import csv_line
from ..identifiers import read_number
from ..places.models import Area
from .searching import ids_meant

PER_PAGE = 50
LOOKED_THROUGH = 40_000
"""Calls that one page looks through at most; what is further back is a link away."""
MOST_MEANT = 1_000
"""The newest calls that a search text narrows to."""
MOST_EXPORTED = 100_000
CSV_COLUMNS = (
    "call", "source", "source_id", "type", "family", "channel", "status", "address", "unit", "requested", "closed",
    "placement", "lat", "long", "center", "case", "said",
)  # fmt: skip
_HEARD = text("service_requests.channel <> 'import'")
"""Said word for word, so that both engines see that the index of calls that were not imported holds them all."""
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls of one page, the key after which the next goes on (None: no more), and whether it was looked through whole.

    `is_cut`: not `PER_PAGE` calls passed among those looked through, but there may be more further on.
    """

    calls: list[ServiceRequest]
    links: dict[int, CaseCall]
    after: Key | None
    is_cut: bool = False


def call_page(filters: CallFilters, zone: ZoneInfo, after: Key | None) -> CallPage:
    """One page of the list, from a key on."""
    meant = ids_meant(filters.q, limit=MOST_MEANT) if filters.q else None
    query = _narrowed(filters, zone, meant).where(*_beyond(filters, after))
    end = None if meant is not None or filters.caller is not None else _end_of_look(filters, zone, after)
    if end is not None:
        query = query.where(_is_before(filters, end, inclusive=True))
    rows = db.session.execute(query.limit(PER_PAGE + 1)).all()
    shown = [row.id for row in rows[:PER_PAGE]]
    if len(rows) > PER_PAGE:
        last = rows[PER_PAGE - 1]
        return CallPage(load_calls(shown), links_of(shown), (last.requested_datetime, last.id))
    return CallPage(load_calls(shown), links_of(shown), end, end is not None)


def links_of(call_ids: Sequence[int]) -> dict[int, CaseCall]:
    """The active links of these calls, with their cases, by call."""
    query = select(CaseCall).options(joinedload(CaseCall.case))
    found = db.session.scalars(query.where(CaseCall.call_id.in_(call_ids), CaseCall.unlinked_at.is_(None)))
    return {link.call_id: link for link in found}


def write_key(key: Key | None) -> str | None:
    """A key as it stands in an address."""
    return f"{to_microseconds(key[0])}.{key[1]}" if key else None


def read_key(written: str) -> Key | None:
    """The key that an address gives; None for none and for rubbish."""
    at, _, number = written.partition(".")
    if not (at.removeprefix("-").isdecimal() and written.isascii()):
        return None
    try:
        return from_microseconds(int(at)), read_number(number)
    except (OverflowError, ValueError):
        return None


def _narrowed(filters: CallFilters, zone: ZoneInfo, meant: Sequence[int] | None) -> Select[int, datetime]:
    """Calls that pass the filters, in the order asked for."""
    query = select(ServiceRequest.id, ServiceRequest.requested_datetime)
    query = query.where(*_walked(filters, zone), *_rest(filters))
    if meant is not None:
        query = query.where(ServiceRequest.id.in_(meant))
    at, number = ServiceRequest.requested_datetime, ServiceRequest.id
    return query.order_by(at, number) if filters.sort == OLDEST else query.order_by(at.desc(), number.desc())


def _walked(filters: CallFilters, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """What an index in the order of the list narrows by itself."""
    conditions: list[ColumnElement[bool]] = []
    if filters.since:
        start = from_local(datetime.combine(filters.since, time()), zone)
        conditions.append(ServiceRequest.requested_datetime >= start)
    if filters.until:
        end = from_local(datetime.combine(filters.until + timedelta(days=1), time()), zone)
        conditions.append(ServiceRequest.requested_datetime < end)
    if filters.type is not None:
        conditions.append(ServiceRequest.service_type_id == filters.type)
    if filters.channel and filters.channel != Channel.IMPORT.value:
        conditions += [ServiceRequest.channel == filters.channel, _HEARD]  # type: ignore[list-item]  # SQL as text
    return conditions


def _rest(filters: CallFilters) -> list[ColumnElement[bool]]:
    """What is asked of each call that the walk meets; written so that no engine takes an index out of order for it."""
    conditions: list[ColumnElement[bool]] = []
    if filters.channel == Channel.IMPORT.value:
        conditions.append(ServiceRequest.channel == filters.channel)
    if filters.caller is not None:
        conditions.append(ServiceRequest.caller_id == filters.caller)
    if filters.center is not None:
        conditions.append(ServiceRequest.center_id == filters.center)
    if filters.status:
        conditions.append(ServiceRequest.status == filters.status)
    if filters.placement:
        conditions.append(type_coerce(ServiceRequest.placement, String) + "" == filters.placement)
    if filters.family is not None:
        types = db.session.scalars(select(ServiceType.id).where(ServiceType.family_id == filters.family)).all()
        conditions.append((ServiceRequest.service_type_id + 0).in_(types))
    if filters.linked:
        one = aliased(CaseCall)
        link = select(one.id).where(one.call_id == ServiceRequest.id, one.unlinked_at.is_(None))
        conditions.append(link.exists() if filters.linked == "yes" else ~link.exists())
    return conditions


def _beyond(filters: CallFilters, after: Key | None) -> list[ColumnElement[bool]]:
    return [] if after is None else [_is_before(replace(filters, sort=_other(filters.sort)), after)]


def _other(sort: str) -> str:
    return "newest" if sort == OLDEST else OLDEST


def _is_before(filters: CallFilters, key: Key, *, inclusive: bool = False) -> ColumnElement[bool]:
    """The call stands before the key in the order of the list."""
    here = tuple_(ServiceRequest.requested_datetime, ServiceRequest.id)
    there = tuple_(literal(key[0], UTCDateTime()), literal(key[1]))
    if filters.sort == OLDEST:
        return here <= there if inclusive else here < there
    return here >= there if inclusive else here > there


def _end_of_look(filters: CallFilters, zone: ZoneInfo, after: Key | None) -> Key | None:
    """The last call that this page looks at; None when it sees the end of the list."""
    if not _rest(filters):
        return None  # every call that the walk meets is shown
    plain = CallFilters(since=filters.since, until=filters.until, type=filters.type, channel=filters.channel,
                        sort=filters.sort)  # fmt: skip
    walk = _narrowed(plain, zone, None).where(*_beyond(filters, after)).offset(LOOKED_THROUGH - 1).limit(1)
    row = db.session.execute(walk).first()
    return (row.requested_datetime, row.id) if row else None


def stream_call_csv(filters: CallFilters, zone: ZoneInfo) -> Iterator[str]:
    """The list as CSV, line by line, with instants on the city's clocks: at most `MOST_EXPORTED` calls."""
    yield csv_line(CSV_COLUMNS, zone)
    call = ServiceRequest
    columns = (
        call.service_request_id, call.source, call.source_id, ServiceType.service_name, Family.name, call.channel,
        call.status, call.address, call.unit, call.requested_datetime, call.closed_at, call.placement, call.lat,
        call.long, Area.name, ProblemCase.public_id, call.description,
    )  # fmt: skip
    meant = ids_meant(filters.q, limit=MOST_MEANT) if filters.q else None
    link = and_(CaseCall.call_id == call.id, CaseCall.unlinked_at.is_(None))
    query = (
        _narrowed(filters, zone, meant)
        .with_only_columns(*columns)
        .join(ServiceType, ServiceType.id == call.service_type_id)
        .join(Family, Family.id == ServiceType.family_id)
        .outerjoin(Area, Area.id == call.center_id)
        .outerjoin(CaseCall, link)
        .outerjoin(ProblemCase, ProblemCase.id == CaseCall.case_id)
        .limit(MOST_EXPORTED)
    )
    for row in db.session.execute(query.execution_options(yield_per=1_000)):
        yield csv_line(row, zone)
