"""A draft's page: the proposal on a map and a timeline, taken whole or in part, changed, planned again, discarded."""

from collections.abc import Callable
from datetime import date

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_projection, the_city
from ...staff.current import current_staff
from ...staff.log import history_of
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from .draft_page import bases_of_resources, names_of_resources, read_draft_page
from .draft_reading import read_stays
from .draft_taking import AT_ONCE, say_accepted, take_draft, take_long, titles_in
from .drafting import discard_draft, get_draft, is_under_way, pin_visit, plan_again, take_out
from .models import PlanDraft
from .stays import routes

_CREWS_ON_MAP = 60


@blueprint.get("/plan/<int:draft_id>")
@requires(Permission.SCHEDULE)
def show_draft(draft_id: int) -> ResponseReturnValue:
    """The draft as it is; while its job runs, how far that is."""
    return _draft_page(get_draft(draft_id))


@blueprint.get("/plan/<int:draft_id>/map.json")
@requires(Permission.SCHEDULE)
def draft_map(draft_id: int) -> ResponseReturnValue:
    """A day's routes: per crew its base and its stops in order, numbered as the page numbers them."""
    draft = get_draft(draft_id)
    wanted = _wanted_day() or draft.first_day
    projection, bases = city_projection(the_city()), bases_of_resources()
    day = {number: route for (when, number), route in routes(read_stays(draft).after).items() if when == wanted}
    names = names_of_resources(list(day)[:_CREWS_ON_MAP])
    crews = [
        {
            "name": name,
            "base": projection.to_degrees(*bases[number]),
            "stops": [
                {"at": projection.to_degrees(*stay.point), "title": stay.title, "address": stay.address,
                 "is_new": stay.is_new, "is_move": stay.is_move}
                for stay in day[number]
            ],
        }
        for number, name in names.items()
    ]  # fmt: skip
    return jsonify(crews=crews)


@blueprint.post("/plan/<int:draft_id>")
@requires(Permission.SCHEDULE)
def accept(draft_id: int) -> ResponseReturnValue:
    """Book and move what was ticked, or all of it. Sent twice, it books nothing twice."""
    draft = get_draft(draft_id)
    only = None if "all" in request.form else set(request.form.getlist("choice", read_number))
    if only is not None and not only:
        flash("Nothing was ticked, so nothing was booked.", "warning")
        return redirect(_address(draft))
    titles = titles_in(draft, only)
    if len(titles) > AT_ONCE:
        return _change(draft_id, lambda draft: take_long(draft, current_staff(), only), "")
    accepted = take_draft(draft, current_staff(), only)
    db.session.commit()
    if accepted.booked or accepted.moved or accepted.standing:
        flash(say_accepted(accepted), "success")
    for refused in accepted.refused:
        flash(f"«{titles[refused.order_id]}» was not booked: {refused.reason}", "warning")
    return redirect(_address(draft))


@blueprint.post("/plan/<int:draft_id>/again")
@requires(Permission.SCHEDULE)
def plan_draft_again(draft_id: int) -> ResponseReturnValue:
    """Another proposal in the same draft."""
    return _change(draft_id, lambda draft: plan_again(draft, current_staff()), "")


@blueprint.post("/plan/<int:draft_id>/discard")
@requires(Permission.SCHEDULE)
def discard(draft_id: int) -> ResponseReturnValue:
    """Nobody wants the draft."""
    draft = get_draft(draft_id)
    discard_draft(draft, current_staff())
    db.session.commit()
    flash(f"«{draft.title}» was discarded. Nothing of it was booked.", "success")
    return redirect(url_for("scheduling.plan_page"))


@blueprint.post("/plan/<int:draft_id>/visits/<int:order_id>/pin")
@requires(Permission.SCHEDULE)
def pin(draft_id: int, order_id: int) -> ResponseReturnValue:
    """Planning again leaves the visit where it is."""
    return _change(draft_id, lambda draft: pin_visit(draft, order_id, current_staff(), is_pinned=True), "Pinned.")


@blueprint.post("/plan/<int:draft_id>/visits/<int:order_id>/unpin")
@requires(Permission.SCHEDULE)
def unpin(draft_id: int, order_id: int) -> ResponseReturnValue:
    """Planning again may place the visit anew."""
    return _change(draft_id, lambda draft: pin_visit(draft, order_id, current_staff(), is_pinned=False), "Free again.")


@blueprint.post("/plan/<int:draft_id>/visits/<int:order_id>/remove")
@requires(Permission.SCHEDULE)
def remove_visit(draft_id: int, order_id: int) -> ResponseReturnValue:
    """Take a visit out of the draft."""
    return _change(draft_id, lambda draft: take_out(draft, order_id, current_staff()), "Taken out.")


def _change(draft_id: int, change: Callable[[PlanDraft], object], done: str) -> ResponseReturnValue:
    """Change the draft, or say on its page why not."""
    draft = get_draft(draft_id)
    try:
        change(draft)
    except (Conflict, Invalid, NotFound) as refusal:
        db.session.rollback()
        return _draft_page(get_draft(draft_id), str(refusal)), refusal.http_status
    db.session.commit()
    if done:
        flash(done, "success")
    return redirect(_address(draft))


def _draft_page(draft: PlanDraft, problem: str = "") -> str:
    waits = is_under_way(draft)
    return render_template(
        "scheduling/planning/draft.html",
        draft=draft,
        waits=waits,
        problem=problem,
        page=None if waits else read_draft_page(draft, _wanted_day()),
        history=history_of("plan", draft.id, limit=30),
    )


def _wanted_day() -> date | None:
    try:
        return date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return None


def _address(draft: PlanDraft) -> str:
    day = _wanted_day()
    return url_for("scheduling.show_draft", draft_id=draft.id, day=day.isoformat() if day else None)
