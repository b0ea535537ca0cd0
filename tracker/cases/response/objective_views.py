"""One objective of a case, and whether it was reached."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from ...calls.as_of import as_of
from ...places.city import city_today, the_city
from ...staff.current import current_staff
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..models import ProblemCase
from ..touching import find_case
from .conditions import require_seen, say_ended
from .due import say_due
from .forms import JudgeForm
from .models import CaseObjective, Verdict
from .objectives import count_month, find_objective, judge_objective
from .step_views import Act, StepPage, change_once, render_step


@blueprint.get("/cases/<public_id>/objectives/<int:objective_id>")
@requires(Permission.SEE_CASES)
def show_objective(public_id: str, objective_id: int) -> ResponseReturnValue:
    """One objective and what is known of it."""
    return _page(public_id, objective_id, JudgeForm(prefix="judge"))


@blueprint.post("/cases/<public_id>/objectives/<int:objective_id>/judge")
@requires(Permission.WORK_CASES)
def judge(public_id: str, objective_id: int) -> ResponseReturnValue:
    """Say whether it was reached."""
    form = JudgeForm(prefix="judge")

    def change(case: ProblemCase) -> None:
        objective = find_objective(case, objective_id)
        require_seen(objective, form.seen.data or "")
        judge_objective(
            objective, verdict=Verdict(form.verdict.data), words=form.words.data, actor=current_staff(),
            key=form.key.data or "",
        )  # fmt: skip

    return change_once(
        public_id, form, change, "It is written down.", lambda: _page(public_id, objective_id, form, form)
    )


def _page(public_id: str, objective_id: int, form: Any, failed: Any = None) -> str:
    case = find_case(public_id)
    objective = find_objective(case, objective_id)
    address = url_for("cases.judge", public_id=case.public_id, objective_id=objective.id)
    is_asked = objective.is_open and may(current_staff().role, Permission.WORK_CASES)
    acts = [Act("Reached or not", "Keep it", address, form)] if is_asked else []
    return render_step(case, StepPage("Objective", objective.aim, _facts(case, objective), "", objective, acts), failed)


def _facts(case: ProblemCase, objective: CaseObjective) -> list[tuple[str, str]]:
    facts = []
    if objective.most_calls is not None:
        facts.append(("At most", f"{objective.most_calls} linked calls within 30 days"))
    if objective.verdict is not None:
        return [
            *facts,
            ("Due", f"{objective.due_on:%-d %b %Y}"),
            (objective.verdict.label.capitalize(), objective.words),
            *say_ended(objective.judged_at, objective.judged_by),
        ]
    if objective.most_calls is not None:
        facts.append(("Now", f"{count_month(case.id, as_of(the_city()))} within 30 days"))
    return [*facts, ("By when", say_due(objective.due_on, city_today()))]
