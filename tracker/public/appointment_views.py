"""A resident's own page of her appointment, by the secret in its address: choose a window, confirm, move, cancel.

It says what is done and the block, never the house, who called, or anything else of the case. No cache keeps it.
"""

from collections.abc import Callable
from datetime import timedelta

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from ..clock import utc_now
from ..config import Settings
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..places.city import the_city
from ..published.words import say_label
from ..scheduling.appointments.agreeing import cancel_appointment as cancel
from ..scheduling.appointments.agreeing import confirm_appointment as confirm
from ..scheduling.appointments.finding import find_by_secret
from ..scheduling.appointments.holding import hold_window, release_hold
from ..scheduling.appointments.invitation import invitation
from ..scheduling.appointments.locking import CHANGEABLE, bounds_of, find_held, may_change_herself
from ..scheduling.appointments.log_words import agreed_window, held_window, other_windows
from ..scheduling.appointments.models import Appointment, AppointmentStatus
from ..scheduling.appointments.refusals import HoldOver, NotOpen, TooLate, WindowTaken
from ..scheduling.appointments.room import Offer, offered_windows
from ..scheduling.appointments.saying import say_clock, say_day, say_hours, say_when
from ..scheduling.appointments.windows import by_day, read_instant
from ..scheduling.pace import Pace
from ..staff.permissions import Permission, requires
from ..staff.throttle import is_too_often
from .blueprint import blueprint

MOST_CHANGES = 20
"""In a quarter of an hour; whoever really cannot decide can call."""
MOST_READS = 60
"""In a quarter of an hour: each asks anew in which windows somebody has room."""
LONGEST_WORD = 1_000
REFUSALS: dict[type[Exception], object] = {
    WindowTaken: _l("Somebody else has just taken that time. Please choose another one."),
    HoldOver: _l("The time that we kept for you is gone. Please choose another one."),
    TooLate: _l("It is too late to change this here. Please call the city."),
    NotOpen: _l("Nothing can be changed here any more."),
}
_NOT_CHANGED = _l("That was not possible. Please look at how it stands now.")


@blueprint.get("/appointments/<secret>")
@requires(Permission.PUBLIC)
def show_appointment(secret: str) -> ResponseReturnValue:
    """Her appointment as it stands, with the windows from which she can choose."""
    appointment = _find(secret)
    pace: Pace = current_app.extensions.setdefault("appointments.reads", Pace(MOST_READS, timedelta(minutes=15)))
    if pace.is_too_fast(appointment.id, utc_now()):
        abort(429)
    return _page(secret, appointment)


@blueprint.post("/appointments/<secret>/choose")
@requires(Permission.PUBLIC)
def choose_appointment(secret: str) -> ResponseReturnValue:
    """Keep a window free for her while she decides."""
    return _change(
        secret, lambda one, settings: hold_window(one, read_instant(request.form.get("window", "")), None, settings)
    )


@blueprint.post("/appointments/<secret>/confirm")
@requires(Permission.PUBLIC)
def confirm_appointment(secret: str) -> ResponseReturnValue:
    """She agrees to what is kept for her."""
    return _change(secret, lambda one, settings: confirm(one, None, settings))


@blueprint.post("/appointments/<secret>/let-go")
@requires(Permission.PUBLIC)
def let_appointment_go(secret: str) -> ResponseReturnValue:
    """She does not want what is kept for her."""
    return _change(secret, lambda one, settings: release_hold(one, None))


@blueprint.post("/appointments/<secret>/cancel")
@requires(Permission.PUBLIC)
def cancel_appointment(secret: str) -> ResponseReturnValue:
    """She does not want anybody to come, and may say why."""
    word = request.form.get("word", "").strip()[:LONGEST_WORD]
    return _change(secret, lambda one, settings: cancel(one, None, settings, word=word))


@blueprint.get("/appointments/<secret>/appointment.ics")
@requires(Permission.PUBLIC)
def appointment_calendar(secret: str) -> ResponseReturnValue:
    """The agreed time for her own calendar."""
    appointment = _find(secret)
    window = agreed_window(appointment)
    if window is None or appointment.status is not AppointmentStatus.CONFIRMED:
        raise NotFound(str(gettext("No time is agreed. Look at your appointment first.")))
    headers = {
        "Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": "attachment; filename=appointment.ics",
        **_PRIVATE,
    }  # fmt: skip
    return invitation(appointment, window, the_city().name, _place(appointment)), 200, headers


_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def _find(secret: str) -> Appointment:
    appointment = find_by_secret(secret)
    if appointment is None:
        raise NotFound(str(gettext("This link leads nowhere any more. Use the newest one that you got, or call us.")))
    return appointment


def _change(secret: str, change: Callable[[Appointment, Settings], object]) -> ResponseReturnValue:
    """Apply what she wants, or show how it stands now and why it was not possible."""
    appointment = _find(secret)
    number = appointment.id
    if is_too_often(f"appointment {number}", MOST_CHANGES):
        db.session.rollback()
        abort(429)
    db.session.commit()
    try:
        change(appointment, current_app.config["SETTINGS"])
        db.session.commit()
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        problem = str(REFUSALS.get(type(refusal), _NOT_CHANGED))
        return _page(secret, _find(secret), problem=problem, status=refusal.http_status)
    if appointment.status is AppointmentStatus.CANCELLED:
        flash(str(gettext("The appointment is cancelled.")), "success")
    return redirect(url_for("public.show_appointment", secret=secret, lang=_language()))


def _page(secret: str, appointment: Appointment, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    may_change = appointment.status in CHANGEABLE and may_change_herself(appointment, settings)
    may_change = may_change and not appointment.order.status.is_under_way
    offer = offered_windows(appointment.order, settings, bounds_of(appointment)) if may_change else Offer(())
    held = held_window(appointment)
    page = render_template(
        "public/appointment.html",
        secret=secret,
        appointment=appointment,
        what=appointment.order.title,
        place=_place(appointment),
        agreed=agreed_window(appointment),
        held=held,
        held_until=_clock_of(appointment) if held else "",
        may_change=may_change,
        days=by_day(other_windows(appointment, offer.windows)),
        problem=problem,
        say_day=say_day,
        say_hours=say_hours,
        say_when=say_when,
    )
    answer = make_response(page, status)
    answer.headers.update(_PRIVATE)
    return answer


def _place(appointment: Appointment) -> str:
    """The block as the public sees it; nothing where the work is somewhere else than its case."""
    order = appointment.order
    return say_label(order.case.public_label) if order.case.public_label and not order.place else ""


def _clock_of(appointment: Appointment) -> str:
    """Until when it is kept for her, on the city's clocks; empty where it is not limited."""
    booking = find_held(appointment.order)
    return say_clock(booking.held_until) if booking is not None and booking.held_until is not None else ""


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"
