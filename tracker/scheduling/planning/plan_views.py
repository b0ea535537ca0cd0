"""The plan: choose the days, see what would be booked and what not and why, take all of it or part."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from ...calls.as_of import as_of
from ...clock import local_date, utc_now
from ...errors import Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_zone, the_city
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..bookings.slots import slot_start
from ..orders.models import WorkOrder
from ..playbooks.waiting_cases import cases_without_orders
from ..queries import find_resources
from ..resources.models import CityResource
from .plans import (
    LONGEST_PLAN_DAYS,
    ORDERS_PER_RUN,
    Choice,
    accept_plan,
    note_left_out,
    order_missing_work,
    propose_plan,
    requested_orders,
)
from .proposal import LeftOut, Proposal

_DEFAULT_DAYS = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """One proposed booking as the page shows it, and the signed `token` by which it is chosen."""

    token: str
    order: WorkOrder
    resource: CityResource
    starts: datetime
    ends: datetime
    is_late: bool
    reason: str


@blueprint.get("/plan")
@requires(Permission.SCHEDULE)
def plan_page() -> ResponseReturnValue:
    """The proposal for some days; nothing is written until it is accepted."""
    zone = city_zone(the_city())
    tomorrow = local_date(utc_now(), zone) + timedelta(days=1)
    first, days = _wanted_days(tomorrow)
    problem = ""
    proposal, orders = Proposal(), {order.id: order for order in requested_orders()}
    try:
        proposal = propose_plan(first, days)
    except Invalid as refusal:
        problem = str(refusal)
    page = render_template(
        "scheduling/plan.html",
        first=first,
        days=days,
        longest=LONGEST_PLAN_DAYS,
        problem=problem,
        proposal=proposal,
        groups=_by_crew_and_day(proposal, orders),
        left_out=_by_reason(proposal.left_out, orders),
        cases_waiting=len(cases_without_orders(as_of(the_city()))),
        orders_per_run=ORDERS_PER_RUN,
    )
    return page, 400 if problem else 200


@blueprint.post("/plan")
@requires(Permission.SCHEDULE)
def accept() -> ResponseReturnValue:
    """Book what was ticked. Sent twice, it books nothing twice."""
    tokens = request.form.getlist("choice")
    if not tokens:
        flash("Nothing was ticked, so nothing was booked.", "warning")
        return redirect(_back())
    accepted = accept_plan([_read_token(token) for token in tokens], current_staff())
    note_left_out(accepted.refused)
    db.session.commit()
    if accepted.booked or accepted.standing:
        already = f" {plural(accepted.standing, 'booking')} stood already." if accepted.standing else ""
        flash(f"{plural(len(accepted.booked), 'booking')} made.{already}", "success")
    for refused in accepted.refused:
        flash(f"Work order {refused.order_id} was not booked: {refused.reason}", "warning")
    return redirect(_back())


@blueprint.post("/plan/orders")
@requires(Permission.SCHEDULE)
def order_from_playbooks() -> ResponseReturnValue:
    """Give every urgent case without any work order those of its playbook."""
    created = order_missing_work(current_staff())
    db.session.commit()
    flash(f"{plural(created, 'work order')} made from the playbooks.", "success")
    return redirect(_back())


def _wanted_days(tomorrow: date) -> tuple[date, int]:
    try:
        first = date.fromisoformat(request.args.get("date", ""))
    except ValueError:
        first = tomorrow
    return first, request.args.get("days", _DEFAULT_DAYS, type=int)


def _back() -> str:
    """The plan page for the same days; only these two values are taken from the form."""
    return url_for("scheduling.plan_page", date=request.form.get("date"), days=request.form.get("days"))


def _serializer() -> URLSafeSerializer:
    """Signs a choice, so that the reason kept with a booking is the one the planner gave."""
    return URLSafeSerializer(str(current_app.secret_key), salt="plan-choice")


def _read_token(token: str) -> Choice:
    try:
        order_id, resource_id, slot, reason = _serializer().loads(token)
    except (BadSignature, ValueError) as error:
        raise Invalid("This proposal was not made here. Open the plan again and accept what it shows.") from error
    return Choice(order_id, resource_id, slot_start(slot), reason)


def _by_crew_and_day(proposal: Proposal, orders: dict[int, WorkOrder]) -> list[tuple[date, CityResource, list[Visit]]]:
    """The proposed visits of each crew's day, in order of day, crew and time."""
    zone, signer = city_zone(the_city()), _serializer()
    resources = {resource.id: resource for resource in db.session.scalars(find_resources())}
    groups: dict[tuple[date, int], list[Visit]] = defaultdict(list)
    for booked in proposal.booked:
        starts, ends = (slot_start(slot).astimezone(zone) for slot in (booked.start, booked.end))
        token = signer.dumps([booked.order_id, booked.resource_id, booked.start, booked.reason])
        visit = Visit(
            token, orders[booked.order_id], resources[booked.resource_id], starts, ends, booked.is_late, booked.reason
        )
        groups[booked.day, booked.resource_id].append(visit)
    listed = [
        (day, resources[number], sorted(visits, key=attrgetter("starts"))) for (day, number), visits in groups.items()
    ]
    return sorted(listed, key=lambda group: (group[0], group[1].name, group[1].id))


def _by_reason(left_out: list[LeftOut], orders: dict[int, WorkOrder]) -> list[tuple[str, list[WorkOrder]]]:
    """The orders left out under each reason, the most frequent reason first."""
    groups: dict[str, list[WorkOrder]] = defaultdict(list)
    for left in left_out:
        groups[left.reason].append(orders[left.order_id])
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
