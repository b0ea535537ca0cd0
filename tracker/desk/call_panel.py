"""Beside the form, while the caller is on the line: what is known of the place, and where the call may belong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..calls.as_of import as_of
from ..calls.models import ServiceRequest, ServiceType
from ..calls.pointing import Pointed, look_up, point_at, read_address
from ..cases.alive import is_alive
from ..cases.models import CaseStatus, ProblemCase
from ..cases.nearby import cases_within
from ..cases.site_plan import SitePlan, Spot, cut_sheet, draw_plan
from ..cases.suggesting import SURE, CallAsked, Repeat, Suggestion, same_caller_repeat, suggest_cases
from ..cases.surroundings import surroundings
from ..clock import local_date, utc_now
from ..errors import Invalid
from ..extensions import db
from ..places.city import city_zone, the_city
from ..places.models import City
from ..places.projection import cells_around
from ..scheduling.bookings.models import Booking
from ..scheduling.orders.models import WorkOrder

NEAR_M = 250
BLOCK_M = 100
_YEAR = timedelta(days=365)
_COUNTED = 200
_CASES = 6
_CALLS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says so far; any of it may still be missing."""

    address: str = ""
    unit: str = ""
    lat: float | None = None
    long: float | None = None
    service_type_id: int | None = None
    words: str = ""
    caller_id: int | None = None


@dataclass(frozen=True, slots=True)
class NearCase:
    """A case around: how far, whether it is alive, the day of booked work, and why the call may belong to it.

    `score` is the share of such suggestions that are right; 0 for a case that no call like this belongs to.
    """

    case: ProblemCase
    metres: int
    is_alive: bool
    visit: date | None
    score: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def is_likely(self) -> bool:
        """Whether it is worth proposing."""
        return self.score >= SURE


@dataclass(frozen=True, slots=True)
class CallPanel:
    """Everything beside the form. `at_address` and `on_block` count calls of a year, at most 200 (then `is_more`)."""

    spot: Pointed | None
    why_nowhere: str = ""
    calls: Sequence[ServiceRequest] = ()
    at_address: int = 0
    on_block: int = 0
    near: list[NearCase] = field(default_factory=list)
    plan: SitePlan | None = None
    family_id: int | None = None
    repeat: Repeat | None = None
    """The caller's earlier call about what seems to be the same."""

    @property
    def most_counted(self) -> int:
        """Counts stop here."""
        return _COUNTED


def gather_panel(asked: Asked) -> CallPanel:
    """What is known of the place that was said. A fixed number of bounded queries."""
    city = the_city()
    spot, why = _spot(asked)
    kind = db.session.get(ServiceType, asked.service_type_id) if asked.service_type_id else None
    family_id = kind.family_id if kind is not None else None
    if spot is None:
        return CallPanel(None, why, family_id=family_id)
    at = as_of(city)
    read = read_address(asked.address)
    key = read.key[:200]
    suggested = suggest_cases(
        CallAsked(
            x_dm=spot.x_dm, y_dm=spot.y_dm, address_key=key, unit=asked.unit or read.unit, family_id=family_id,
            caller_id=asked.caller_id, words=asked.words, at=at,
        ),
        limit=_CASES,
    )  # fmt: skip
    near = _near_cases(spot, at, city, {one.case_id: one for one in suggested})
    return CallPanel(
        spot=spot,
        calls=_calls_at(key, at - _YEAR) if key else (),
        at_address=_count(ServiceRequest.address_key == key, at - _YEAR) if key else 0,
        on_block=_count_around(spot, at - _YEAR),
        near=near,
        plan=_plan(spot, near, city),
        family_id=family_id,
        repeat=same_caller_repeat(asked.caller_id, family_id, spot.x_dm, spot.y_dm, utc_now())
        if asked.caller_id is not None and family_id is not None
        else None,
    )


def _spot(asked: Asked) -> tuple[Pointed | None, str]:
    """The place, or why there is none."""
    try:
        if asked.lat is not None and asked.long is not None:
            return point_at(asked.address, asked.lat, asked.long), ""
    except Invalid as error:
        return None, str(error)
    if len(asked.address.strip()) < 3:
        return None, ""
    found = look_up(asked.address)
    return found, "" if found else f"Nothing known is called «{asked.address.strip()[:80]}»."


def _calls_at(key: str, since: datetime) -> Sequence[ServiceRequest]:
    query = (
        select(ServiceRequest)
        .options(joinedload(ServiceRequest.service_type, innerjoin=True))
        .where(ServiceRequest.address_key == key, ServiceRequest.requested_datetime >= since)
        .order_by(ServiceRequest.requested_datetime.desc())
        .limit(_CALLS)
    )
    return db.session.scalars(query).all()


def _count(condition: object, since: datetime) -> int:
    some = select(ServiceRequest.id).where(condition, ServiceRequest.requested_datetime >= since).limit(_COUNTED)  # type: ignore[arg-type]
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _count_around(spot: Pointed, since: datetime) -> int:
    reach = 10 * BLOCK_M
    near = (
        ServiceRequest.cell.in_(cells_around(spot.x_dm, spot.y_dm, reach))
        & (func.abs(ServiceRequest.x_dm - spot.x_dm) <= reach)
        & (func.abs(ServiceRequest.y_dm - spot.y_dm) <= reach)
    )
    return _count(near, since)


def _near_cases(spot: Pointed, at: datetime, city: City, suggested: dict[int, Suggestion]) -> list[NearCase]:
    """Cases that somebody may still mean: the likeliest first, then those that are alive or watched, nearest first."""
    shown = []
    for metres, case in cases_within(spot.x_dm, spot.y_dm, NEAR_M):
        watched = case.status is CaseStatus.CLOSED and case.monitored_until is not None and case.monitored_until >= at
        if is_alive(case, at) or watched or case.id in suggested:
            shown.append((metres, case))
    scores = {case_id: one.score for case_id, one in suggested.items()}
    shown = sorted(shown, key=lambda pair: (-scores.get(pair[1].id, 0.0), pair[0]))[:_CASES]
    visits = next_visits([case.id for _, case in shown], at, city)
    return [
        NearCase(
            case, metres, is_alive(case, at), visits.get(case.id), scores.get(case.id, 0.0),
            suggested[case.id].reasons if case.id in suggested else (),
        )
        for metres, case in shown
    ]  # fmt: skip


def next_visits(case_ids: Sequence[int], at: datetime, city: City) -> dict[int, date]:
    """Per case the next day for which work is booked."""
    query = (
        select(WorkOrder.case_id, func.min(Booking.starts_at))
        .join(Booking, Booking.work_order_id == WorkOrder.id)
        .where(WorkOrder.case_id.in_(case_ids), Booking.cancelled_at.is_(None), Booking.held_until.is_(None))
        .where(Booking.starts_at >= at)
        .group_by(WorkOrder.case_id)
    )
    zone = city_zone(city)
    return {case_id: local_date(starts_at, zone) for case_id, starts_at in db.session.execute(query)}


def _plan(spot: Pointed, near: list[NearCase], city: City) -> SitePlan:
    """The place in the middle, the block about it, and the cases around as dots."""
    middle = (spot.x_dm, spot.y_dm)
    around = [one.case for one in near if one.metres <= 2 * BLOCK_M]
    counts = Counter((case.anchor_x_dm, case.anchor_y_dm) for case in around)
    labels = {(case.anchor_x_dm, case.anchor_y_dm): case.address for case in around}
    spots = [Spot(x, y, count, labels[x, y]) for (x, y), count in counts.items()]
    sheet = cut_sheet(middle, BLOCK_M, list(counts))
    return draw_plan(sheet, BLOCK_M, spots, *surroundings(sheet, city))
