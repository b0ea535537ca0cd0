"""Time off and extra shifts of a resource: enter one, take one back."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ..errors import Conflict, Invalid
from ..extensions import db
from ..formatters import plural
from ..places.city import city_today, city_zone, the_city
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .bookings.models import Booking
from .bookings.time_off import add_extra_shift, add_time_off, lost_with, take_back, touched_by
from .queries import get_resource
from .resource_forms import DecisionForm, TimeOffForm
from .resources.availability import Span
from .resources.exceptions import get_exception, say_exception
from .resources.models import CityResource, ExceptionKind
from .resources.time_off_span import read_span


@blueprint.route("/resources/<int:resource_id>/time-off", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def add_exception(resource_id: int) -> ResponseReturnValue:
    """Enter time off or an extra shift; bookings that then lie outside are named first, and decided about."""
    resource = get_resource(resource_id)
    form = TimeOffForm(today=city_today())

    def do() -> tuple[str, str]:
        said = _enter(resource, form)
        db.session.commit()
        return said, _page_of(resource)

    def show(status: int) -> str:
        return _time_off_page(get_resource(resource_id), form, _touched(resource, form))

    return do_or_say_why(form, do, show) if form.is_submitted() else show(200)


@blueprint.route("/resources/<int:resource_id>/time-off/<int:exception_id>/remove", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def remove_exception(resource_id: int, exception_id: int) -> ResponseReturnValue:
    """Take time off or an extra shift back; what is booked in the extra shift is named first, and decided about."""
    resource = get_resource(resource_id)
    row, form = get_exception(resource, exception_id), DecisionForm()

    def do() -> tuple[str, str]:
        found = take_back(row, resource, current_staff(), seen=form.seen_ids, release=form.release)
        db.session.commit()
        return f"Taken back. {_say_decided(found, release=form.release)}".strip(), _page_of(resource)

    def show(status: int) -> str:
        lost = lost_with(row, resource) if row.removed_at is None else []
        _name_bookings(form, lost)
        return render_template(
            "scheduling/resources/take_back.html", resource=resource, form=form, touched=lost,
            said=say_exception(row, city_zone(the_city())), row=row,
        )  # fmt: skip

    return do_or_say_why(form, do, show) if form.is_submitted() else show(200)


def _enter(resource: CityResource, form: TimeOffForm) -> str:
    span, reason = _span(form), form.reason.data or ""
    if form.kind.data == ExceptionKind.EXTRA:
        add_extra_shift(resource, span, current_staff(), reason=reason)
        return "The extra shift is entered."
    found = add_time_off(
        resource, span, current_staff(), reason=reason, seen=form.seen_ids, release=form.release
    )  # fmt: skip
    return f"The time off is entered. {_say_decided(found, release=form.release)}".strip()


def _span(form: TimeOffForm) -> Span:
    zone = city_zone(the_city())
    return read_span(form.first_day.data, form.start.data, form.last_day.data, form.end.data, zone)


def _touched(resource: CityResource, form: TimeOffForm) -> list[Booking]:
    """The bookings to be named and decided about; none while the form itself has to be mended."""
    if not form.is_submitted() or form.kind.data != ExceptionKind.OFF or _has_field_errors(form):
        return []
    try:
        return touched_by(resource, _span(form))
    except (Invalid, Conflict):
        return []


def _has_field_errors(form: TimeOffForm) -> bool:
    return any(field.errors for field in form)


def _time_off_page(resource: CityResource, form: TimeOffForm, touched: list[Booking]) -> str:
    _name_bookings(form, touched)
    return render_template("scheduling/resources/time_off.html", resource=resource, form=form, touched=touched)


def _name_bookings(form: DecisionForm, touched: list[Booking]) -> None:
    form.seen.data = ",".join(str(booking.id) for booking in touched)


def _say_decided(found: list[Booking], *, release: bool | None) -> str:
    if not found:
        return ""
    count = plural(len(found), "booking")
    return f"{count} cancelled, and the work is asked for again." if release else f"{count} left, and flagged."


def _page_of(resource: CityResource) -> str:
    return url_for("scheduling.show_resource", resource_id=resource.id)
