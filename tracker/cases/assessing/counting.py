"""Calls at a place, around it and elsewhere, bin by bin, in one query that an index answers by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    or_,
    select,
    true,
    values,
)

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
    counts: dict[int, dict[str, int]] = {}
    if bins:
        for number, place, count in db.session.execute(_query(subject, comparison, bins)):
            counts.setdefault(number, {})[place] = count
    return [Counted(one, **counts.get(number, {})) for number, one in enumerate(bins)]


def _query(subject: ProblemCase, comparison: Comparison, bins: Sequence[Bin]) -> Select[int, str, int]:
    """Number of the bin, name of the area, count. Only what lies near or in the comparison is looked at closer."""
    pieces = (
        values(column("number", Integer), column("start", UTCDateTime), column("end", UTCDateTime), name="pieces")
        .data([(number, one.span.start, one.span.end) for number, one in enumerate(bins)])
        .cte()
    )
    in_box, in_belt, area = _around(subject)
    place = case((in_box, area), else_="control").label("place")
    return (
        select(pieces.c.number, place, func.count())
        .select_from(pieces)
        .join(
            ServiceRequest,
            and_(
                ServiceRequest.service_type_id.in_(_types(subject.family_id)),
                ServiceRequest.requested_datetime >= pieces.c.start,
                ServiceRequest.requested_datetime < pieces.c.end,
            ),
        )
        .where(_TAKES_PART, or_(_is_in(comparison), and_(in_box, in_belt)))
        .group_by(pieces.c.number, place)
    )


def _around(subject: ProblemCase) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[str]]:
    """Whether a call lies in the square about the belt, whether within the belt's edge, and in which area it counts.

    The square is asked first, because it costs next to nothing. Squared in 64 bits, which PostgreSQL wants to be told.
    """
    x = cast(ServiceRequest.x_dm, BigInteger) - subject.anchor_x_dm
    y = cast(ServiceRequest.y_dm, BigInteger) - subject.anchor_y_dm
    squared, edge = x * x + y * y, 10 * max(BELT_M, subject.rule.radius_m)
    in_box = and_(
        ServiceRequest.x_dm.between(subject.anchor_x_dm - edge, subject.anchor_x_dm + edge),
        ServiceRequest.y_dm.between(subject.anchor_y_dm - edge, subject.anchor_y_dm + edge),
    )
    reaches = {"treated": subject.rule.radius_m, "ring": RING_M, "belt": BELT_M}
    area = case(*((squared <= (10 * metres) ** 2, area) for area, metres in reaches.items()), else_="control")
    return in_box, squared <= edge**2, area


def _types(family_id: int) -> list[int]:
    """The family's service types that may count."""
    return list(db.session.scalars(select(ServiceType.id).where(_may_count(family_id))))


def _may_count(family_id: int) -> ColumnElement[bool]:
    """Whether a service type is one of the family's, and neither confidential nor a test."""
    return and_(
        ServiceType.family_id == family_id, ServiceType.is_confidential.is_(False), ServiceType.is_test.is_(False)
    )


def _is_in(comparison: Comparison) -> ColumnElement[bool]:
    columns = {
        ComparisonKind.CENTER: ServiceRequest.center_id,
        ComparisonKind.NEIGHBORHOOD: ServiceRequest.neighborhood_id,
    }
    asked = columns.get(comparison.kind)
    return true() if asked is None or comparison.area_id is None else asked == comparison.area_id


def first_call_at(family_id: int) -> datetime | None:
    """How far the family's calls reach back: the first that counts, read off the head of each type's own index."""
    first = (
        select(ServiceRequest.requested_datetime)
        .where(ServiceRequest.service_type_id == ServiceType.id, _TAKES_PART)
        .order_by(ServiceRequest.requested_datetime)
        .limit(1)
        .correlate(ServiceType)
        .scalar_subquery()
    )
    return db.session.scalar(select(func.min(first)).where(_may_count(family_id)))
