"""Appointments, for staff: agree upon a time with a resident, and one appointment with all that can be done with it."""

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from ...calls.models import Caller
from ...cases.touching import case_with_key, hold_case
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.audit import record_audit
from ...staff.current import current_role, current_staff
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..orders.models import WorkOrder
from ..queries import get_order
from .agreeing import cancel_appointment, confirm_appointment, offer_appointment
from .appointment_forms import MoveForm, ResidentForm, WordForm
from .contacting import Resident
from .finding import appointment_of, get_appointment, known_secret, no_shows_of
from .holding import hold_window, release_hold
from .keeping import ask_to_move, note_called, record_kept, record_no_show
from .locking import bounds_of, find_held
from .log_words import agreed_window, held_window, other_windows
from .models import Appointment
from .room import Offer, offered_windows
from .suggesting import callers_of, filled_from
from .windows import by_day, read_instant


@blueprint.route("/orders/<int:order_id>/appointment", methods=["GET", "POST"])
@requires(Permission.ORDER_WORK)
def agree_time(order_id: int) -> ResponseReturnValue:
    """Ask a resident to choose a time, by a link or on the phone."""
    order = get_order(order_id)
    standing = appointment_of(order)
    if standing is not None:
        return redirect(url_for("scheduling.show_appointment", appointment_id=standing.id))
    form, status = ResidentForm(), 400 if request.method == "POST" else 200
    if form.validate_on_submit():
        hold_case(order.case)  # before the question: of two sendings at once the second waits
        if case_with_key(current_staff(), form.key.data or "") == order.case_id:
            return redirect(url_for("scheduling.show_order", order_id=order_id))
        try:
            appointment = _offer(order_id, form)
            db.session.commit()
            return redirect(url_for("scheduling.show_appointment", appointment_id=appointment.id))
        except (Conflict, Invalid) as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            status, order = refusal.http_status, get_order(order_id)
    return _agree_page(order, form), status


@blueprint.get("/orders/<int:order_id>/appointment/caller/<int:caller_id>")
@requires(Permission.ORDER_WORK, writes_on_get=True)
def agree_time_with(order_id: int, caller_id: int) -> ResponseReturnValue:
    """The same form with somebody filled in who called about it. To read about a person leaves a row in the audit."""
    order = get_order(order_id)
    caller = next((one for one in _callers(order) if one.id == caller_id), None)
    if caller is None:
        raise NotFound("Nobody is filled in from here. Choose one of those who called about it, or enter the name.")
    record_audit("read caller", f"caller {caller.id}", actor=current_staff())
    db.session.commit()
    return _agree_page(order, ResidentForm(data=filled_from(caller)))


def _agree_page(order: WorkOrder, form: ResidentForm) -> str:
    numbers = [caller.id for caller in _callers(order)]  # not their names: nobody has asked about anybody yet
    return render_template("scheduling/appointments/agree.html", form=form, order=order, callers=numbers)


def _callers(order: WorkOrder) -> list[Caller]:
    """Who called about it, for those who may see callers."""
    return callers_of(order) if may(current_role(), Permission.SEE_CALLERS) else []


def _offer(order_id: int, form: ResidentForm) -> Appointment:
    fields = ("name", "email", "phone", "language", "note")
    resident = Resident(**{field: (form[field].data or "").strip() for field in fields})
    on_phone = request.form.get("how") == "phone"
    return offer_appointment(
        get_order(order_id), resident, current_staff(), current_app.config["SETTINGS"],
        on_phone=on_phone, key=form.key.data or "",
    )  # fmt: skip


@blueprint.get("/appointments/<int:appointment_id>")
@requires(Permission.ORDER_WORK, writes_on_get=True)
def show_appointment(appointment_id: int) -> ResponseReturnValue:
    """One appointment: whom with, when, and what can be done now. Reading about a person leaves an audit row."""
    return _page(get_appointment(appointment_id))


@blueprint.post("/appointments/<int:appointment_id>/link")
@requires(Permission.ORDER_WORK)
def show_own_link(appointment_id: int) -> ResponseReturnValue:
    """The same page with the resident's own link: whoever has it acts as she does, so it is asked for and audited."""
    appointment = get_appointment(appointment_id)
    return _page(appointment, link=_link(appointment))


@blueprint.post("/appointments/<int:appointment_id>/choose")
@requires(Permission.ORDER_WORK)
def choose_window(appointment_id: int) -> ResponseReturnValue:
    """Hold the window that she says on the phone."""

    def choose(appointment: Appointment) -> None:
        starts_at = read_instant(request.form.get("window", ""))
        hold_window(appointment, starts_at, current_staff(), current_app.config["SETTINGS"])

    return _change(appointment_id, choose, "Held for her. Confirm it when she agrees.")


@blueprint.post("/appointments/<int:appointment_id>/confirm")
@requires(Permission.ORDER_WORK)
def confirm_window(appointment_id: int) -> ResponseReturnValue:
    """She agrees on the phone."""
    settings = current_app.config["SETTINGS"]
    return _change(
        appointment_id, lambda one: confirm_appointment(one, current_staff(), settings, on_phone=True), "Agreed."
    )


@blueprint.post("/appointments/<int:appointment_id>/let-go")
@requires(Permission.ORDER_WORK)
def let_window_go(appointment_id: int) -> ResponseReturnValue:
    """What is held is given back."""
    return _change(appointment_id, lambda one: release_hold(one, current_staff()), "Given back.")


@blueprint.post("/appointments/<int:appointment_id>/move")
@requires(Permission.ORDER_WORK)
def cannot_keep(appointment_id: int) -> ResponseReturnValue:
    """The city cannot keep the agreed time; she is told why."""
    form = MoveForm(prefix="move")
    return _change(
        appointment_id, lambda one: ask_to_move(one, form.reason.data, current_staff()),
        "The time was given back, and she is told.", move_form=form,
    )  # fmt: skip


@blueprint.post("/appointments/<int:appointment_id>/cancel")
@requires(Permission.ORDER_WORK)
def cancel_agreed(appointment_id: int) -> ResponseReturnValue:
    """Nobody has to come at that time any more."""
    form, settings = WordForm(prefix="cancel"), current_app.config["SETTINGS"]

    def cancel(appointment: Appointment) -> None:
        word, knows = form.reason.data, bool(form.on_phone.data)
        cancel_appointment(appointment, current_staff(), settings, word=word, on_phone=knows)

    return _change(appointment_id, cancel, "The appointment was cancelled.", cancel_form=form)


@blueprint.post("/appointments/<int:appointment_id>/kept")
@requires(Permission.ORDER_WORK)
def was_kept(appointment_id: int) -> ResponseReturnValue:
    """Somebody came and she was there."""
    return _change(appointment_id, lambda one: record_kept(one, current_staff()), "Noted: kept.")


@blueprint.post("/appointments/<int:appointment_id>/no-show")
@requires(Permission.ORDER_WORK)
def was_not_home(appointment_id: int) -> ResponseReturnValue:
    """Somebody came and nobody was there."""
    return _change(appointment_id, lambda one: record_no_show(one, current_staff()), "Noted: nobody was there.")


@blueprint.post("/appointments/<int:appointment_id>/called")
@requires(Permission.ORDER_WORK)
def was_called(appointment_id: int) -> ResponseReturnValue:
    """She was called about what nothing else could tell her."""
    return _change(appointment_id, lambda one: note_called(one, current_staff()), "Noted: she was called.")


def _change(
    appointment_id: int, change: Callable[[Appointment], object], done: str, **forms: FlaskForm
) -> ResponseReturnValue:
    """Apply a change, or show the appointment as it stands now with what was typed and why it was refused."""
    appointment, status, problem = get_appointment(appointment_id), 400, ""
    if all(form.validate_on_submit() for form in forms.values()):
        try:
            change(appointment)
            db.session.commit()
            flash(done, "success")
            return redirect(url_for("scheduling.show_appointment", appointment_id=appointment_id))
        except (Conflict, Invalid) as refusal:
            db.session.rollback()
            appointment, status, problem = get_appointment(appointment_id), refusal.http_status, str(refusal)
    return _page(appointment, problem=problem, **forms), status


def _page(appointment: Appointment, *, problem: str = "", link: str = "", **forms: FlaskForm) -> str:
    """The page, with `link` when it was asked for; who reads it, refused or not, stands in the audit."""
    action = "read appointment link" if link else "read appointment"
    record_audit(action, f"appointment {appointment.id}", actor=current_staff())
    db.session.commit()
    order, settings = appointment.order, current_app.config["SETTINGS"]
    is_free = appointment.is_live and not order.status.is_under_way
    offer = offered_windows(order, settings, bounds_of(appointment)) if is_free else Offer(())
    held = held_window(appointment)
    booking = find_held(order) if held else None
    shown = {
        "move_form": MoveForm(prefix="move", formdata=None), "cancel_form": WordForm(prefix="cancel", formdata=None)
    }  # fmt: skip
    return render_template(
        "scheduling/appointments/appointment.html",
        appointment=appointment,
        order=order,
        problem=problem,
        agreed=agreed_window(appointment),
        held=held,
        held_until=booking.held_until if booking else None,
        days=by_day(other_windows(appointment, offer.windows)),
        why_none=offer.why_none,
        no_shows=no_shows_of(order),
        link=link,
        has_link=bool(_link(appointment)),
        **{**shown, **forms},
    )


def _link(appointment: Appointment) -> str:
    """Her own page, to be read out or sent by hand; nothing once it has ended."""
    secret = known_secret(appointment, current_app.config["SETTINGS"])
    if not secret or not appointment.is_live or "public.show_appointment" not in current_app.view_functions:
        return ""
    return url_for("public.show_appointment", secret=secret, _external=True)
