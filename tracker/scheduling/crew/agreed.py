"""What a crew's step means for what was agreed with a resident."""

from collections.abc import Iterable

from sqlalchemy import select

from ...extensions import db
from ...staff.models import User
from ..appointments.keeping import ask_to_move, come_in_vain, come_to_keep
from ..appointments.models import Appointment, AppointmentStatus
from ..bookings.why_not import WHY_NOT_LABELS, WhyNot
from ..orders.models import WorkOrder
from .models import StepKind


def settle_appointment(order: WorkOrder, kind: StepKind, why: WhyNot | None, actor: User) -> Appointment | None:
    """Kept when the work is done, not kept by the resident when nobody was home, else a new time is to be found.

    Only what was agreed is settled, once; returns it, or None where nothing was. The resident reads why in general
    words only: what a crew writes is for the office.
    """
    appointment = agreed_with([order.id]).get(order.id)
    if appointment is None or kind not in (StepKind.FINISH, StepKind.COULD_NOT):
        return None
    if kind is StepKind.FINISH:
        come_to_keep(appointment, actor)
    elif why is WhyNot.NOBODY_HOME:
        come_in_vain(appointment, actor)
    else:
        said = "" if why in (None, WhyNot.OTHER) else f"{WHY_NOT_LABELS[why]}."
        ask_to_move(appointment, said, actor, release=False)
    return appointment


def agreed_with(order_ids: Iterable[int]) -> dict[int, Appointment]:
    """What is agreed about these orders and has not ended, by order: one query."""
    query = select(Appointment).where(Appointment.order_id.in_(list(order_ids)), Appointment.ended_at.is_(None))
    confirmed = query.where(Appointment.status == AppointmentStatus.CONFIRMED)
    return {one.order_id: one for one in db.session.scalars(confirmed)}
