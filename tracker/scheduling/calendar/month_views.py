"""The month page: the load of each day, all resources together."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from .frame import frame_of
from .month import first_of, next_month, read_month
from .wanted import wanted_day, wanted_resources

_MOST_RESOURCES = 100


@blueprint.get("/schedule/month")
@requires(Permission.SEE_SCHEDULE)
def month() -> ResponseReturnValue:
    """A month of the resources that the filters keep, at most a hundred of them."""
    first = first_of(wanted_day("month"))
    resources = list(db.session.scalars(wanted_resources().limit(_MOST_RESOURCES + 1)))
    return render_template(
        "scheduling/calendar/month.html",
        month=read_month(resources[:_MOST_RESOURCES], first, city_zone(the_city())),
        resources=resources[:_MOST_RESOURCES],
        is_cut=len(resources) > _MOST_RESOURCES,
        **frame_of(first, first_of(first - timedelta(days=1)), next_month(first)),
    )
