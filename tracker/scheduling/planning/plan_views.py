"""The plan page: ask for a plan of some days, see the drafts that are open, order what urgent cases need."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from ...calls.as_of import as_of
from ...errors import Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_today, the_city
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..playbooks.waiting_cases import cases_without_orders
from .drafting import draft_plan
from .models import PlanDraft
from .plans import LONGEST_PLAN_DAYS, ORDERS_PER_RUN, check_days, order_missing_work

_DEFAULT_DAYS = 5
_DRAFTS_SHOWN = 50


@blueprint.get("/plan")
@requires(Permission.SCHEDULE)
def plan_page() -> ResponseReturnValue:
    """Where a plan is asked for; nothing is written by looking."""
    first, days = wanted_days(request.args)
    problem = ""
    if request.args.get("date") or request.args.get("days"):
        try:
            check_days(first, days)
        except Invalid as refusal:
            problem = str(refusal)
    return _page(first, days, problem), 400 if problem else 200


@blueprint.post("/plan")
@requires(Permission.SCHEDULE)
def ask_for_plan() -> ResponseReturnValue:
    """Ask the planner; the draft's page shows how far it is."""
    first, days = wanted_days(request.form)
    try:
        draft = draft_plan(first, days, current_staff())
    except Invalid as refusal:
        db.session.rollback()
        return _page(first, days, str(refusal)), 400
    db.session.commit()
    return redirect(url_for("scheduling.show_draft", draft_id=draft.id))


@blueprint.post("/plan/orders")
@requires(Permission.SCHEDULE)
def order_from_playbooks() -> ResponseReturnValue:
    """Give every urgent case without any work order those of its playbook."""
    created = order_missing_work(current_staff())
    db.session.commit()
    flash(f"{plural(created, 'work order')} made from the playbooks.", "success")
    return redirect(url_for("scheduling.plan_page", date=request.form.get("date"), days=request.form.get("days")))


def _page(first: date, days: int, problem: str) -> str:
    query = select(PlanDraft).options(joinedload(PlanDraft.created_by)).where(PlanDraft.ended_at.is_(None))
    return render_template(
        "scheduling/planning/plan.html",
        first=first,
        days=days,
        longest=LONGEST_PLAN_DAYS,
        problem=problem,
        drafts=db.session.scalars(query.order_by(PlanDraft.id.desc()).limit(_DRAFTS_SHOWN)).all(),
        cases_waiting=len(cases_without_orders(as_of(the_city()))),
        orders_per_run=ORDERS_PER_RUN,
    )


def wanted_days(given: MultiDict[str, str]) -> tuple[date, int]:
    """The days that a form or an address names; tomorrow and the days after where it names none."""
    try:
        first = date.fromisoformat(given.get("date", ""))
    except ValueError:
        first = city_today() + timedelta(days=1)
    return first, given.get("days", _DEFAULT_DAYS, type=int)
