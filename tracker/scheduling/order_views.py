"""One work order: its page with everything that can be done with it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from ..clock import from_local
from ..errors import Conflict, Invalid
from ..extensions import db
from ..places.city import city_today, city_zone, the_city
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .bookings.booking import book_order, cancel_booking, mark_of, move_booking, standing_booking
from .bookings.changing import set_standing, wait_no_longer
from .bookings.ending import cancel_order, could_not_do, finish_order, request_again
from .bookings.history import usual_duration_of
from .bookings.why_not import WhyNot
from .bookings.work_sums import CaseSum, work_of_cases, work_of_orders
from .forms import BookingForm
from .order_forms import ButtonForm, DoneForm, NotDoneForm, WhyForm
from .orders.chains import surviving_case
from .orders.models import RecurringOrder, WorkOrder
from .orders.recurring import recurring_of, say_every
from .orders.work_status import WorkStatus
from .queries import (
    bookings_of,
    find_resources,
    get_booking,
    get_order,
    get_resource,
    lines_of_firsts,
    lines_of_seconds,
)
from .resources.models import CityResource
from .resources.teams import all_skills, people_of

_OFFERED = 1_000
_CHANGEABLE = (WorkStatus.REQUESTED, WorkStatus.PLANNED, WorkStatus.CONFIRMED)


@blueprint.app_template_global()
def work_so_far(case_id: int) -> CaseSum:
    """Hours and cost of a case's crews so far, by order and together, for the panel on its page."""
    return work_of_cases(case_id)


@blueprint.app_template_global()
def recurring_work(case_id: int) -> list[tuple[RecurringOrder, str]]:
    """What comes again in a case, each with how often."""
    return [(one, say_every(one)) for one in recurring_of(case_id)]


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
            booking, get_resource(form.resource_id.data), _starts_at(form), current_staff(),
            seen=form.seen.data or "", frees=form.frees.data,
        )  # fmt: skip
    except (Conflict, Invalid) as refusal:
        return _refused(order_id, form, refusal)
    return _done(order_id, "Moved.")


@blueprint.post("/bookings/<int:booking_id>/cancel")
@requires(Permission.SCHEDULE)
def unbook(booking_id: int) -> ResponseReturnValue:
    """Cancel a booking; the work is asked for again."""
    booking, form = get_booking(booking_id), WhyForm(prefix="unbook")
    return _change(
        booking.work_order_id,
        form,
        lambda: cancel_booking(booking, current_staff(), reason=form.reason.data, frees=form.frees.data),
        "The booking was cancelled; the work waits to be planned again.",
    )


@blueprint.post("/orders/<int:order_id>/done")
@requires(Permission.ORDER_WORK)
def done(order_id: int) -> ResponseReturnValue:
    """The work is done."""
    order, form = get_order(order_id), DoneForm(prefix="done")
    return _change(
        order_id,
        form,
        lambda: finish_order(
            order, current_staff(), note=form.note.data or "", worked_minutes=form.worked_minutes.data
        ),
        "Done. Thank you.",
    )


@blueprint.post("/orders/<int:order_id>/not-done")
@requires(Permission.ORDER_WORK)
def not_done(order_id: int) -> ResponseReturnValue:
    """The work could not be done."""
    order, form = get_order(order_id), NotDoneForm(prefix="not_done")
    return _change(
        order_id,
        form,
        lambda: could_not_do(
            order, current_staff(), reason=form.reason.data, kind=WhyNot(form.kind.data),
            next_try_on=form.next_try_on.data,
        ),
        "Kept with the reason. It is tried again." if form.next_try_on.data else "Kept as not done, with the reason.",
    )


@blueprint.post("/orders/<int:order_id>/cancel")
@requires(Permission.ORDER_WORK)
def cancel(order_id: int) -> ResponseReturnValue:
    """The work is not wanted any more."""
    order, form = get_order(order_id), WhyForm(prefix="cancel")
    return _change(
        order_id,
        form,
        lambda: cancel_order(order, current_staff(), reason=form.reason.data, frees=form.frees.data),
        "The work order was cancelled.",
    )


@blueprint.post("/orders/<int:order_id>/again")
@requires(Permission.ORDER_WORK)
def again(order_id: int) -> ResponseReturnValue:
    """Ask for the work again, or take back that it is done or cancelled."""
    return _press(order_id, lambda order: request_again(order, current_staff()), "The work waits to be planned.")


@blueprint.post("/orders/<int:order_id>/confirm")
@requires(Permission.SCHEDULE)
def confirm(order_id: int) -> ResponseReturnValue:
    """Booked work is confirmed: whoever has to know of it does."""
    return _press(order_id, lambda order: set_standing(order, WorkStatus.CONFIRMED, current_staff()), "Confirmed.")


@blueprint.post("/orders/<int:order_id>/plan-again")
@requires(Permission.SCHEDULE)
def plan_again(order_id: int) -> ResponseReturnValue:
    """Booked work is planned and no more: not confirmed, or the crew is called back."""
    return _press(
        order_id, lambda order: set_standing(order, WorkStatus.PLANNED, current_staff()), "It stands as planned."
    )


@blueprint.post("/orders/<int:order_id>/waits-for/<int:first_id>/end")
@requires(Permission.ORDER_WORK)
def end_waiting(order_id: int, first_id: int) -> ResponseReturnValue:
    """The work does not wait for that other one any more."""
    return _press(
        order_id, lambda order: wait_no_longer(order, first_id, current_staff()), "It waits for that no longer."
    )


def _done(order_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("scheduling.show_order", order_id=order_id))


def _press(order_id: int, change: Callable[[WorkOrder], object], done: str) -> ResponseReturnValue:
    """A button without words, or the page with why it was refused."""
    try:
        change(get_order(order_id))
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        form = ButtonForm(formdata=None)
        form.form_errors.append(str(refusal))
        return _order_page(get_order(order_id), button_form=form), refusal.http_status
    return _done(order_id, done)


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
    able = [one for one in db.session.scalars(find_resources().limit(_OFFERED)) if _is_able(one, order)]
    form.resource_id.choices = [SelectChoice(str(resource.id), _offer(resource, order)) for resource in able]
    return form


def _is_able(resource: CityResource, order: WorkOrder) -> bool:
    return order.all_skills <= all_skills(resource) and order.people <= people_of(resource)


def _offer(resource: CityResource, order: WorkOrder) -> str:
    """A resource in the list; one of another center is offered too, and says so."""
    if resource.center_id in (None, order.case.center_id):
        return resource.name
    return f"{resource.name} (serves {resource.center.name if resource.center else 'elsewhere'})"


def _order_page(order: WorkOrder, **forms: FlaskForm) -> str:
    shown = {
        "booking_form": _booking_form(order),
        "unbook_form": WhyForm(prefix="unbook", formdata=None),
        "done_form": DoneForm(prefix="done", formdata=None),
        "not_done_form": NotDoneForm(prefix="not_done", formdata=None),
        "cancel_form": WhyForm(prefix="cancel", formdata=None),
        "button_form": ButtonForm(formdata=None),
    }
    return render_template(
        "scheduling/order.html",
        order=order,
        standing=standing_booking(order),
        bookings=bookings_of(order),
        case=surviving_case(order.case),
        firsts=lines_of_firsts(order),
        seconds=lines_of_seconds(order),
        worked=work_of_orders([order.id]).get(order.id),
        usual=usual_duration_of(order.skill, order.title),
        is_changeable=order.status in _CHANGEABLE,
        **{**shown, **forms},
    )
