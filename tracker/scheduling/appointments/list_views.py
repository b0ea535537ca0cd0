"""The list of appointments that staff look after, and what the page of an order shows of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy.pagination import Pagination

from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_zone, the_city
from ...staff.audit import record_audit
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..orders.models import WorkOrder
from ..spreadsheet import csv_answer
from .finding import Wanted, appointments_of, count_wanted, find_appointments, no_shows_of
from .log_words import agreed_window, held_window
from .models import Appointment
from .windows import Window

MOST_LINES = 5_000
_COLUMNS = ("when", "work", "where", "case", "status", "name", "phone", "email", "language", "to call", "reason")
SHOWN = {
    Wanted.TODAY: "Today",
    Wanted.COMING: "Coming",
    Wanted.TO_CONFIRM: "To confirm",
    Wanted.TO_MOVE: "To move",
    Wanted.TO_CALL: "To be called",
    Wanted.ENDED: "Over",
}


@blueprint.get("/appointments")
@requires(Permission.ORDER_WORK, writes_on_get=True)
def list_appointments() -> ResponseReturnValue:
    """Appointments by what they wait for; which of them stands in the address. It names people: an audit row."""
    wanted, number = _wanted(), request.args.get("page", 1, read_number)
    page: Pagination = db.paginate(find_appointments(wanted), page=number, per_page=50, error_out=False)
    text = render_template(
        "scheduling/appointments/list.html", page=page, wanted=wanted, shown=SHOWN, counts=count_wanted()
    )
    _record_reading("read appointments", wanted, page.items)  # afterwards: what is committed is read anew, one by one
    return text


@blueprint.get("/appointments.csv")
@requires(Permission.ORDER_WORK, writes_on_get=True)
def appointments_csv() -> ResponseReturnValue:
    """The same list as a spreadsheet."""
    wanted = _wanted()
    found = db.session.scalars(find_appointments(wanted).limit(MOST_LINES)).all()
    lines = [_cells(one) for one in found]
    _record_reading("downloaded appointments", wanted, found)
    return csv_answer("appointments.csv", _COLUMNS, lines)


def _record_reading(action: str, wanted: Wanted, read: Sequence[Appointment]) -> None:
    """One row for the whole list, with the ids as far as they fit; none where nobody is named."""
    if not read:
        return
    ids = ", ".join(str(one.id) for one in read)
    record_audit(action, f"{SHOWN[wanted]}, {len(read)}: appointments {ids}", actor=current_staff())
    db.session.commit()


def _wanted() -> Wanted:
    wanted = request.args.get("show", Wanted.TODAY.value)
    return Wanted(wanted) if wanted in set(Wanted) else Wanted.TODAY


def _cells(one: Appointment) -> tuple[object, ...]:
    window, order = agreed_window(one), one.order
    where = (window_text(window) if window else "", order.title, order.address, order.case.public_id)
    return (*where, one.status.label, one.name, one.phone, one.email, one.language, one.to_call, one.reason)


@blueprint.app_template_global()
def window_text(window: Window) -> str:
    """«Wed 17 Jun 2026, 08:00 to 10:00» on the city's clocks."""
    return f"{window_day(window)}, {window_hours(window)}"


@blueprint.app_template_global()
def window_day(window: Window) -> str:
    """«Wed 17 Jun 2026»."""
    return f"{window.starts_at.astimezone(city_zone(the_city())):%a %d %b %Y}"


@blueprint.app_template_global()
def window_hours(window: Window) -> str:
    """«08:00 to 10:00»."""
    zone = city_zone(the_city())
    return f"{window.starts_at.astimezone(zone):%H:%M} to {window.ends_at.astimezone(zone):%H:%M}"


@blueprint.app_template_global()
def appointment_window(appointment: Appointment) -> Window | None:
    """The window that is held or agreed, for lists."""
    return agreed_window(appointment) or held_window(appointment)


@dataclass(frozen=True, slots=True)
class AppointmentPanel:
    """What the page of an order shows: its appointment, if one stands, those before, and how often nobody was there."""

    current: Appointment | None
    past: list[Appointment]
    no_shows: int
    may_offer: bool


@blueprint.app_template_global()
def appointment_panel(order: WorkOrder) -> AppointmentPanel:
    """The appointments of an order: two queries."""
    every = appointments_of(order)
    current = next((one for one in every if one.is_live), None)
    is_possible = order.status.value in ("requested", "planned", "confirmed", "not_done")
    past = [one for one in every if not one.is_live]
    return AppointmentPanel(current, past, no_shows_of(order), current is None and is_possible)
