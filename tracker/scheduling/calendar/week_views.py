"""The schedule: a week of resources, on a page and as a spreadsheet."""

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_today, city_zone, the_city
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..resources.models import CityResource
from ..spreadsheet import csv_answer
from .frame import frame_of
from .wanted import wanted_day, wanted_resources
from .week import Block, monday_of, read_week

_ROWS = 25
_COLUMNS = ("day", "from", "to", "minutes", "resource", "code", "work", "status", "priority", "case", "address", "why")


@blueprint.get("/schedule")
@requires(Permission.SEE_SCHEDULE)
def week() -> ResponseReturnValue:
    """A week of the resources that serve a center, or of one resource; the filters are in the address."""
    monday = monday_of(wanted_day("week"))
    page = db.paginate(
        wanted_resources(), page=request.args.get("page", 1, read_number), per_page=_ROWS, error_out=False
    )
    return render_template(
        "scheduling/week.html",
        page=page,
        week=read_week(page.items, monday, city_zone(the_city())),
        this_week=monday_of(city_today()),
        **frame_of(monday, monday - timedelta(days=7), monday + timedelta(days=7)),
    )


@blueprint.get("/schedule.csv")
@requires(Permission.SEE_SCHEDULE)
def week_csv() -> ResponseReturnValue:
    """The same week, of every resource that the filters keep, a line per booking and row in which it stands."""
    monday = monday_of(wanted_day("week"))
    resources: list[CityResource] = list(db.session.scalars(wanted_resources()))
    week = read_week(resources, monday, city_zone(the_city()))
    blocks = [(row.resource, cell.day, block) for row in week.rows for cell in row.cells for block in cell.blocks]
    return csv_answer(f"week-{monday}.csv", _COLUMNS, (_line(*where) for where in blocks))


def _line(resource: CityResource, day: date, block: Block) -> tuple[object, ...]:
    order = block.booking.work_order
    return (
        day,
        f"{block.starts:%H:%M}",
        f"{block.ends:%H:%M}",
        block.minutes,
        resource.name,
        resource.code,
        order.title,
        order.status.label,
        order.priority,
        order.case.public_id,
        order.address,
        block.booking.reason,
    )
