"""The city as a whole: as of when its pages speak, and the rules in force."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..calls.as_of import as_of
from ..calls.queries import sorted_families
from ..cases.rules import newest_rules
from ..extensions import db
from ..places.city import the_city
from ..staff.current import current_staff
from ..staff.log import append_log
from ..staff.permissions import Permission, requires
from .blueprint import blueprint


@blueprint.get("/city")
@requires(Permission.SET_RULES)
def city() -> ResponseReturnValue:
    """As of when the city is shown, and each family's grouping rule."""
    city = the_city()
    return render_template(
        "desk/city.html", city=city, instant=as_of(city), families=sorted_families(), rules=newest_rules()
    )


@blueprint.post("/city/live")
@requires(Permission.ADMINISTER)
def switch_live() -> ResponseReturnValue:
    """Show the city as of now from here on, or again as of its newest call."""
    city = the_city()
    city.is_live = not city.is_live
    shown = "as of now" if city.is_live else "as of its newest call"
    append_log("city", city.id, "switched", f"The city is shown {shown}.", actor=current_staff())
    db.session.commit()
    flash(f"The city is shown {shown} from here on.", "success")
    return redirect(url_for("desk.city"))
