"""Calls as staff look them up: one by its number, the unlocated queue, types nobody has filed, samples of a point."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload

from ..errors import NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..places.projection import cell_of
from ..staff.models import LogEntry
from .changes import GIVEN_UP
from .models import Family, Placement, ServiceRequest, ServiceType, SinkCandidate


def find_call(number: str, *, lock: bool = False) -> ServiceRequest:
    """The call with this number of ours, however it was typed; raises `NotFound`."""
    typed = number.strip()
    query = select(ServiceRequest).options(joinedload(ServiceRequest.service_type, innerjoin=True))
    if lock:
        query = query.with_for_update(of=ServiceRequest)
    ours = ServiceRequest.service_request_id.in_([typed, read_identifier(typed)])
    call = db.session.scalars(query.where(ours).limit(1)).first()
    if call is None:
        raise NotFound(f"There is no call {typed[:40]}. Check its number.")
    return call


def is_waiting_for_a_place() -> ColumnElement[bool]:
    """The call has no place yet, still stands, is no test, and nobody has said that it cannot be placed."""
    tests = select(ServiceType.id).where(ServiceType.is_test.is_(True))
    given_up = select(LogEntry.id).where(
        LogEntry.subject_kind == "call", LogEntry.subject_id == ServiceRequest.id, LogEntry.verb == GIVEN_UP
    )
    return and_(
        ServiceRequest.placement == Placement.UNLOCATED,
        ServiceRequest.withdrawn_at.is_(None),
        ServiceRequest.service_type_id.not_in(tests),
        ~given_up.exists(),
    )


def unlocated_calls() -> Select[ServiceRequest]:
    """The unlocated queue, newest record first: its caller may still be asked, and its case may still be alive."""
    return (
        select(ServiceRequest)
        .options(joinedload(ServiceRequest.service_type, innerjoin=True))
        .where(is_waiting_for_a_place())
        .order_by(ServiceRequest.id.desc())
    )


def count_unlocated() -> int:
    """How many calls wait for a place."""
    return db.session.scalar(select(func.count()).select_from(ServiceRequest).where(is_waiting_for_a_place())) or 0


def unsorted_types() -> list[tuple[ServiceType, int]]:
    """Service types that nobody has filed, with how many calls each has, most first."""
    count = func.count(ServiceRequest.id)
    query = (
        select(ServiceType, count)
        .outerjoin(ServiceRequest, ServiceRequest.service_type_id == ServiceType.id)
        .where(ServiceType.is_unsorted.is_(True))
        .group_by(ServiceType.id)
        .order_by(count.desc(), ServiceType.id)
        .limit(200)
    )
    return list(db.session.execute(query))


def sorted_families() -> Sequence[Family]:
    """The families that a type can be filed under: all but those that stand for one unsorted type."""
    own = select(ServiceType.family_id).where(ServiceType.is_unsorted.is_(True))
    return db.session.scalars(select(Family).where(Family.id.not_in(own)).order_by(Family.name)).all()


def sample_texts(candidates: Sequence[SinkCandidate], *, each: int = 6) -> dict[int, list[tuple[str, int]]]:
    """Per candidate the address texts that most calls at its point carry, with their counts; one query for all."""
    if not candidates:
        return {}
    count, text = func.count(), func.min(ServiceRequest.address)
    rank = func.row_number().over(partition_by=SinkCandidate.id, order_by=(count.desc(), ServiceRequest.address_key))
    ranked = (
        select(SinkCandidate.id, text.label("text"), count.label("calls"), rank.label("rank"))
        .join(
            ServiceRequest,
            (ServiceRequest.x_dm == SinkCandidate.x_dm) & (ServiceRequest.y_dm == SinkCandidate.y_dm),
        )
        .where(
            SinkCandidate.id.in_([candidate.id for candidate in candidates]),
            # Says nothing new, but an index knows it.
            ServiceRequest.cell.in_({cell_of(candidate.x_dm, candidate.y_dm) for candidate in candidates}),
        )
        .group_by(SinkCandidate.id, ServiceRequest.address_key)
        .subquery()
    )
    query = select(ranked.c.id, ranked.c.text, ranked.c.calls).where(ranked.c.rank <= each).order_by(ranked.c.rank)
    samples: dict[int, list[tuple[str, int]]] = {candidate.id: [] for candidate in candidates}
    for candidate_id, said, calls in db.session.execute(query):
        samples[candidate_id].append((said or "(no text)", calls))
    return samples


def same_address_waiting(call: ServiceRequest, *, limit: int = 500) -> list[ServiceRequest]:
    """Other calls that wait for a place and name the same address."""
    if not call.address_key:
        return []
    query = unlocated_calls().where(ServiceRequest.address_key == call.address_key, ServiceRequest.id != call.id)
    return list(db.session.scalars(query.limit(limit)))


def calls_of_type(service_type_id: int) -> list[int]:
    """The ids of every call of a type."""
    return list(db.session.scalars(select(ServiceRequest.id).where(ServiceRequest.service_type_id == service_type_id)))


def newest_calls(since: datetime, *, limit: int) -> Sequence[ServiceRequest]:
    """The newest calls from an instant on."""
    query = select(ServiceRequest).options(joinedload(ServiceRequest.service_type, innerjoin=True))
    return db.session.scalars(
        query.where(ServiceRequest.requested_datetime >= since, ServiceRequest.is_outside.is_(False))
        .order_by(ServiceRequest.requested_datetime.desc())
        .limit(limit)
    ).all()
