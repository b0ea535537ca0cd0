"""The crew's phone page, what it tells, and the sheet on paper."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from ...cases.file.papers.reading import SentPaper
from ...cases.file.papers.sent import read_sent
from ...cases.touching import new_key
from ...clock import utc_now
from ...errors import Conflict, Forbidden, Invalid, NotFound, TrackerError
from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_today, city_zone, the_city
from ...staff.current import current_staff
from ...staff.guard import wants_json
from ...staff.models import Role
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..bookings.why_not import WHY_NOT_LABELS, WhyNot
from ..resources.models import CityResource
from ..resources.shifts import day_start
from .buttons import NEXT, OFFERED
from .choosing import resources_and_work
from .forms import StepForm
from .models import StepKind
from .phone_clock import happened_at
from .run_sheet import read_sheet
from .telling import Step, take_step
from .whose import find_crew, own_resources

_KEPT_FOR = timedelta(hours=36)
"""From the beginning of its day on: a night shift's sheet opens in the morning too."""
_A_LIFETIME = timedelta(days=36_525)


@blueprint.get("/crew")
@requires(Permission.DO_WORK)
def crew_day() -> ResponseReturnValue:
    """Today's work of one's own crew, or of the one in the address; whoever plans chooses one."""
    resources = _wanted()
    if current_staff().role is not Role.CREW and (not resources or "all" in request.args):
        return render_template("scheduling/crew/choose.html", lines=resources_and_work(city_today()))
    return day_page(resources)


@blueprint.get("/crew-away")
@requires(Permission.DO_WORK)
def crew_away() -> ResponseReturnValue:
    """One's own sheet as the phone keeps it, for where there is no network. The sign-in page throws it away."""
    return day_page(own_resources(current_staff()), away=True)


@blueprint.get("/crew-away.js")
@requires(Permission.DO_WORK)
def crew_away_script() -> ResponseReturnValue:
    """The script that opens the copy."""
    response = send_from_directory(current_app.static_folder or "", "js/away.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.post("/crew/steps")
@requires(Permission.DO_WORK)
def tell_step() -> ResponseReturnValue:
    """Take in one step; sent again by a phone that got no answer, it is taken once."""
    form = StepForm()
    if form.told_by.data not in ("", None, str(current_staff().id)):
        raise Forbidden("Somebody else told this. It is sent when she signs in here again.")
    try:
        if not form.validate():
            raise Invalid(" ".join(f"{form[name].label.text}: {' '.join(said)}" for name, said in form.errors.items()))
        booking = take_step(_step(form, _sent_photos(form)), current_staff())
        told = {"booking": booking.id, "status": booking.work_order.status.value, "now": utc_now().isoformat()}
        db.session.commit()
    except (Invalid, Conflict, NotFound) as error:
        db.session.rollback()
        return _refuse(form, error)
    if wants_json():
        return jsonify(told), 201
    flash("Noted.", "success")
    return redirect(f"{url_for('scheduling.crew_day', resource=form.resource.data or None)}#work-{told['booking']}")


@blueprint.get("/crew/<int:resource_id>/sheet")
@requires(Permission.DO_WORK)
def crew_sheet(resource_id: int) -> ResponseReturnValue:
    """A day's work on paper."""
    resource, today = find_crew(current_staff(), resource_id), city_today()
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = today
    day = day if abs(day - today) < _A_LIFETIME else today
    return render_template(
        "scheduling/crew/sheet.html", resource=resource, day=day, today=today, lines=read_sheet([resource], day),
        earlier=day - timedelta(days=1), later=day + timedelta(days=1),
    )  # fmt: skip


def day_page(resources: Sequence[CityResource], *, away: bool = False, refused: Any = None) -> str:
    """The phone page of these resources; `away` is the copy that phones keep, `refused` a form that could not be."""
    today, zone = city_today(), city_zone(the_city())
    return render_template(
        "scheduling/crew/day.html",
        resources=resources,
        lines=read_sheet(resources, today),
        tomorrow=read_sheet(resources, today + timedelta(days=1)),
        today=today,
        made_at=utc_now(),
        kept_until=day_start(today, zone) + _KEPT_FOR,
        away=away,
        is_own=bool(resources) and not request.args.get("resource") and not (refused and refused.resource.data),
        wanted=request.args.get("resource", "") or (refused.resource.data if refused else ""),
        refused=refused,
        me=current_staff(),
        offered=OFFERED,
        next=NEXT,
        kinds=StepKind,
        why_not=WHY_NOT_LABELS,
        new_key=new_key,
        map_link=current_app.config["SETTINGS"].directions_url,
    )


def _wanted(text: str | None = None) -> Sequence[CityResource]:
    """The resource that the address or the form names, or one's own."""
    try:
        number = read_number(request.args.get("resource", "") if text is None else text)
    except ValueError:
        return own_resources(current_staff())
    return [find_crew(current_staff(), number)]


def _sent_photos(form: Any) -> list[SentPaper]:
    """The photos, made anew before anything else: it takes a while, and on SQLite nobody could write meanwhile."""
    files = [file for file in form.photos.data or [] if getattr(file, "filename", "")]
    if files:
        db.session.rollback()
    sent = read_sent(files)
    if not all(one.width for one in sent):
        raise Invalid("A crew sends photos only. Give documents to the office.")
    return sent


def _step(form: Any, photos: Sequence[SentPaper]) -> Step:
    return Step(
        key=form.key.data or "", booking_id=form.booking.data, kind=StepKind(form.kind.data),
        at=happened_at(form.at.data or "", form.sent_at.data or "", utc_now()), note=form.note.data or "",
        worked_minutes=form.minutes.data, why=WhyNot(form.why.data) if form.why.data else None,
        next_try_on=form.next_try_on.data, photos=photos,
    )  # fmt: skip


def _refuse(form: Any, error: TrackerError) -> ResponseReturnValue:
    if wants_json():
        return jsonify([{"code": error.http_status, "description": str(error)}]), error.http_status
    form.form_errors = [str(error)]
    return day_page(_wanted(form.resource.data or ""), refused=form), error.http_status
