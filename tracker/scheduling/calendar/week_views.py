"""The schedule: a week of resources, on a page and as a spreadsheet."""

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_today, city_zone, the_city
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..forms import KINDS
from ..queries import find_resources, known_skills, service_centers
from ..resources.models import CityResource
from ..spreadsheet import csv_answer
from .week import Block, monday_of, read_week

_ROWS = 25
_A_LIFETIME = timedelta(days=36_525)
_COLUMNS = ("day", "from", "to", "minutes", "resource", "code", "work", "status", "priority", "case", "address", "why")


def _wanted_monday() -> date:
    """The Monday of `?week=`, or of this week where there is none, it cannot be read, or it is a lifetime away."""
    today = city_today()
    try:
        wanted = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        wanted = today
    return monday_of(wanted if abs(wanted - today) < _A_LIFETIME else today)


def _wanted_resources() -> Select[CityResource]:
    args = request.args
    return find_resources(
        kind=args.get("kind", ""),
        skill=args.get("skill", ""),
        center_id=args.get("center", type=read_number),
        resource_id=args.get("resource", type=read_number),
    )


@blueprint.get("/schedule")
@requires(Permission.SEE_SCHEDULE)
def week() -> ResponseReturnValue:
    """A week of the resources that serve a center, or of one resource; the filters are in the address."""
    monday, zone = _wanted_monday(), city_zone(the_city())
    page = db.paginate(
        _wanted_resources(), page=request.args.get("page", 1, read_number), per_page=_ROWS, error_out=False
    )
    today = city_today()
    return render_template(
        "scheduling/week.html",
        page=page,
        week=read_week(page.items, monday, zone),
        today=today,
        this_week=monday_of(today),
        earlier=monday - timedelta(days=7),
        later=monday + timedelta(days=7),
        centers=service_centers(),
        skills=known_skills(),
        kinds=KINDS,
        everybody=db.session.scalars(find_resources()).all(),
    )


@blueprint.get("/schedule.csv")
@requires(Permission.SEE_SCHEDULE)
def week_csv() -> ResponseReturnValue:
    """The same week, of every resource that the filters keep, a line per booking."""
    monday = _wanted_monday()
    resources: list[CityResource] = list(db.session.scalars(_wanted_resources()))
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
        order.case.address,
        block.booking.reason,
    )
