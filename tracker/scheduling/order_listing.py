"""The list of work: filters from the address, one bounded query per page, and the same work as a spreadsheet."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_sqlalchemy.pagination import SelectPagination
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from werkzeug.datastructures import MultiDict

from ..batches import in_chunks
from ..cases.models import ProblemCase
from ..extensions import db
from ..identifiers import read_number
from ..places.city import city_today, city_zone, the_city
from .bookings.work_sums import work_of_orders
from .forms import LONGEST_SEARCH
from .orders.chains import surviving_case
from .orders.models import OrderDependency, WorkOrder
from .orders.work_status import OPEN, WorkStatus
from .queries import OrderLine, with_bookings

COUNTED = 10_000
"""More work than this is not counted: whoever has so much of it narrows the filters."""
ANY, STILL_OPEN = "any", "open"
_PER_PAGE = 50
_AT_ONCE = 500


class Due(StrEnum):
    """By when work is due."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"


class Waiting(StrEnum):
    """Whether work waits for other work."""

    YES = "yes"
    NO = "no"
    IN_VAIN = "in_vain"


DUE_WORDS = {Due.LATE: "Late", Due.TODAY: "Today", Due.WEEK: "Within a week"}
WAITING_WORDS = {
    Waiting.YES: "For other work", Waiting.NO: "For nothing", Waiting.IN_VAIN: "For work that failed",
}  # fmt: skip
SORTS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "priority": ("Most urgent", (WorkOrder.priority, WorkOrder.due_on, WorkOrder.id)),
    "due": ("Due first", (WorkOrder.due_on, WorkOrder.id)),
    "newest": ("Newest", (WorkOrder.id.desc(),)),
    "skill": ("Skill", (WorkOrder.skill, WorkOrder.priority, WorkOrder.due_on, WorkOrder.id)),
}
"""The ways to sort: what each is called, and the columns."""
COLUMNS = (
    "number", "work", "skill", "needs", "people", "load", "minutes", "priority", "due", "earliest", "latest", "status",
    "reason", "waits_for", "case", "address", "center", "resource", "booked_from", "booked_to", "worked_minutes",
    "cost", "comes_again", "ordered",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What the list shows; empty means whatever it is."""

    status: str = WorkStatus.REQUESTED
    q: str = ""
    skill: str = ""
    center: int | None = None
    due: str = ""
    waiting: str = ""
    sort: str = "priority"


def read_filters(args: MultiDict[str, str]) -> OrderFilters:
    """The filters of an address; what makes no sense is left out. Without a status: what waits to be planned."""
    status = args.get("status", WorkStatus.REQUESTED)
    due, waiting, sort = args.get("due", ""), args.get("waiting", ""), args.get("sort", "priority")
    return OrderFilters(
        status=status if status in {*WorkStatus, STILL_OPEN} else ANY,
        q=args.get("q", "").strip()[:LONGEST_SEARCH],
        skill=args.get("skill", "").strip(),
        center=args.get("center", type=read_number),
        due=due if due in set(Due) else "",
        waiting=waiting if waiting in set(Waiting) else "",
        sort=sort if sort in SORTS else "priority",
    )


class CountedPagination(SelectPagination):
    """Pages of which no more than `COUNTED` rows are counted, nor reached by a number."""

    def _query_items(self) -> list[Any]:
        left = max(0, min(self.per_page, COUNTED - self._query_offset))
        some = self._query_args["select"].limit(left).offset(self._query_offset)
        return list(self._query_args["session"].scalars(some))

    def _query_count(self) -> int:
        some = self._query_args["select"].order_by(None).limit(COUNTED).subquery()
        return self._query_args["session"].scalar(select(func.count()).select_from(some)) or 0


def page_of(filters: OrderFilters, today: date, number: int) -> CountedPagination:
    """One page of the ids of the list: sorting and counting thousands of orders looks at nothing else."""
    return CountedPagination(
        select=_ids(filters, today), session=db.session(), page=max(1, number), per_page=_PER_PAGE,
        error_out=False,
    )  # fmt: skip


def first_orders(filters: OrderFilters, most: int) -> list[WorkOrder]:
    """The first so many orders of the list."""
    return load_shown(list(db.session.scalars(_ids(filters, city_today()).limit(most))))


def count_orders(filters: OrderFilters) -> int:
    """How many the list holds; beyond `COUNTED` nobody counts."""
    some = _ids(filters, city_today()).order_by(None).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def load_shown(ids: Sequence[int]) -> list[WorkOrder]:
    """The orders with these ids, in this order, with their cases and those in which these go on."""
    case = joinedload(WorkOrder.case, innerjoin=True)
    query = select(WorkOrder).options(case.joinedload(ProblemCase.center), case.joinedload(ProblemCase.merged_into))
    found = {order.id: order for order in db.session.scalars(query.where(WorkOrder.id.in_(ids)))}
    return [found[order_id] for order_id in ids if order_id in found]


def _ids(filters: OrderFilters, today: date) -> Select[int]:
    """The ids of the work that passes, in the order asked for; the case is looked at only where it is asked about."""
    query = select(WorkOrder.id)
    if filters.q or filters.center is not None:
        query = query.join(ProblemCase, ProblemCase.id == WorkOrder.case_id)
    return query.where(*_conditions(filters, today)).order_by(*SORTS[filters.sort][1])


def waiting_for(orders: Collection[WorkOrder]) -> dict[int, list[WorkOrder]]:
    """What each of these orders waits for and is not done, by its id: one query."""
    found: dict[int, list[WorkOrder]] = {}
    for some in in_chunks([order.id for order in orders]):
        query = select(OrderDependency.order_id, WorkOrder).join(WorkOrder, WorkOrder.id == OrderDependency.first_id)
        query = query.options(selectinload(WorkOrder.case)).where(OrderDependency.order_id.in_(some))
        for order_id, first in db.session.execute(query.where(WorkOrder.status != WorkStatus.DONE)):
            found.setdefault(order_id, []).append(first)
    return found


def sheet_rows(filters: OrderFilters, today: date) -> Iterator[tuple[object, ...]]:
    """The whole list, a line each, read a portion at a time."""
    ids = list(db.session.scalars(_ids(filters, today)))
    for some in in_chunks(ids, _AT_ONCE):
        orders = load_shown(some)
        waits, sums = waiting_for(orders), work_of_orders(some)
        for line in with_bookings(orders):
            worked = sums.get(line.order.id)
            cost = "" if worked is None or worked.without_cost else f"{worked.cents / 100:.2f}"
            yield (
                *_facts(line.order), "; ".join(first.title for first in waits.get(line.order.id, ())),
                *_where(line.order), *_booked(line), worked.minutes if worked else "", cost,
                "yes" if line.order.recurring_id else "", _clock(line.order.created_at),
            )  # fmt: skip


def _conditions(filters: OrderFilters, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.status == STILL_OPEN:
        found.append(WorkOrder.status.in_(OPEN))
    elif filters.status != ANY:
        found.append(WorkOrder.status == WorkStatus(filters.status))
    if filters.skill:
        found.append(WorkOrder.skill == filters.skill)
    if filters.center is not None:
        found.append(ProblemCase.center_id == filters.center)
    if filters.q:
        columns = (WorkOrder.title, WorkOrder.skill, WorkOrder.place, ProblemCase.address, ProblemCase.public_id)
        found.append(or_(*(column.icontains(filters.q, autoescape=True) for column in columns)))
    return found + _due(filters.due, today) + _waiting(filters.waiting)


def _due(due: str, today: date) -> list[ColumnElement[bool]]:
    if due == Due.LATE:
        return [WorkOrder.due_on < today, WorkOrder.status.in_((*OPEN, WorkStatus.NOT_DONE))]
    if due == Due.TODAY:
        return [WorkOrder.due_on == today]
    return [WorkOrder.due_on.between(today, today + timedelta(days=7))] if due == Due.WEEK else []


def _waiting(waiting: str) -> list[ColumnElement[bool]]:
    if not waiting:
        return []
    first = aliased(WorkOrder)
    waits = select(OrderDependency.order_id).join(first, first.id == OrderDependency.first_id)
    waits = waits.where(OrderDependency.order_id == WorkOrder.id, first.status != WorkStatus.DONE)
    if waiting == Waiting.IN_VAIN:
        waits = waits.where(first.status.in_((WorkStatus.NOT_DONE, WorkStatus.CANCELLED)))
    return [~waits.exists() if waiting == Waiting.NO else waits.exists()]


def _facts(order: WorkOrder) -> tuple[object, ...]:
    needs = ", ".join(sorted(need.skill for need in order.needs))
    return (
        order.id, order.title, order.skill, needs, order.people, order.load, order.minutes, order.priority,
        order.due_on, _clock(order.earliest_at), _clock(order.latest_at), order.status.label, order.reason,
    )  # fmt: skip


def _where(order: WorkOrder) -> tuple[object, ...]:
    return surviving_case(order.case).public_id, order.address, order.case.center.name if order.case.center else ""


def _booked(line: OrderLine) -> tuple[object, ...]:
    booking = line.booking
    return (booking.resource.name, _clock(booking.starts_at), _clock(booking.ends_at)) if booking else ("", "", "")


def _clock(instant: datetime | None) -> str:
    return f"{instant.astimezone(city_zone(the_city())):%Y-%m-%d %H:%M}" if instant else ""
