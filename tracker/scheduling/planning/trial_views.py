"""What if: put an order's visit into a draft by hand; conflicts are said before anything is saved."""

from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from ...clock import from_local, local_date, utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_zone, the_city
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..bookings.booking import standing_booking
from ..forms import LONGEST_SEARCH, BookingForm
from ..order_listing import OrderFilters, first_orders
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from ..queries import find_resources, get_order, get_resource
from .drafting import get_draft
from .models import PlanDraft, PlannedVisit
from .plan_views import wanted_days
from .what_if import begin_what_if, open_what_ifs, try_visit

NEW = 0
"""The choice that stands for a draft that is yet to be begun."""
_ORDERS_SHOWN = 50


class TrialForm(BookingForm):
    """Which draft, which resource, on which day, from when."""

    draft_id = SelectField("Draft", coerce=int)


@blueprint.post("/plan/what-if")
@requires(Permission.SCHEDULE)
def begin_trial() -> ResponseReturnValue:
    """An empty draft to try things in; the plan's page says why a day cannot be."""
    first, days = wanted_days(request.form)
    try:
        draft = begin_what_if(first, current_staff())
    except Invalid:
        db.session.rollback()
        return redirect(url_for("scheduling.plan_page", date=first.isoformat(), days=days))
    db.session.commit()
    return redirect(url_for("scheduling.show_draft", draft_id=draft.id))


@blueprint.get("/plan/<int:draft_id>/try")
@requires(Permission.SCHEDULE)
def try_in_draft(draft_id: int) -> ResponseReturnValue:
    """Choose the work that is tried in this draft; with an order in the address, go on to its form."""
    draft = get_draft(draft_id)
    order_id = request.args.get("order", type=read_number)
    if order_id is not None:
        return redirect(url_for("scheduling.try_order", order_id=order_id, draft=draft.id))
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    status = request.args.get("status", WorkStatus.REQUESTED.value)
    wanted = WorkStatus(status) if status in (WorkStatus.PLANNED, WorkStatus.CONFIRMED) else WorkStatus.REQUESTED
    orders = first_orders(OrderFilters(status=wanted, q=text), _ORDERS_SHOWN)
    return render_template(
        "scheduling/planning/choose_order.html", draft=draft, orders=orders, status=wanted, most=_ORDERS_SHOWN
    )


@blueprint.route("/orders/<int:order_id>/try", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def try_order(order_id: int) -> ResponseReturnValue:
    """Try the order somewhere; the address may name draft, resource, day and time."""
    order = get_order(order_id)
    form = _trial_form(order)
    status = 200
    if form.is_submitted():
        status = 400
        if form.validate_on_submit():
            try:
                return _try(order, form)
            except (Conflict, Invalid) as refusal:
                db.session.rollback()
                form.time.errors = [*form.time.errors, str(refusal)]
                order, status = get_order(order_id), refusal.http_status
    page = render_template(
        "scheduling/planning/try.html", form=form, order=order, standing=standing_booking(order),
        draft=_given_draft(),
    )  # fmt: skip
    return page, status


def _try(order: WorkOrder, form: TrialForm) -> ResponseReturnValue:
    zone, actor = city_zone(the_city()), current_staff()
    starts_at = from_local(datetime.combine(form.day.data, form.time.data), zone)
    number = form.draft_id.data
    draft = get_draft(number) if number != NEW else begin_what_if(form.day.data, actor)
    try_visit(draft, order, get_resource(form.resource_id.data), starts_at, actor)
    db.session.commit()
    flash(f"«{order.title}» is in the draft. Nothing is booked yet.", "success")
    return redirect(url_for("scheduling.show_draft", draft_id=draft.id, day=form.day.data.isoformat()))


def _trial_form(order: WorkOrder) -> TrialForm:
    form = TrialForm(data=_beginning(order))
    able = db.session.scalars(find_resources(skill=order.skill))
    form.resource_id.choices = [SelectChoice(str(resource.id), resource.name) for resource in able]
    drafts = open_what_ifs(current_staff())
    given = _given_draft()
    if given is not None and given not in drafts:
        drafts.insert(0, given)
    form.draft_id.choices = [
        SelectChoice(str(NEW), "A new what-if"), *(SelectChoice(str(one.id), one.title) for one in drafts),
    ]  # fmt: skip
    return form


def _beginning(order: WorkOrder) -> dict[str, object]:
    """What the form begins with: the address, else the visit in the draft, its booking, tomorrow at nine."""
    zone, args, given = city_zone(the_city()), request.args, _given_draft()
    visit = db.session.get(PlannedVisit, (given.id, order.id)) if given is not None else None
    stands = visit or standing_booking(order)
    start = stands.starts_at.astimezone(zone) if stands else None
    tomorrow = local_date(utc_now(), zone) + timedelta(days=1)
    return {
        "draft_id": given.id if given is not None else NEW,
        "resource_id": args.get("resource", type=read_number) or (stands.resource_id if stands else None),
        "day": args.get("day", type=date.fromisoformat) or (start.date() if start else tomorrow),
        "time": args.get("time", type=time.fromisoformat) or (start.time() if start else time(9)),
    }


def _given_draft() -> PlanDraft | None:
    """The draft that the form or the address names; None: a new one."""
    number = request.form.get("draft_id", type=read_number) or request.args.get("draft", type=read_number)
    return db.session.get(PlanDraft, number) if number else None
