"""Storm and heat days: what they would concern, declared, cleared, lifted."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...formatters import plural
from ...places.city import city_today
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..bookings.models import WeatherDay
from ..planning.drafting import draft_plan
from ..queries import known_skills
from .forms import WeatherForm
from .weather_days import Concerned, clear_days, count_concerned, declare_weather, lift_weather, say_days

_DECLARED_SHOWN = 30
_DAYS_AFTER = 5


@blueprint.get("/weather-days")
@requires(Permission.SCHEDULE)
def weather_page() -> ResponseReturnValue:
    """What is declared; with days in the address, what declaring them would concern."""
    tomorrow = city_today() + timedelta(days=1)
    args = request.args
    if "first_day" not in args:
        return _page(_form(None, {"first_day": tomorrow, "last_day": tomorrow}))
    form = _form(args, {})
    form.validate()
    concerned = None
    if not (form.first_day.errors or form.last_day.errors or form.reason.errors or form.kept_skills.errors):
        try:
            concerned = count_concerned(form.first_day.data, form.last_day.data, form.kept_skills.data)
        except Invalid as refusal:
            form.first_day.errors = [str(refusal)]
    return _page(form, concerned), 200 if concerned else 400


@blueprint.post("/weather-days")
@requires(Permission.SCHEDULE)
def declare() -> ResponseReturnValue:
    """Declare the days, then give back what stands on them."""
    form = _form(request.form, {})
    if not form.validate():
        return _page(form), 400
    try:
        declared = declare_weather(
            form.first_day.data, form.last_day.data, form.reason.data, form.kept_skills.data, current_staff()
        )
        db.session.commit()
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        form.first_day.errors = [str(refusal)]
        return _page(form), refusal.http_status
    return _clear(declared, "Declared")


@blueprint.post("/weather-days/<int:weather_id>/clear")
@requires(Permission.SCHEDULE)
def clear_weather(weather_id: int) -> ResponseReturnValue:
    """Give back what still stands on declared days."""
    return _clear(_get(weather_id), "Cleared")


@blueprint.post("/weather-days/<int:weather_id>/lift")
@requires(Permission.SCHEDULE)
def lift(weather_id: int) -> ResponseReturnValue:
    """The days are workdays again."""
    freed = lift_weather(_get(weather_id), current_staff())
    db.session.commit()
    flash(f"Lifted. {plural(freed, 'work order')} may be planned for these days again.", "success")
    return redirect(url_for("scheduling.weather_page"))


@blueprint.post("/weather-days/<int:weather_id>/plan")
@requires(Permission.SCHEDULE)
def plan_after(weather_id: int) -> ResponseReturnValue:
    """Ask for a plan of the days that follow."""
    declared = _get(weather_id)
    today = city_today()
    first = max(declared.last_day + timedelta(days=1), today)
    title = f"After {say_days(declared)}: {declared.reason}"
    draft = draft_plan(first, _DAYS_AFTER, current_staff(), title=title[:160])
    db.session.commit()
    return redirect(url_for("scheduling.show_draft", draft_id=draft.id))


def _clear(declared: WeatherDay, word: str) -> ResponseReturnValue:
    days = say_days(declared)
    bookings = appointments = 0
    for step in clear_days(declared, current_staff()):
        db.session.commit()
        bookings, appointments = bookings + step.bookings, appointments + step.appointments
    db.session.commit()
    moved = f" {plural(appointments, 'appointment')} to be moved." if appointments else ""
    flash(f"{word}: {days}. {plural(bookings, 'booking')} cancelled; the work is asked for again.{moved}", "success")
    return redirect(url_for("scheduling.weather_page"))


def _get(weather_id: int) -> WeatherDay:
    declared = db.session.get(WeatherDay, weather_id)
    if declared is None:
        raise NotFound("There are no such days. Look at the list of storm and heat days.")
    return declared


def _form(given: object, data: dict[str, date]) -> WeatherForm:
    form = WeatherForm(given, data=data, meta={"csrf": False})  # a question needs none; each POST was asked for one
    form.kept_skills.choices = [(skill, skill) for skill in known_skills()]
    return form


def _page(form: WeatherForm, concerned: Concerned | None = None) -> str:
    query = select(WeatherDay).order_by(WeatherDay.last_day.desc(), WeatherDay.id.desc()).limit(_DECLARED_SHOWN)
    today = city_today()
    declared = db.session.scalars(query).all()
    left = {
        one.id: count_concerned(max(one.first_day, today), one.last_day, one.kept_skills)
        for one in declared[:10]
        if one.lifted_at is None and one.last_day >= today
    }
    return render_template(
        "scheduling/disruptions/weather.html",
        form=form,
        concerned=concerned,
        declared=declared,
        left=left,
        today=today,
        days_after=_DAYS_AFTER,
        say_days=say_days,
    )
