"""The first page of every staff member."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..calls.as_of import as_of
from ..cases.workload.looks import QUEUE, look_now
from ..extensions import db
from ..places.city import find_city
from ..staff.current import current_staff
from ..staff.models import Role
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .queues import build_queue


@blueprint.get("")
@requires(Permission.SIGNED_IN)
def queue() -> ResponseReturnValue:
    """The person's own queue; a crew's is its day."""
    if current_staff().role is Role.CREW:
        return redirect(url_for("scheduling.crew_day"))
    city = find_city()
    if city is None:
        return render_template("desk/no_city.html")
    return render_template("desk/queue.html", queue=build_queue(current_staff(), as_of(city)), me=current_staff())


@blueprint.post("/seen")
@requires(Permission.SEE_CASES)
def seen() -> ResponseReturnValue:
    """The person has seen what is new; from now on only later things are."""
    look_now(current_staff().id, QUEUE)
    db.session.commit()
    flash("Noted. What is new is counted from now on.", "success")
    return redirect(url_for("desk.queue"))
