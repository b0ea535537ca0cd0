"""The list of resources, adding and changing one, taking one out of service."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ..errors import Conflict, Invalid
from ..extensions import db
from ..formatters import plural
from ..identifiers import read_number
from ..staff.changing import show_what_stands
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .bookings.retiring import bookings_outside_shifts, coming_bookings, restore_resource, retire_resource
from .forms import KINDS, ResourceForm, RetireForm
from .queries import find_resources, get_resource, known_skills, service_centers
from .resources.keeping import ResourceEntry, require_unchanged, save_resource, settings_mark
from .resources.models import CityResource, ResourceKind
from .resources.shift_text import WEEKDAYS, write_shifts

WHOLE_CITY = 0
"""The choice that stands for «no center» in a list of centers."""


@blueprint.get("/resources")
@requires(Permission.SEE_SCHEDULE)
def list_resources() -> ResponseReturnValue:
    """Crews, vehicles, persons and equipment; search and filters are in the address."""
    args = request.args
    query = find_resources(
        text=args.get("q", "").strip(),
        kind=args.get("kind", ""),
        skill=args.get("skill", ""),
        center_id=args.get("center", type=read_number),
        with_retired=bool(args.get("retired")),
    )
    page = db.paginate(query, page=request.args.get("page", 1, read_number), per_page=50, error_out=False)
    weeks = {resource.id: _week_text(resource) for resource in page.items}
    return render_template(
        "scheduling/resources.html",
        page=page,
        weeks=weeks,
        kinds=KINDS,
        skills=known_skills(),
        centers=service_centers(),
    )


@blueprint.route("/resources/new", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def add_resource() -> ResponseReturnValue:
    """Add a resource."""
    form = _choices(ResourceForm())
    if form.validate_on_submit() and (resource := _save(None, form)):
        flash(f"{resource.name} was added.", "success")
        return redirect(url_for("scheduling.show_resource", resource_id=resource.id))
    return _form_page(form, None), 400 if form.errors else 200


@blueprint.get("/resources/<int:resource_id>")
@requires(Permission.SEE_SCHEDULE)
def show_resource(resource_id: int) -> ResponseReturnValue:
    """One resource, what is booked for it, and its history."""
    return _resource_page(get_resource(resource_id), RetireForm())


@blueprint.route("/resources/<int:resource_id>/edit", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def edit_resource(resource_id: int) -> ResponseReturnValue:
    """Change a resource; bookings that its new shifts no longer hold stand, and are pointed out."""
    resource = get_resource(resource_id)
    form = _choices(ResourceForm(data=_entry_data(resource)))
    if form.validate_on_submit():
        try:
            require_unchanged(resource, form.seen.data)
        except Conflict as conflict:
            db.session.rollback()
            form.form_errors.append(str(conflict))
            show_what_stands(form, _entry_data(resource))
            return _form_page(form, resource), 409
        if _save(resource, form):
            flash(f"{resource.name} was changed.", "success")
            return redirect(url_for("scheduling.show_resource", resource_id=resource_id))
    return _form_page(form, resource), 400 if form.errors else 200


def _form_page(form: ResourceForm, resource: CityResource | None) -> str:
    return render_template("scheduling/resource_form.html", form=form, resource=resource)


@blueprint.post("/resources/<int:resource_id>/retire")
@requires(Permission.SCHEDULE)
def retire(resource_id: int) -> ResponseReturnValue:
    """Take a resource out of service; with bookings to come only when they are given back."""
    resource, form = get_resource(resource_id), RetireForm()
    if not form.validate_on_submit():
        return _resource_page(resource, form), 400
    try:
        freed = retire_resource(resource, current_staff(), release=form.release.data)
    except Conflict as conflict:
        db.session.rollback()
        form.release.errors = [str(conflict)]
        return _resource_page(get_resource(resource_id), form), 409
    db.session.commit()
    flash(f"{resource.name} is out of service. {plural(len(freed), 'booking')} cancelled.", "success")
    return redirect(url_for("scheduling.show_resource", resource_id=resource_id))


@blueprint.post("/resources/<int:resource_id>/restore")
@requires(Permission.SCHEDULE)
def restore(resource_id: int) -> ResponseReturnValue:
    """Bring a retired resource back."""
    resource = restore_resource(get_resource(resource_id), current_staff())
    db.session.commit()
    flash(f"{resource.name} is back in service.", "success")
    return redirect(url_for("scheduling.show_resource", resource_id=resource_id))


def _resource_page(resource: CityResource, form: RetireForm) -> str:
    return render_template(
        "scheduling/resource.html",
        resource=resource,
        week=_week_text(resource),
        coming=coming_bookings(resource),
        outside={booking.id for booking in bookings_outside_shifts(resource)},
        history=history_of("resource", resource.id),
        retire_form=form,
    )


def _choices(form: ResourceForm) -> ResourceForm:
    form.center_id.choices = [
        SelectChoice(str(WHOLE_CITY), "The whole city"),
        *(SelectChoice(str(center.id), center.name) for center in service_centers()),
    ]
    return form


def _save(resource: CityResource | None, form: ResourceForm) -> CityResource | None:
    """Save and commit; None when it was refused, with the reason at the field."""
    try:
        saved = save_resource(resource, _entry(form), current_staff())
        db.session.commit()
    except Conflict as conflict:
        db.session.rollback()
        form.code.errors = [str(conflict)]
        return None
    except Invalid as refusal:
        db.session.rollback()
        form.base_lat.errors = [str(refusal)]
        return None
    return saved


def _entry(form: ResourceForm) -> ResourceEntry:
    return ResourceEntry(
        code=form.code.data.strip(),
        name=form.name.data.strip(),
        kind=ResourceKind(form.kind.data),
        center_id=form.center_id.data or None,
        base_lat=form.base_lat.data,
        base_long=form.base_long.data,
        skills=form.skill_list,
        shifts={number: field.spans for number, field in enumerate(form.weekdays)},
    )


def _entry_data(resource: CityResource) -> dict[str, object]:
    """What the form shows of a resource before it is changed."""
    data: dict[str, object] = {name: getattr(resource, name) for name in ("name", "code", "base_lat", "base_long")}
    data |= {"kind": resource.kind.value, "center_id": resource.center_id or WHOLE_CITY}
    data["seen"] = settings_mark(resource)
    data["skills"] = ", ".join(sorted(row.skill for row in resource.skills))
    return data | {day.lower(): text for day, text in _week_text(resource)}


def _week_text(resource: CityResource) -> list[tuple[str, str]]:
    """(weekday, shifts in words) for the seven days."""
    return [
        (name, write_shifts((row.start_minute, row.end_minute) for row in resource.shifts if row.weekday == number))
        for number, name in enumerate(WEEKDAYS)
    ]
