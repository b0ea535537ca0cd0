"""Calls at a place, around it and elsewhere, bin by bin, in one query that an index answers by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, case, cast, column, func, select, values

from ...calls.models import ServiceRequest, ServiceType
from ...database import UTCDateTime
from ...extensions import db
from ..models import ProblemCase
from .findings import Counted
from .models import ComparisonKind
from .windows import Bin

RING_M = 500
"""Up to here a problem may have moved. Johnson and Bowers find near repeats of burglary within 300 to 400 m; for calls
about disorder nothing better is known."""
BELT_M = 1_000
"""The belt from the ring's edge to here is what the ring is compared with; the comparison of the place lies beyond."""

_TAKES_PART = and_(
    ServiceRequest.x_dm.is_not(None),
    ServiceRequest.is_outside.is_(False),
    ServiceRequest.withdrawn_at.is_(None),
    ServiceRequest.weight > 0,
)
"""The calls that count for cases (`ledger.COUNTABLE` without its service types, which `_types` sorts out), and of these
only the ones with weight: a follow-up on the same matter is no new sign of the problem."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where calls are compared: the rest of a center or of a neighborhood, or of the whole city (no area)."""

    kind: ComparisonKind
    area_id: int | None
    words: str


def count_calls(subject: ProblemCase, comparison: Comparison, bins: Sequence[Bin]) -> list[Counted]:
    """The family's calls in each bin: within the case's radius, in the ring, in the belt, and in the comparison."""
    if not bins:
        return []
    rows = db.session.execute(_query(subject, comparison, bins))
    counts = {number: tuple(int(count) for count in row) for number, *row in rows}
    return [Counted(one, *counts.get(number, ())) for number, one in enumerate(bins)]


def _query(subject: ProblemCase, comparison: Comparison, bins: Sequence[Bin]):  # type: ignore[no-untyped-def]  # mixed
    pieces = (
        values(column("number", Integer), column("start", UTCDateTime), column("end", UTCDateTime), name="pieces")
        .data([(number, one.span.start, one.span.end) for number, one in enumerate(bins)])
        .cte()
    )
    radius_m = subject.rule.radius_m
    squared = _squared_dm(subject)
    in_ring = and_(squared > _dm2(radius_m), squared <= _dm2(RING_M))
    in_belt = and_(squared > _dm2(max(RING_M, radius_m)), squared <= _dm2(BELT_M))
    elsewhere = and_(squared > _dm2(BELT_M), *_within(comparison))
    areas = (squared <= _dm2(radius_m), in_ring, in_belt, elsewhere)
    return (
        select(pieces.c.number, *(func.sum(case((area, 1), else_=0)) for area in areas))
        .select_from(pieces)
        .join(
            ServiceRequest,
            and_(
                ServiceRequest.service_type_id.in_(_types(subject.family_id)),
                ServiceRequest.requested_datetime >= pieces.c.start,
                ServiceRequest.requested_datetime < pieces.c.end,
            ),
        )
        .where(_TAKES_PART)
        .group_by(pieces.c.number)
    )


def _types(family_id: int) -> list[int]:
    """The family's service types that may count: neither confidential nor tests."""
    query = select(ServiceType.id).where(
        ServiceType.family_id == family_id, ServiceType.is_confidential.is_(False), ServiceType.is_test.is_(False)
    )
    return list(db.session.scalars(query))


def _squared_dm(subject: ProblemCase) -> ColumnElement[int]:
    """The squared distance to the anchor; in 64 bits, which PostgreSQL wants to be told."""
    x = cast(ServiceRequest.x_dm, BigInteger) - subject.anchor_x_dm
    y = cast(ServiceRequest.y_dm, BigInteger) - subject.anchor_y_dm
    return x * x + y * y


def _dm2(metres: int) -> int:
    return (10 * metres) ** 2


def _within(comparison: Comparison) -> list[ColumnElement[bool]]:
    columns = {
        ComparisonKind.CENTER: ServiceRequest.center_id,
        ComparisonKind.NEIGHBORHOOD: ServiceRequest.neighborhood_id,
    }
    asked = columns.get(comparison.kind)
    return [] if asked is None or comparison.area_id is None else [asked == comparison.area_id]


def first_call_at() -> datetime | None:
    """How far the city's calls reach back."""
    oldest = (
        select(ServiceRequest.requested_datetime)
        .where(ServiceRequest.is_outside.is_(False))
        .order_by(ServiceRequest.requested_datetime)
        .limit(1)
    )
    return db.session.scalar(oldest)
