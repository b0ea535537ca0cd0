"""Times that the demo's office agrees upon with residents: some agreed, one to move, one asked."""

from collections.abc import Iterable
from typing import Any

from ...config import Settings
from ...scheduling.appointments.agreeing import confirm_appointment, offer_appointment
from ...scheduling.appointments.contacting import Resident
from ...scheduling.appointments.holding import hold_window
from ...scheduling.appointments.keeping import ask_to_move
from ...scheduling.appointments.room import offered_windows
from ...scheduling.orders.models import WorkOrder
from ...staff.models import User
from .working_days import crew_words

AT_HOME = ("building", "pest", "water", "tree", "outreach", "carpentry", "inspection")
"""Work for which somebody is let in, that for which this is usual first."""


def agree_with_residents(orders: Iterable[WorkOrder], office: User, settings: Settings) -> set[int]:
    """A time for one order of a case each, as far as crews.toml says; returns the orders' numbers. Flushes."""
    fitting = [one for one in orders if one.skill in AT_HOME and not one.waits_for]
    usual_first = sorted(fitting, key=lambda one: (AT_HOME.index(one.skill), one.id))
    first_of_case = list({one.case_id: one for one in reversed(usual_first)}.values())[::-1]
    agreed = set()
    for order, resident in zip(first_of_case, crew_words()["residents"], strict=False):
        if _agree(order, resident, office, settings):
            agreed.add(order.id)
    return agreed


def _agree(order: WorkOrder, told: dict[str, Any], office: User, settings: Settings) -> bool:
    who = {name: told[name] for name in ("name", "email", "phone", "language", "note") if name in told}
    appointment = offer_appointment(order, Resident(**who), office, settings, on_phone=told["far"] != "asked")
    windows = offered_windows(order, settings).windows
    if told["far"] == "asked" or not windows:
        return True
    window = windows[order.id % min(6, len(windows))]
    hold_window(appointment, window.starts_at, office, settings)
    confirm_appointment(appointment, office, settings, on_phone=True)
    if told["far"] == "to_move":
        ask_to_move(appointment, told["why"], office)
    return True
