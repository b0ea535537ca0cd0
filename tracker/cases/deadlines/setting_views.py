"""The page on which supervisors set working hours, holidays, deadlines and emergencies."""

from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...clock import from_local, local_date, utc_now
from ...errors import NotFound
from ...extensions import db
from ...formatters import plural
from ...identifiers import read_number
from ...places.city import city_zone, the_city
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.log import history_of
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..choices import family_choices
from .calendar_changes import (
    add_holidays,
    cases_moved,
    change_measures,
    declare_emergency,
    end_emergency,
    remove_holiday,
    require_seen,
    set_hours,
)
from .defaults import DEFAULT_MEASURES
from .hours_text import DAYS, write_spans
from .kinds import ASKED, DeadlineKind
from .measures import read_measures
from .reckoning import reckon_stale
from .setting_forms import EmergencyForm, HolidayForm, HoursForm, MeasuresForm, SeenForm, SettingForm
from .working_calendar import holidays_from, newest_stretches, newest_version, read_clock, working_spans

AT_ONCE = 100
"""Deadlines that the change itself moves; the worker goes on with the others."""
SHOWN_STRETCHES = 20


@blueprint.get("/deadlines")
@requires(Permission.SET_RULES)
def set_deadlines() -> ResponseReturnValue:
    """Working time and deadlines as they stand, each with its form."""
    return _render()


def _render(failed: SettingForm | None = None) -> str:
    city, now = the_city(), utc_now()
    family = request.args.get("family", 0, read_number)
    forms = _fresh_forms(family)
    if failed is not None:
        forms[failed._prefix.rstrip("-")] = failed
    days = holidays_from(date(local_date(now, city_zone(city)).year, 1, 1))
    stretches = newest_stretches()[:SHOWN_STRETCHES]
    return render_template(
        "cases/deadlines/settings.html", forms=forms, failed=failed, seen=newest_version(), family=family,
        families=family_choices(), book=read_measures(), kinds=DeadlineKind, asked=ASKED, usual=DEFAULT_MEASURES,
        holidays=[(year, list(rows)) for year, rows in groupby(days, key=lambda one: one.day.year)],
        stretches=[(one, cases_moved(one), one.ended_at is None or one.ended_at > now) for one in stretches],
        stands_since=read_clock(now) if read_clock(now) < now else None,
        history=history_of("deadlines", city.id, limit=12),
    )  # fmt: skip


def _fresh_forms(family: int) -> dict[str, SettingForm]:
    spans, book = working_spans(), read_measures()
    hours = {name: write_spans(spans.get(number, [])) for number, name in enumerate(DAYS)}
    own = {kind.value: book.own(family, kind) if family else book.of(None, kind) for kind in DeadlineKind}
    measures = {kind: {name: getattr(one, name) for name in one.__slots__} for kind, one in own.items() if one}
    return {
        "hours": HoursForm(prefix="hours", formdata=None, data=hours),
        "holiday": HolidayForm(prefix="holiday", formdata=None),
        "measures": MeasuresForm(prefix="measures", formdata=None, data={"family": family, **measures}),
        "emergency": EmergencyForm(prefix="emergency", formdata=None),
    }


def _change(form: SettingForm, change: Callable[[], str], **where: Any) -> ResponseReturnValue:
    """Make a change unless somebody else was first, and move the first deadlines at once."""

    def apply() -> tuple[str, str]:
        if isinstance(form, SeenForm):
            require_seen(form.seen.data)
        done = change()
        reckon_stale(AT_ONCE)
        db.session.commit()
        return done, url_for("cases.set_deadlines", **where)

    return do_or_say_why(form, apply, lambda _: _render(form))


@blueprint.post("/deadlines/hours")
@requires(Permission.SET_RULES)
def set_working_hours() -> ResponseReturnValue:
    """Set the weekly hours."""
    form = HoursForm(prefix="hours")

    def change() -> str:
        return "The hours are set." if set_hours(form.spans, current_staff()) else "Nothing was different."

    return _change(form, change, _anchor="hours-title")


@blueprint.post("/deadlines/holidays")
@requires(Permission.SET_RULES)
def add_holiday() -> ResponseReturnValue:
    """Add a holiday, or call one by another name."""
    form = HolidayForm(prefix="holiday")

    def change() -> str:
        is_new = add_holidays([(form.day.data, form.name.data)], current_staff())
        return f"{form.day.data:%-d %b %Y} is a holiday." if is_new else "Nothing was different."

    return _change(form, change, _anchor="holidays-title")


@blueprint.post("/deadlines/holidays/<day>/remove")
@requires(Permission.SET_RULES)
def drop_holiday(day: str) -> ResponseReturnValue:
    """Work on that day after all."""

    def change() -> str:
        remove_holiday(_read_day(day), current_staff())
        return "That day is a working day again."

    return _change(SettingForm(), change, _anchor="holidays-title")


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound("There is no such day. Look at the list as it stands now.") from error


@blueprint.post("/deadlines/measures")
@requires(Permission.SET_RULES)
def set_deadline_measures() -> ResponseReturnValue:
    """Set the measures of the city, or of a family."""
    form = MeasuresForm(prefix="measures")

    def change() -> str:
        family = form.family.data or None
        if family is not None and family not in dict(family_choices()):
            raise NotFound("There is no such family. Choose one from the list.")
        wanted = {(family, kind): form[kind.value].form.measure for kind in DeadlineKind}
        changed = change_measures(wanted, current_staff())
        return f"Set: {plural(changed, 'deadline')} from now on." if changed else "Nothing was different."

    return _change(form, change, family=form.family.data or None, _anchor="measures-title")


@blueprint.post("/deadlines/emergencies")
@requires(Permission.SET_RULES)
def declare() -> ResponseReturnValue:
    """Let every clock stand still."""
    form, zone = EmergencyForm(prefix="emergency"), city_zone(the_city())

    def change() -> str:
        stretch = declare_emergency(
            key=form.key.data or "", started_at=from_local(form.starts.data, zone), reason=form.reason.data,
            ended_at=from_local(form.ends.data, zone) if form.ends.data else None, actor=current_staff(),
        )  # fmt: skip
        return f"Every clock stands still: it moves the deadlines of {plural(cases_moved(stretch), 'case')}."

    return _change(form, change, _anchor="emergency-title")


@blueprint.post("/deadlines/emergencies/<int:stretch_id>/end")
@requires(Permission.SET_RULES)
def end_stretch(stretch_id: int) -> ResponseReturnValue:
    """Let the clocks go on."""

    def change() -> str:
        stretch = end_emergency(stretch_id, ended_at=utc_now(), actor=current_staff())
        return f"The clocks go on. The deadlines of {plural(cases_moved(stretch), 'case')} are moved."

    return _change(SettingForm(), change, _anchor="emergency-title")
