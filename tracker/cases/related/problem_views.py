"""Parent problems: the list, one problem with its cases, and what people change about it."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...identifiers import read_number
from ...places.city import the_city
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.models import User
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..forms import ReasonForm
from ..touching import find_case, hold_case
from ..turns import take_turns
from .forms import MemberForm, OutcomeForm, ProblemForm
from .models import ParentProblem
from .problem_page import PER_PAGE, gather_problem, lead_choices, load_problems, problem_rows
from .problems import (
    add_member,
    change_problem,
    close_problem,
    find_member,
    find_problem,
    open_problem,
    problem_with_key,
    remove_member,
    reopen_problem,
    require_problem_version,
)


@blueprint.get("/problems")
@requires(Permission.SEE_CASES)
def list_problems() -> ResponseReturnValue:
    """Problems above several cases: open ones, or those that are over."""
    text, closed = request.args.get("q", "").strip()[:120], request.args.get("status") == "closed"
    page = db.paginate(
        problem_rows(text, closed=closed), page=request.args.get("page", 1, read_number), per_page=PER_PAGE,
        max_per_page=PER_PAGE, error_out=False,
    )  # fmt: skip
    return render_template(
        "cases/related/problems.html", page=page, rows=load_problems(page.items), q=text,
        status="closed" if closed else "open", case=_case_asked(),
    )  # fmt: skip


@blueprint.route("/problems/new", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def new_problem() -> ResponseReturnValue:
    """Open a problem; sent twice it opens one. A case that the address names is offered as its first."""
    form = _problem_form()
    before = problem_with_key(form.key.data or "") if form.is_submitted() else None
    if before is not None:
        return redirect(url_for("cases.show_problem", public_id=before.public_id))
    if not form.is_submitted():
        form.lead.data = current_staff().id if current_staff().id in dict(form.lead.choices) else 0

    def do() -> tuple[str, str]:
        problem = open_problem(**_worded(form), actor=current_staff(), key=form.key.data or "")
        address = url_for("cases.show_problem", public_id=problem.public_id, case=_case_asked())
        db.session.commit()
        return "The problem is open. Add its cases.", address

    def show(_: int) -> str:
        return render_template("cases/related/problem_new.html", form=form, case=_case_asked())

    return do_or_say_why(form, do, show) if form.is_submitted() else show(200)


@blueprint.get("/problems/<public_id>")
@requires(Permission.SEE_CASES)
def show_problem(public_id: str) -> ResponseReturnValue:
    """One problem: its cases on a plan and in time."""
    problem = find_problem(public_id)
    if problem.public_id != public_id:
        return redirect(url_for("cases.show_problem", public_id=problem.public_id))
    return _page(problem)


@blueprint.post("/problems/<public_id>/change")
@requires(Permission.WORK_CASES)
def reword_problem(public_id: str) -> ResponseReturnValue:
    """Word it anew, or give it another lead."""
    form = _problem_form(find_problem(public_id).lead)

    def change(problem: ParentProblem) -> None:
        change_problem(problem, **_worded(form), actor=current_staff())

    return _change(public_id, "change", form, change, "The problem is worded anew.")


@blueprint.post("/problems/<public_id>/close")
@requires(Permission.WORK_CASES)
def end_problem(public_id: str) -> ResponseReturnValue:
    """Close it with what came of it."""
    form = OutcomeForm()
    return _change(
        public_id, "close", form,
        lambda problem: close_problem(problem, outcome=form.reason.data or "", actor=current_staff()),
        "The problem is closed; its cases stay as they are.",
    )  # fmt: skip


@blueprint.post("/problems/<public_id>/reopen")
@requires(Permission.WORK_CASES)
def resume_problem(public_id: str) -> ResponseReturnValue:
    """Take a closing back."""
    form = ReasonForm()
    return _change(
        public_id, "reopen", form,
        lambda problem: reopen_problem(problem, reason=form.reason.data or "", actor=current_staff()),
        "The problem is open again.",
    )  # fmt: skip


@blueprint.post("/problems/<public_id>/add")
@requires(Permission.WORK_CASES)
def join_problem(public_id: str) -> ResponseReturnValue:
    """Add a case by its number."""
    take_turns()  # families first, the problem after: whoever holds a problem never waits for a family
    form = MemberForm()

    def add(problem: ParentProblem) -> None:
        case = find_case(form.number.data or "")
        hold_case(case)
        add_member(problem, case, reason=form.reason.data or "", actor=current_staff())

    return _change(public_id, "add", form, add, "The case is part of this problem.")


@blueprint.post("/problems/<public_id>/members/<int:member_id>/remove")
@requires(Permission.WORK_CASES)
def leave_problem(public_id: str, member_id: int) -> ResponseReturnValue:
    """Take a case out, with a reason."""
    take_turns()  # families first, the problem after: whoever holds a problem never waits for a family
    form = ReasonForm()

    def remove(problem: ParentProblem) -> None:
        member = find_member(problem, member_id)
        hold_case(member.case)
        remove_member(member, reason=form.reason.data or "", actor=current_staff())

    return _change(public_id, f"remove-{member_id}", form, remove, "The case is no longer part of this problem.")


def _case_asked() -> str | None:
    """The number of the case from whose page somebody came to put it under a problem."""
    return request.args.get("case", "")[:40] or None


def _problem_form(lead: User | None = None) -> ProblemForm:
    form = ProblemForm()
    form.lead.choices = [(0, "Nobody yet"), *lead_choices(lead)]
    return form


def _worded(form: ProblemForm) -> dict[str, Any]:
    lead = db.session.get(User, form.lead.data) if form.lead.data else None
    return {"name": form.name.data or "", "description": form.description.data or "", "lead": lead}


def _change(public_id: str, action: str, form: Any, change: Any, done: str) -> ResponseReturnValue:
    """Change a problem once, against the version that the person saw; refused, it shows what was typed."""
    problem = find_problem(public_id, lock=True)

    def do() -> tuple[str, str]:
        require_problem_version(problem, _version(form))
        change(problem)
        address = url_for("cases.show_problem", public_id=problem.public_id)
        db.session.commit()
        return done, address

    return do_or_say_why(form, do, lambda _: _page(find_problem(public_id), action, form))


def _version(form: Any) -> int | None:
    try:
        return int(form.version.data)
    except (TypeError, ValueError):
        return None


def _page(problem: ParentProblem, action: str = "", failed: Any = None) -> str:
    wording = failed if action == "change" else _problem_form(problem.lead)
    if action != "change":
        # Field by field: given the problem itself, the form would look for the lead's name among numbers.
        wording.process(
            formdata=None, name=problem.name, description=problem.description, lead=problem.lead_id or 0
        )
    return render_template(
        "cases/related/problem.html", page=gather_problem(problem, the_city()), problem=problem, action=action,
        failed=failed, wording=wording, case=_case_asked(),
        adding=failed if action == "add" else MemberForm(formdata=None, number=_case_asked()),
    )  # fmt: skip
