"""The day page: a column per resource, and the work that waits beside it."""

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ...clock import utc_now
from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_zone, the_city
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..bookings.slots import next_slot
from ..order_listing import OrderFilters, count_orders, first_orders
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from .day import Column, clock_at, read_day
from .frame import frame_of
from .legend import GROUND
from .painting import Piece, PieceKind
from .tiles import Tile, tile_of
from .wanted import wanted_day, wanted_resources

_COLUMNS = 10
_WAITING = 30


@blueprint.get("/schedule/day")
@requires(Permission.SEE_SCHEDULE)
def day() -> ResponseReturnValue:
    """A day of the resources that the filters keep; who may schedule books, moves and resizes on it."""
    wanted, zone = wanted_day("day"), city_zone(the_city())
    page = db.paginate(
        wanted_resources(), page=request.args.get("page", 1, read_number), per_page=_COLUMNS, error_out=False
    )
    shown = read_day(page.items, wanted, zone)
    tiles: dict[tuple[int, int], Tile] = {
        (column.resource.id, piece.slot): tile_of(column, piece, zone)
        for column in shown.columns
        for piece in _booked(column)
    }
    return render_template(
        "scheduling/calendar/day.html",
        page=page,
        shown=shown,
        tiles=tiles,
        ground=GROUND,
        now_slot=next_slot(utc_now()),
        clock_of=lambda slot: clock_at(slot, zone),
        waiting=_waiting(request.args.get("work", "").strip()[:120]),
        **frame_of(wanted, wanted - timedelta(days=1), wanted + timedelta(days=1)),
    )


def _booked(column: Column) -> list[Piece]:
    return [piece for piece in column.pieces if piece.layer.kind is PieceKind.BOOKING]


def _waiting(text: str) -> tuple[list[WorkOrder], int]:
    """The most urgent work that waits, as many as fit beside a day, and how many there are."""
    filters = OrderFilters(status=WorkStatus.REQUESTED, q=text)
    return first_orders(filters, _WAITING), count_orders(filters)

