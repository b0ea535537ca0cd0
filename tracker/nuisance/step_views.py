"""One step of the procedure about a property, on a page of its own."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..extensions import db
from ..places.city import city_today
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .forms import StepForm
from .procedure import ProcedureStatus
from .properties import get_property
from .standing import reckon_properties
from .steps import next_steps, take_step


@blueprint.route("/properties/<int:property_id>/steps/<status>", methods=["GET", "POST"])
@requires(Permission.ENFORCE)
def add_step(property_id: int, status: str) -> ResponseReturnValue:
    """Take the step, if the procedure allows it to this person on that day."""
    known = get_property(property_id)
    if status not in set(ProcedureStatus):
        raise NotFound("There is no such step. Choose one on the property's page.")
    then, today = ProcedureStatus(status), city_today()
    form = StepForm(data={"on_day": today, "version": str(known.version)})

    def take() -> tuple[str, str]:
        take_step(
            known, then, current_staff(), on=form.on_day.data, today=today, reason=form.reason.data, key=form.key.data,
            seen_version=form.seen,
        )  # fmt: skip
        db.session.commit()
        return "The step is on record.", url_for("nuisance.show_property", property_id=property_id)

    def show(code: int) -> str:
        standing = get_property(property_id)
        if code == 409:
            form.version.data = str(standing.version)
        reckoned = reckon_properties([standing], today)[0]
        refusal = next_steps(reckoned, current_staff(), today).get(then, "This step does not follow from here.")
        return render_template(
            "nuisance/step_form.html", form=form, known=standing, then=then, reckoned=reckoned, refusal=refusal
        )

    return show(200) if request.method == "GET" else do_or_say_why(form, take, show)
