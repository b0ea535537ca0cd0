"""Work orders: the list, one order with everything that can be done with it, and ordering work for a case."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from ..cases.touching import case_with_key, hold_case
from ..clock import from_local
from ..errors import Conflict, Invalid
from ..extensions import db
from ..identifiers import read_number
from ..places.city import city_today, city_zone, the_city
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint, booking_time
from .bookings.booking import book_order, cancel_booking, mark_of, move_booking, standing_booking
from .bookings.ending import cancel_order, could_not_do, finish_order, request_again
from .forms import BookingForm, NoteForm, OrderForm, ReasonForm
from .orders.models import WorkOrder
from .orders.ordering import create_order
from .orders.work_status import WorkStatus
from .queries import (
    OrderLine,
    bookings_of,
    find_orders,
    find_resources,
    get_booking,
    get_case,
    get_order,
    get_resource,
    known_skills,
    with_bookings,
)
from .resources.models import CityResource
from .spreadsheet import csv_answer

_COLUMNS = ("work", "skill", "minutes", "priority", "due", "status", "reason", "case", "address", "resource", "booked")


@blueprint.get("/orders")
@requires(Permission.SEE_SCHEDULE)
def list_orders() -> ResponseReturnValue:
    """All work, most urgent first; search and status are in the address. Without a status: what waits."""
    status, text = _wanted()
    page = db.paginate(
        find_orders(status, text), page=request.args.get("page", 1, read_number), per_page=50, error_out=False
    )
    return render_template(
        "scheduling/orders.html", page=page, lines=with_bookings(page.items), statuses=list(WorkStatus), status=status
    )


@blueprint.get("/orders.csv")
@requires(Permission.SEE_SCHEDULE)
def orders_csv() -> ResponseReturnValue:
    """The same list, whole, as a spreadsheet."""
    lines = with_bookings(db.session.scalars(find_orders(*_wanted())).all())
    return csv_answer("work.csv", _COLUMNS, (_cells(line) for line in lines))


def _wanted() -> tuple[WorkStatus | None, str]:
    wanted = request.args.get("status", WorkStatus.REQUESTED.value)
    return WorkStatus(wanted) if wanted in set(WorkStatus) else None, request.args.get("q", "").strip()


def _cells(line: OrderLine) -> tuple[object, ...]:
    order, booking = line.order, line.booking
    booked = (booking.resource.name, booking_time(booking)) if booking else ("", "")
    facts = (order.title, order.skill, order.minutes, order.priority, order.due_on, order.status.label, order.reason)
    return (*facts, order.case.public_id, order.case.address, *booked)


@blueprint.get("/orders/<int:order_id>")
@requires(Permission.SEE_SCHEDULE)
def show_order(order_id: int) -> ResponseReturnValue:
    """One work order: its facts, its bookings, and what can be done now."""
    return _order_page(get_order(order_id))


@blueprint.post("/orders/<int:order_id>/book")
@requires(Permission.SCHEDULE)
def book(order_id: int) -> ResponseReturnValue:
    """Book the order by hand; a conflict names what stands there and keeps what was typed."""
    order = get_order(order_id)
    form = _booking_form(order, request.form)
    if not form.validate_on_submit():
        return _order_page(order, booking_form=form), 400
    try:
        book_order(
            order, get_resource(form.resource_id.data), _starts_at(form), current_staff(), reason="Booked by hand."
        )
    except (Conflict, Invalid) as refusal:
        return _refused(order_id, form, refusal)
    return _done(order_id, "Booked.")


@blueprint.post("/bookings/<int:booking_id>/move")
@requires(Permission.SCHEDULE)
def move(booking_id: int) -> ResponseReturnValue:
    """Move a booking to another time or resource."""
    booking = get_booking(booking_id)
    order_id, form = booking.work_order_id, _booking_form(booking.work_order, request.form)
    if not form.validate_on_submit():
        return _order_page(get_order(order_id), booking_form=form), 400
    try:
        move_booking(
            booking, get_resource(form.resource_id.data), _starts_at(form), current_staff(), seen=form.seen.data or ""
        )
    except (Conflict, Invalid) as refusal:
        return _refused(order_id, form, refusal)
    return _done(order_id, "Moved.")


@blueprint.post("/bookings/<int:booking_id>/cancel")
@requires(Permission.SCHEDULE)
def unbook(booking_id: int) -> ResponseReturnValue:
    """Cancel a booking; the work is asked for again."""
    booking, form = get_booking(booking_id), ReasonForm(prefix="unbook")
    return _change(
        booking.work_order_id,
        form,
        lambda: cancel_booking(booking, current_staff(), reason=form.reason.data),
        "The booking was cancelled; the work waits to be planned again.",
    )


@blueprint.post("/orders/<int:order_id>/done")
@requires(Permission.ORDER_WORK)
def done(order_id: int) -> ResponseReturnValue:
    """The work is done."""
    order, form = get_order(order_id), NoteForm(prefix="done")
    return _change(
        order_id, form, lambda: finish_order(order, current_staff(), note=form.note.data or ""), "Done. Thank you."
    )


@blueprint.post("/orders/<int:order_id>/not-done")
@requires(Permission.ORDER_WORK)
def not_done(order_id: int) -> ResponseReturnValue:
    """The work could not be done."""
    order, form = get_order(order_id), ReasonForm(prefix="not_done")
    return _change(
        order_id,
        form,
        lambda: could_not_do(order, current_staff(), reason=form.reason.data),
        "Kept as not done, with the reason.",
    )


@blueprint.post("/orders/<int:order_id>/cancel")
@requires(Permission.ORDER_WORK)
def cancel(order_id: int) -> ResponseReturnValue:
    """The work is not wanted any more."""
    order, form = get_order(order_id), ReasonForm(prefix="cancel")
    return _change(
        order_id,
        form,
        lambda: cancel_order(order, current_staff(), reason=form.reason.data),
        "The work order was cancelled.",
    )


@blueprint.post("/orders/<int:order_id>/again")
@requires(Permission.ORDER_WORK)
def again(order_id: int) -> ResponseReturnValue:
    """Ask for the work again, or take back that it is done or cancelled."""
    request_again(get_order(order_id), current_staff())
    return _done(order_id, "The work waits to be planned.")


@blueprint.route("/cases/<public_id>/orders/new", methods=["GET", "POST"])
@requires(Permission.ORDER_WORK)
def order_by_hand(public_id: str) -> ResponseReturnValue:
    """Order one piece of work for a case."""
    case = get_case(public_id)
    today = city_today()
    form = OrderForm(data={"minutes": 60, "due_on": today + timedelta(days=7), "priority": case.priority})
    status = 200
    if form.is_submitted():
        hold_case(case)  # before the question: of two sendings at once the second waits
        if case_with_key(current_staff(), form.key.data or "") == case.id:
            return redirect(url_for("cases.show_case", public_id=public_id))
        status = 400
    if form.validate_on_submit():
        fields = {name: value for name, value in form.data.items() if name != "csrf_token"}
        try:
            return _done(create_order(case, current_staff(), **fields).id, "Work ordered.")
        except (Conflict, Invalid) as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            status, case = refusal.http_status, get_case(public_id)
    page = render_template("scheduling/order_form.html", form=form, case=case, skills=known_skills())
    return page, status


def _done(order_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("scheduling.show_order", order_id=order_id))


def _change(order_id: int, form: FlaskForm, change: Callable[[], object], done: str) -> ResponseReturnValue:
    """Apply a change, or show the order as it stands now with what was typed and why it was refused."""
    name, status = f"{form._prefix.rstrip('-')}_form", 400
    if form.validate_on_submit():
        try:
            change()
        except (Conflict, Invalid) as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            status = refusal.http_status
        else:
            return _done(order_id, done)
    return _order_page(get_order(order_id), **{name: form}), status


def _refused(order_id: int, form: BookingForm, refusal: Conflict | Invalid) -> ResponseReturnValue:
    """The page again with what was typed and what is in the way; 409 for a conflict, 400 for what cannot be."""
    db.session.rollback()
    form.time.errors = [*form.time.errors, str(refusal)]
    order = get_order(order_id)
    standing = standing_booking(order)
    form.seen.data = mark_of(standing) if standing else ""  # she sees now what stands, and may send it again
    return _order_page(order, booking_form=form), refusal.http_status


def _starts_at(form: BookingForm) -> datetime:
    return from_local(datetime.combine(form.day.data, form.time.data), city_zone(the_city()))


def _booking_form(order: WorkOrder, sent: MultiDict[str, str] | None = None) -> BookingForm:
    """The resources that have the skill; filled with what was `sent`, the booking that stands, or tomorrow at nine."""
    zone, booking = city_zone(the_city()), standing_booking(order)
    nine = datetime.combine(city_today() + timedelta(days=1), datetime.min.time().replace(hour=9))
    start = booking.starts_at.astimezone(zone) if booking else nine
    form = BookingForm(
        sent,
        data={
            "day": start.date(),
            "time": start.time(),
            "resource_id": booking.resource_id if booking else None,
            "seen": mark_of(booking) if booking else "",
        },
    )
    able = list(db.session.scalars(find_resources(skill=order.skill)))
    form.resource_id.choices = [SelectChoice(str(resource.id), _offer(resource, order)) for resource in able]
    return form


def _offer(resource: CityResource, order: WorkOrder) -> str:
    """A resource in the list; one of another center is offered too, and says so."""
    if resource.center_id in (None, order.case.center_id):
        return resource.name
    return f"{resource.name} (serves {resource.center.name if resource.center else 'elsewhere'})"


def _order_page(order: WorkOrder, **forms: FlaskForm) -> str:
    shown = {
        "booking_form": _booking_form(order),
        "unbook_form": ReasonForm(prefix="unbook", formdata=None),
        "done_form": NoteForm(prefix="done", formdata=None),
        "not_done_form": ReasonForm(prefix="not_done", formdata=None),
        "cancel_form": ReasonForm(prefix="cancel", formdata=None),
    }
    return render_template(
        "scheduling/order.html",
        order=order,
        standing=standing_booking(order),
        bookings=bookings_of(order),
        **{**shown, **forms},
    )
