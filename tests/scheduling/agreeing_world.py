"""A small world for appointments: it is Monday noon, one tree crew works on weekdays from 8 to 16."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import current_app

from tests import factories as make
from tracker.config import Settings
from tracker.extensions import db
from tracker.scheduling.appointments.agreeing import confirm_appointment, offer_appointment
from tracker.scheduling.appointments.contacting import Resident
from tracker.scheduling.appointments.finding import link_secret
from tracker.scheduling.appointments.holding import hold_window
from tracker.scheduling.appointments.models import Appointment
from tracker.scheduling.orders.models import WorkOrder
from tracker.staff.models import Role

WEDNESDAY_8 = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)
"""Wednesday, 8:00 in the city: the first window that is not too near on Monday noon."""
HOURS_2 = timedelta(hours=2)
JANE = Resident("Jane Q. Canary", "jane.canary@example.org", "585-555-0137", "en", "Mind the canary")


def plain_settings(**changes: object) -> Settings:
    """The installation's settings, some of them changed."""
    settings: Settings = current_app.config["SETTINGS"]
    return replace(settings, **changes)  # type: ignore[arg-type]  # names and values fit together


def offered(order: WorkOrder | None = None, resident: Resident = JANE, **extra: object) -> Appointment:
    """A time is agreed upon with Jane; she has not chosen yet."""
    order = order or make.make_work_order(title="Fell the oak")
    return offer_appointment(order, resident, make.make_user(role=Role.SCHEDULER), plain_settings(), **extra)  # type: ignore[arg-type]  # as above


def held(starts_at: datetime = WEDNESDAY_8, order: WorkOrder | None = None) -> Appointment:
    """She has chosen a window herself."""
    return hold_window(offered(order), starts_at, None, plain_settings())


def agreed(
    starts_at: datetime = WEDNESDAY_8, order: WorkOrder | None = None, resident: Resident = JANE
) -> Appointment:  # fmt: skip
    """She has confirmed a window."""
    appointment = hold_window(offered(order, resident), starts_at, None, plain_settings())
    return confirm_appointment(appointment, None, plain_settings())


def link_of(appointment: Appointment) -> str:
    """The path of her own page."""
    secret = link_secret(appointment, plain_settings())
    db.session.commit()
    return f"/appointments/{secret}"
