"""What a resource's page shows, whichever form on it was refused."""

from flask import render_template

from ..clock import local_date, utc_now
from ..places.city import city_zone, the_city
from ..staff.log import history_of
from .bookings.members import say_unfit
from .bookings.retiring import bookings_outside_shifts, coming_bookings
from .resource_forms import RetireForm, TimeOffForm
from .resources.availability import Span
from .resources.exceptions import coming_exceptions, teams_of
from .resources.lending import say_lending
from .resources.models import CityResource, ExceptionKind
from .resources.money import write_money
from .resources.shift_rules import rule_of
from .resources.shift_text import WEEKDAYS, write_others, write_usual
from .resources.strip import WEEKS, StripDay, monday_of, read_strip
from .resources.teams import all_skills, people_of
from .resources.working import working_times_of


def show_page(
    resource: CityResource, *, retire_form: RetireForm | None = None, time_off_form: TimeOffForm | None = None
) -> str:
    """A resource, when it works, what is booked for it, and its history."""
    coming = coming_bookings(resource)
    zone = city_zone(the_city())
    return render_template(
        "scheduling/resources/resource.html",
        resource=resource,
        week=week_text(resource),
        other_rules=write_others(rule_of(row) for row in resource.shifts),
        strip=strip_of(resource),
        today=local_date(utc_now(), zone),
        lending=say_lending(resource),
        cost=write_money(resource.cost_cents_per_hour),
        teams=teams_of(resource),
        all_skills=sorted(all_skills(resource)),
        all_people=people_of(resource),
        exceptions=coming_exceptions(resource),
        coming=coming,
        outside={booking.id for booking in bookings_outside_shifts(resource)},
        unfit={booking.id: said for booking in coming if (said := say_unfit(booking.work_order, booking.resource))},
        history=history_of("resource", resource.id),
        retire_form=retire_form or RetireForm(formdata=None),
        time_off_form=time_off_form or TimeOffForm(formdata=None, today=local_date(utc_now(), zone)),
    )


def strip_of(resource: CityResource) -> list[list[StripDay]]:
    """The next weeks of a resource, time off and extra shifts reckoned."""
    zone = city_zone(the_city())
    monday = monday_of(local_date(utc_now(), zone))
    stretches = working_times_of([resource], monday, 7 * WEEKS)[resource.id]
    spans: dict[ExceptionKind, list[Span]] = {kind: [] for kind in ExceptionKind}
    for line in coming_exceptions(resource):
        row = line.exception
        spans[row.kind].append(Span(row.starts_at, row.ends_at))
    return read_strip(stretches, monday, zone, spans[ExceptionKind.OFF], spans[ExceptionKind.EXTRA])


def week_text(resource: CityResource) -> list[tuple[str, str]]:
    """(weekday, shifts of the usual week in words) for the seven days."""
    rules = [rule_of(row) for row in resource.shifts]
    return [(name, write_usual(rules, number)) for number, name in enumerate(WEEKDAYS)]
