"""A resource out of action: its time off, its bookings given back and a plan for them, in one step."""

from datetime import datetime, time, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...clock import from_local, utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_today, city_zone, the_city
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..planning.plans import check_days
from ..queries import get_resource
from ..resources.models import CityResource
from .breakdowns import draft_replacement, put_out_of_action, release_its_bookings
from .forms import OutOfActionForm

_LAST_MINUTE = time(23, 59)
_DAYS = 3


@blueprint.route("/resources/<int:resource_id>/out-of-action", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def out_of_action(resource_id: int) -> ResponseReturnValue:
    """Say that a resource is out of action; what it was booked for is placed anew in a draft."""
    resource, form = get_resource(resource_id), OutOfActionForm(data=_beginning())
    status = 200
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                return _break_down(resource, form)
            except (Conflict, Invalid) as refusal:
                db.session.rollback()
                form.form_errors.append(str(refusal))
                resource, status = get_resource(resource_id), refusal.http_status
    return render_template("scheduling/disruptions/out_of_action.html", resource=resource, form=form), status


def _break_down(resource: CityResource, form: OutOfActionForm) -> ResponseReturnValue:
    zone, actor, name = city_zone(the_city()), current_staff(), resource.name
    starts_at = from_local(datetime.combine(form.from_day.data, form.from_time.data), zone)
    ends_at = from_local(datetime.combine(form.until_day.data, form.until_time.data), zone)
    check_days(max(form.from_day.data, city_today()), form.days.data)  # while nothing is committed
    off = put_out_of_action(resource, starts_at, ends_at, form.reason.data, actor)
    db.session.commit()
    orders = release_its_bookings(off, actor)
    draft = draft_replacement(off, orders, form.days.data, actor)
    db.session.commit()
    flash(f"{name} is out of action. {plural(len(orders), 'booking')} given back.", "success")
    if draft is None:
        return redirect(url_for("scheduling.show_resource", resource_id=off.resource_id))
    return redirect(url_for("scheduling.show_draft", draft_id=draft.id))


def _beginning() -> dict[str, object]:
    """From now until the end of the day."""
    now = utc_now().astimezone(city_zone(the_city()))
    start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    until = start if start.time() < time(23, 45) else start + timedelta(days=1)
    return {
        "from_day": start.date(), "from_time": start.time(), "until_day": until.date(), "until_time": _LAST_MINUTE,
        "days": _DAYS,
    }  # fmt: skip
