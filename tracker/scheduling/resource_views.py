"""The list of resources, adding and changing one, taking one out of service."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ..clock import local_date, utc_now
from ..errors import Conflict, Invalid
from ..extensions import db
from ..formatters import plural
from ..identifiers import read_number
from ..places.city import city_today, city_zone, the_city
from ..staff.changing import show_what_stands
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .bookings.retiring import restore_resource, retire_resource
from .forms import KINDS, LONGEST_SEARCH
from .queries import find_resources, get_resource, known_skills, service_centers
from .resource_forms import ResourceForm, RetireForm
from .resource_page import show_page, week_text
from .resources.keeping import ResourceEntry, require_unchanged, save_resource, settings_mark
from .resources.models import CityResource, ResourceKind
from .resources.money import write_money
from .resources.partners import promised_work
from .resources.shift_rules import rule_of
from .resources.shift_text import write_others
from .resources.shifts import working_times
from .resources.strip import WEEKS, StripDay, monday_of, read_strip

WHOLE_CITY = 0
"""The choice that stands for «no center» in a list of centers."""
_PLAIN = (
    "name", "code", "base_lat", "base_long", "people", "capacity", "note", "lends_to_priority", "lends_within_days",
)  # fmt: skip


@blueprint.get("/resources")
@requires(Permission.SEE_SCHEDULE)
def list_resources() -> ResponseReturnValue:
    """Crews, vehicles, persons and equipment; search and filters are in the address."""
    args = request.args
    query = find_resources(
        text=args.get("q", "").strip()[:LONGEST_SEARCH],
        kind=args.get("kind", ""),
        skill=args.get("skill", ""),
        center_id=args.get("center", type=read_number),
        with_retired=bool(args.get("retired")),
    )
    page = db.paginate(query, page=request.args.get("page", 1, read_number), per_page=50, error_out=False)
    return render_template(
        "scheduling/resources/resources.html",
        page=page,
        weeks={resource.id: week_text(resource) for resource in page.items},
        others={resource.id: write_others(rule_of(row) for row in resource.shifts) for resource in page.items},
        kinds=KINDS,
        skills=known_skills(),
        centers=service_centers(),
        promised=promised_work(city_today()),
    )


@blueprint.route("/resources/new", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def add_resource() -> ResponseReturnValue:
    """Add a resource."""
    form = _choices(ResourceForm())
    if form.validate_on_submit():
        if request.form.get("preview"):
            return _form_page(form, None, _preview(form))
        if resource := _save(None, form):
            flash(f"{resource.name} was added.", "success")
            return redirect(url_for("scheduling.show_resource", resource_id=resource.id))
    return _form_page(form, None), 400 if form.errors else 200


@blueprint.get("/resources/<int:resource_id>")
@requires(Permission.SEE_SCHEDULE)
def show_resource(resource_id: int) -> ResponseReturnValue:
    """One resource, when it works, what is booked for it, and its history."""
    return show_page(get_resource(resource_id))


@blueprint.route("/resources/<int:resource_id>/edit", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def edit_resource(resource_id: int) -> ResponseReturnValue:
    """Change a resource; bookings that its new shifts no longer hold stand, and are pointed out."""
    resource = get_resource(resource_id)
    form = _choices(ResourceForm(data=_entry_data(resource)))
    if form.validate_on_submit():
        if request.form.get("preview"):
            return _form_page(form, resource, _preview(form))
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


def _form_page(form: ResourceForm, resource: CityResource | None, strip: list[list[StripDay]] | None = None) -> str:
    today = city_today()
    return render_template(
        "scheduling/resources/resource_form.html", form=form, resource=resource, strip=strip, today=today
    )


@blueprint.post("/resources/<int:resource_id>/retire")
@requires(Permission.SCHEDULE)
def retire(resource_id: int) -> ResponseReturnValue:
    """Take a resource out of service; with bookings to come only when they are given back."""
    resource, form = get_resource(resource_id), RetireForm()
    if not form.validate_on_submit():
        return show_page(resource, retire_form=form), 400
    try:
        freed = retire_resource(resource, current_staff(), release=form.release.data)
    except Conflict as conflict:
        db.session.rollback()
        form.release.errors = [str(conflict)]
        return show_page(get_resource(resource_id), retire_form=form), 409
    db.session.commit()
    flash(f"{resource.name} is out of service. {plural(len(freed), 'booking')} cancelled.", "success")
    return redirect(url_for("scheduling.show_resource", resource_id=resource_id))


@blueprint.post("/resources/<int:resource_id>/restore")
@requires(Permission.SCHEDULE)
def restore(resource_id: int) -> ResponseReturnValue:
    """Bring a resource back into service."""
    resource = restore_resource(get_resource(resource_id), current_staff())
    db.session.commit()
    flash(f"{resource.name} is back in service.", "success")
    return redirect(url_for("scheduling.show_resource", resource_id=resource_id))


def _choices(form: ResourceForm) -> ResourceForm:
    form.center_id.choices = [
        SelectChoice(str(WHOLE_CITY), "The whole city"),
        *(SelectChoice(str(center.id), center.name) for center in service_centers()),
    ]
    return form


def _preview(form: ResourceForm) -> list[list[StripDay]]:
    """The next weeks by the shifts of the form alone, as they would be once it is saved."""
    zone = city_zone(the_city())
    monday = monday_of(local_date(utc_now(), zone))
    days = (monday + timedelta(days=number) for number in range(7 * WEEKS))
    return read_strip([one for day in days for one in working_times(form.rules, day, 1, zone)], monday, zone)


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
        code=form.code.data,
        name=form.name.data,
        kind=ResourceKind(form.kind.data),
        center_id=form.center_id.data or None,
        base_lat=form.base_lat.data,
        base_long=form.base_long.data,
        skills=form.skill_list,
        shifts=form.rules,
        people=form.people.data,
        capacity=form.capacity.data,
        cost_cents_per_hour=form.cost.cents,
        lends_to_priority=form.lends_to_priority.data,
        lends_within_days=form.lends_within_days.data or 0,
        note=form.note.data or "",
    )


def _entry_data(resource: CityResource) -> dict[str, object]:
    """What the form shows of a resource before it is changed."""
    data: dict[str, object] = {name: getattr(resource, name) for name in _PLAIN}
    data |= {"kind": resource.kind.value, "center_id": resource.center_id or WHOLE_CITY}
    data["cost"] = write_money(resource.cost_cents_per_hour)
    data["seen"] = settings_mark(resource)
    data["skills"] = ", ".join(sorted(row.skill for row in resource.skills))
    data["other_rules"] = "\n".join(write_others(rule_of(row) for row in resource.shifts))
    return data | {day.lower(): text for day, text in week_text(resource)}
