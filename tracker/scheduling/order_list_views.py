"""The list of work, on pages and as a spreadsheet."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ..identifiers import read_number
from ..places.city import city_today
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .order_listing import (
    ANY,
    COLUMNS,
    COUNTED,
    DUE_WORDS,
    SORTS,
    STILL_OPEN,
    WAITING_WORDS,
    load_shown,
    page_of,
    read_filters,
    sheet_rows,
    waiting_for,
)
from .orders.work_status import WorkStatus
from .queries import known_skills, service_centers, with_bookings
from .spreadsheet import csv_answer

_STATUSES = [
    (ANY, "Any"), (STILL_OPEN, "Still open"), *((one.value, one.label.capitalize()) for one in WorkStatus),
]  # fmt: skip


@blueprint.get("/orders")
@requires(Permission.SEE_SCHEDULE)
def list_orders() -> ResponseReturnValue:
    """All work, most urgent first; search, filters and sorting are in the address. Without a status: what waits."""
    filters, today = read_filters(request.args), city_today()
    page = page_of(filters, today, request.args.get("page", 1, read_number))
    orders = load_shown(page.items)
    return render_template(
        "scheduling/orders.html",
        page=page,
        lines=with_bookings(orders),
        waits=waiting_for(orders),
        filters=filters,
        counted=COUNTED,
        today=today,
        choices={
            "status": _STATUSES,
            "skill": [(skill, skill) for skill in known_skills()],
            "center": [(str(center.id), center.name) for center in service_centers()],
            "due": [(key.value, words) for key, words in DUE_WORDS.items()],
            "waiting": [(key.value, words) for key, words in WAITING_WORDS.items()],
            "sort": [(key, words) for key, (words, _) in SORTS.items()],
        },
    )


@blueprint.get("/orders.csv")
@requires(Permission.SEE_SCHEDULE)
def orders_csv() -> ResponseReturnValue:
    """The same list, whole, as a spreadsheet."""
    today = city_today()
    return csv_answer("work.csv", COLUMNS, sheet_rows(read_filters(request.args), today))
