"""What has to be done before an order: set and ended, never in a circle, within a case and those related to it."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...cases.models import ProblemCase
from ...cases.related.models import CaseRelation
from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from .chains import cases_behind, surviving_case
from .circles import find_circle
from .models import OrderDependency, WorkOrder
from .work_status import OPEN, WorkStatus

MOST_FIRSTS = 10
OFFERED = 200
_LONGEST_CHAIN = 60


def set_waits_for(order: WorkOrder, firsts: Sequence[WorkOrder]) -> None:
    """From now on the order waits for exactly these. Flushes; whoever calls checks what is booked and tells the log.

    Raises `Invalid` for one of another case that is not related, for too many and for a circle, which it names.
    """
    wanted = {first.id: first for first in firsts}
    standing = {row.first_id: row for row in order.waits_for}
    new = wanted.keys() - standing.keys()
    if len(wanted) > MOST_FIRSTS:
        raise Invalid(f"Work waits for {plural(MOST_FIRSTS, 'other order')} at most. Let those wait for each other.")
    if new:
        _lock(_reachable({order.id, *wanted}))
        _check_related(order, [wanted[first_id] for first_id in new])
    for first_id in standing.keys() - wanted.keys():
        order.waits_for.remove(standing[first_id])
    order.waits_for.extend(OrderDependency(first_id=first_id, first=wanted[first_id]) for first_id in sorted(new))
    db.session.flush()
    if new:
        _refuse_circle(order)


def seconds_of(order_id: int) -> Sequence[WorkOrder]:
    """What waits for this order, with its case, in the order in which it was asked for."""
    query = select(WorkOrder).join(OrderDependency, OrderDependency.order_id == WorkOrder.id)
    query = query.options(joinedload(WorkOrder.case)).where(OrderDependency.first_id == order_id)
    return db.session.scalars(query.order_by(WorkOrder.id)).all()


def could_come_first(case: ProblemCase, order: WorkOrder | None = None) -> list[WorkOrder]:
    """What an order of the case could wait for: open work of it and of related cases, and what it waits for already."""
    ids = [case.id, *_related_ids(case)]
    query = select(WorkOrder).options(joinedload(WorkOrder.case)).order_by(WorkOrder.id.desc())
    query = query.where(WorkOrder.case_id.in_(cases_behind(ids)), WorkOrder.status.in_((*OPEN, WorkStatus.NOT_DONE)))
    found = {one.id: one for one in db.session.scalars(query.limit(OFFERED))}
    for row in order.waits_for if order else ():
        found.setdefault(row.first_id, row.first)
    if order is not None:
        found.pop(order.id, None)
    return [found[order_id] for order_id in sorted(found)]


def still_waits_for(order: WorkOrder) -> list[WorkOrder]:
    """What has to be done before the order and is not done yet."""
    return [row.first for row in order.waits_for if row.first.status is not WorkStatus.DONE]


def _check_related(order: WorkOrder, firsts: Iterable[WorkOrder]) -> None:
    allowed = {order.case_id, *cases_behind([order.case_id, *_related_ids(order.case)])}
    for first in firsts:
        if first.case_id not in allowed:
            raise Invalid(
                f"«{first.title}» belongs to case {first.case.public_id}, which is not related to this one. "
                "Relate the two cases first."
            )


def _related_ids(case: ProblemCase) -> list[int]:
    """The cases that people relate to this one, and the one that it was merged into."""
    own = surviving_case(case).id
    query = select(CaseRelation.case_id, CaseRelation.other_id).where(
        or_(CaseRelation.case_id == own, CaseRelation.other_id == own), CaseRelation.ended_at.is_(None)
    )
    rows = db.session.execute(query.limit(OFFERED)).all()
    return sorted({own, *(one for row in rows for one in row)})


def _refuse_circle(order: WorkOrder) -> None:
    circle = find_circle(_graph({order.id}), order.id)
    if circle:
        titles = dict(db.session.execute(select(WorkOrder.id, WorkOrder.title).where(WorkOrder.id.in_(circle))).all())
        named = ", which waits for ".join(f"«{titles[one]}»" for one in circle[1:])
        raise Invalid(f"That is a circle: «{titles[circle[0]]}» would wait for {named}. Take one of them out.")


def _graph(ids: Collection[int]) -> dict[int, set[int]]:
    """Who waits for whom, as far as it can be reached from these orders: a query for each step of the way."""
    graph: dict[int, set[int]] = {}
    edge = set(ids)
    for _ in range(_LONGEST_CHAIN):
        found: set[int] = set()
        for some in in_chunks(sorted(edge)):
            query = select(OrderDependency.order_id, OrderDependency.first_id)
            for here, there in db.session.execute(query.where(OrderDependency.order_id.in_(some))):
                graph.setdefault(here, set()).add(there)
                found.add(there)
        edge = found - graph.keys() - set(ids)
        if not edge:
            return graph
    raise Conflict(f"More than {_LONGEST_CHAIN} orders would wait for one another in a row. Make the chain shorter.")


def _reachable(ids: set[int]) -> set[int]:
    graph = _graph(ids)
    return ids | graph.keys() | {one for firsts in graph.values() for one in firsts}


def _lock(ids: Iterable[int]) -> None:
    """Hold the orders, by ascending id: of two that would close a circle together the second sees the first's."""
    for some in in_chunks(sorted(ids)):
        db.session.execute(
            select(WorkOrder.id).where(WorkOrder.id.in_(some)).order_by(WorkOrder.id).with_for_update()
        ).all()
