"""The page of one case, and how a change of it is made, refused and shown again with what was typed."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.as_of import as_of
from ..extensions import db
from ..places.city import the_city
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .case_page import CasePage, gather_page
from .choices import contact_choices
from .closing import OUTCOMES
from .forms import AssignForm, CloseForm, DismissForm, LinkForm, MergeForm, NoteForm, ReasonForm, VersionedForm
from .models import CaseStatus, ClosingOutcome, ProblemCase
from .open_work import OpenWork, open_work_of
from .touching import find_case, require_version

FORMS: dict[str, type[VersionedForm]] = {
    "note": NoteForm,
    "accept": VersionedForm,
    "hand-back": ReasonForm,
    "assign": AssignForm,
    "link": LinkForm,
    "merge": MergeForm,
    "close": CloseForm,
    "dismiss": DismissForm,
    "reopen": ReasonForm,
}
"""Every form of the page by its action; the name is the prefix of its fields."""


@blueprint.get("/cases/<public_id>")
@requires(Permission.SEE_CASES)
def show_case(public_id: str) -> ResponseReturnValue:
    """One case: what, where, since when, whose, its calls and its history."""
    case = find_case(public_id)
    if case.public_id != public_id:
        return redirect(url_for("cases.show_case", public_id=case.public_id))
    return render_case(case)


@blueprint.app_template_global()
def outcome_words(kind: ClosingOutcome) -> str:
    """What came of a closed case, in words that go on a sentence."""
    return OUTCOMES[kind].lower()


@blueprint.app_template_global()
def open_work_of_case(case: ProblemCase) -> list[OpenWork]:
    """What is still open of the case, for whoever would end it."""
    return open_work_of(case)


def make_form(action: str) -> VersionedForm:
    """The form of an action, filled from the request if that sent it."""
    form = FORMS[action](prefix=action)
    if action == "assign":
        form.contact.choices = [(0, "Nobody: back to the queue"), *contact_choices()]
    return form


def render_case(
    case: ProblemCase, failed: VersionedForm | None = None, *, link_id: int | None = None, is_stale: bool = False
) -> str:
    """The page; with a `failed` form it stands open, with what was typed and why it was refused.

    `is_stale` says that somebody else was first: then the page names the change that came between.
    """
    city = the_city()
    page = gather_page(case, city, as_of(city), calls=request.args.get("calls", 1, int), link_id=link_id)
    forms = {action: make_form(action) for action in FORMS}
    if failed is not None and link_id is None:
        forms[failed._prefix.rstrip("-")] = failed
    if forms["assign"] is not failed:
        forms["assign"].contact.data = case.contact_id or 0  # else «nobody» stands there, ready to be sent by mistake
    return render_template(
        "cases/case.html", page=page, case=case, forms=forms, failed=failed, link_id=link_id, is_stale=is_stale,
        offered=_offered(page),
    )  # fmt: skip


def _offered(page: CasePage) -> set[str]:
    """The actions that make sense for the case as it stands; who may use them is asked in the template."""
    case, me = page.case, current_staff()
    if case.status is CaseStatus.MERGED:
        return {"note"}
    if case.status is CaseStatus.DISMISSED:
        return {"note", "reopen"}
    offered = {"note", "link", "merge", "dismiss", "assign"}
    if case.status is CaseStatus.CLOSED:
        return offered | {"reopen"}
    if case.contact is not None and case.contact.user_id == me.id:
        offered.add("hand-back")
        if page.assignments and page.assignments[0].accepted_at is None:
            offered.add("accept")
    return offered | {"close"}


def change_case(
    public_id: str,
    form: VersionedForm,
    change: Callable[[ProblemCase, Any], object],
    done: str,
    *,
    link_id: int | None = None,
    follow: bool = False,
) -> ResponseReturnValue:
    """Apply a change once, against the version that the person saw, and go back to the case.

    With `link_id` the page opens at that call; with `follow` it is the case that this one was merged into.

    What is refused (an empty reason, a change by somebody else meanwhile) shows the page as it stands now, with the
    reason why and everything that was typed.
    """
    case = find_case(public_id, lock=True)

    def apply() -> tuple[str, str]:
        require_version(case, form.version.data)
        change(case, form)
        there = case.merged_into if follow and case.merged_into else case
        anchor = None if link_id is None else f"link-{link_id}"
        address = url_for("cases.show_case", public_id=there.public_id, _anchor=anchor)
        db.session.commit()
        return done, address

    def show(status: int) -> str:
        return render_case(find_case(public_id), form, link_id=link_id, is_stale=status == 409)

    return do_or_say_why(form, apply, show)
