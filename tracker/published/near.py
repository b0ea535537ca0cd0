"""What is known already around a place, for somebody who is about to report it: from masked point to masked point.

Cases come from the snapshot that every visitor shares, reports by the labels of the public points around. So the
answer is the same for every house of a block, and costs no more than a few indexed look-ups.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Select, bindparam, select

from ..calls.models import CallStatus, ServiceRequest
from ..cases.models import CaseCall, ProblemCase
from ..cases.rules import measures_without_writing
from ..extensions import db
from ..places.models import PublicPoint
from ..places.privacy import PlaceToMask, mask_places
from .call_search import Circle
from .calls import is_published
from .circles import DEGREE_M, box_around, degrees_of
from .facts import current_traces, made_once, public_kinds
from .finding import Found
from .keeping import current_snapshot
from .kinds import PublicKind
from .photos import first_photos
from .snapshot import PublicFamily, Snapshot
from .timeline import last_words_of
from .words import NEXT_WHEN_SOLVED, PHASES

BLOCK_M = 200
"""A block beyond the family's radius: the masked points of two neighbors may lie that far apart."""
MOST_CASES = 4
MOST_REPORTS = 4
_USUAL_RADIUS_M, _USUAL_DAYS = 100, 30
_MOST_LABELS = 60
_CASES = select(ProblemCase.id, ProblemCase.public_id, ProblemCase.family_id, ProblemCase.phase).where(
    ProblemCase.public_id.in_(bindparam("numbers", expanding=True))
)
_LABELS = (
    select(PublicPoint.label)
    .where(PublicPoint.lat.between(bindparam("south"), bindparam("north")))
    .where(PublicPoint.long.between(bindparam("west"), bindparam("east")))
    .distinct()
    .limit(_MOST_LABELS)
)


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A public case near the place, with enough to judge whether it is the same."""

    public_id: str
    family: PublicFamily
    label: str
    opened: date
    band: int
    is_solved: bool
    is_same_family: bool
    phase_text: str
    last_text: str
    """What was said in public last; empty for nothing."""
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report of somebody else that is in no case yet, by its block and day."""

    type_name: str
    is_closed: bool
    label: str
    reported_on: date


@dataclass(frozen=True, slots=True)
class Known:
    """Cases, of the same family and nearest first, and reports that are in no case yet, newest first."""

    cases: list[KnownCase]
    reports: list[KnownReport]

    def __bool__(self) -> bool:
        return bool(self.cases or self.reports)


def mask_point(lat: float, long: float) -> Found:
    """The public place of a point on the map."""
    mask = mask_places([PlaceToMask("", None, lat, long)])[0]
    return Found(mask.label, mask.lat, mask.long)


def known_near(place: Found, family_id: int) -> Known:
    """What the public may know around a public place within the family's radius and a block."""
    rule = measures_without_writing(family_id, current_traces().marks)
    radius_m, days = (rule.radius_m, rule.window_days) if rule else (_USUAL_RADIUS_M, _USUAL_DAYS)
    reach_m = radius_m + BLOCK_M
    snapshot = current_snapshot()
    every = public_kinds()
    held_back = {kind.family_id for kind in every.values() if kind.publish_after_days}
    cases = _tell_cases(snapshot, _nearest(snapshot, place, reach_m, family_id), family_id, held_back)
    kinds = {kind.id: kind for kind in every.values() if kind.family_id == family_id}
    return Known(cases, _reports(place, reach_m, kinds, snapshot.day, snapshot.day - timedelta(days=days)))


def _nearest(snapshot: Snapshot, place: Found, reach_m: float, family_id: int) -> list[int]:
    """Indexes of the snapshot's cases within reach: of the same family first, then the nearest."""
    band = np.flatnonzero(np.abs(snapshot.lat - place.lat) <= reach_m / DEGREE_M)  # of the city's cases, a few
    north = (snapshot.lat[band] - place.lat) * DEGREE_M
    east = (snapshot.long[band] - place.long) * degrees_of(place.lat)[1]
    meters = np.hypot(north, east)
    near = np.flatnonzero(meters <= reach_m)
    order = np.lexsort((meters[near], snapshot.family_ids[band[near]] != family_id))
    found: list[int] = band[near[order]][:MOST_CASES].tolist()
    return found


def _tell_cases(snapshot: Snapshot, indexes: list[int], family_id: int, held_back: set[int]) -> list[KnownCase]:
    """What is told of these cases; of a family that is held back no news, which others would not hear yet."""
    if not indexes:
        return []
    numbers = [snapshot.public_ids[index] for index in indexes]
    rows = {row.public_id: row for row in db.session.connection().execute(_CASES, {"numbers": numbers})}
    ids = [row.id for row in rows.values() if row.family_id not in held_back]
    said, photos = last_words_of(ids), first_photos(ids)
    families = {family.id: family for family in snapshot.families}
    told = []
    for index, number in zip(indexes, numbers, strict=True):
        row = rows.get(number)
        if row is not None:  # else it was taken back since the snapshot was taken
            case = _tell_case(snapshot, index, families[int(snapshot.family_ids[index])], row, family_id)
            told.append(replace(case, last_text=said.get(row.id, ""), photo_ids=photos.get(row.id, ())))
    return told


def _tell_case(snapshot: Snapshot, index: int, family: PublicFamily, row: Any, family_id: int) -> KnownCase:
    is_solved = bool(snapshot.is_solved[index])
    return KnownCase(
        public_id=row.public_id, family=family, label=snapshot.labels[index],
        opened=date.fromordinal(int(snapshot.opened[index])), band=int(snapshot.bands[index]), is_solved=is_solved,
        is_same_family=family.id == family_id,
        phase_text=str(NEXT_WHEN_SOLVED if is_solved else PHASES[row.phase]), last_text="",
    )  # fmt: skip


def _reports(
    place: Found, reach_m: float, kinds: dict[int, PublicKind], day: date, first: date
) -> list[KnownReport]:  # fmt: skip
    """Reports of these kinds from the day `first` on, that no case stands for."""
    if not kinds:
        return []
    family_id = next(iter(kinds.values())).family_id
    query = made_once(("reports near", family_id, day), lambda: _reports_query(kinds))
    values = {"labels": _labels_around(place, reach_m), "first": first.toordinal()}
    return [
        KnownReport(kinds[type_id].service_name, status is CallStatus.CLOSED, label, date.fromordinal(on))
        for type_id, status, label, on in db.session.connection().execute(query, values)
    ]


def _reports_query(kinds: dict[int, PublicKind]) -> Select[*tuple[Any, ...]]:
    linked = select(CaseCall.id).where(CaseCall.call_id == ServiceRequest.id, CaseCall.unlinked_at.is_(None))
    columns: tuple[Any, ...] = (
        ServiceRequest.service_type_id, ServiceRequest.status, ServiceRequest.public_label, ServiceRequest.public_day,
    )  # fmt: skip
    return (
        select(*columns)
        .where(ServiceRequest.public_label.in_(bindparam("labels", expanding=True)))
        .where(ServiceRequest.public_day >= bindparam("first"), *is_published(kinds.values()), ~linked.exists())
        # Reckoned with, so that no engine walks through the days of the whole city instead of the few places.
        .order_by((ServiceRequest.public_day + 0).desc(), ServiceRequest.service_request_id)
        .limit(MOST_REPORTS)
    )


def _labels_around(place: Found, reach_m: float) -> tuple[str, ...]:
    box = asdict(box_around(Circle(place.lat, place.long, reach_m)))
    return tuple({place.label, *db.session.connection().execute(_LABELS, box).scalars()})
