"""What people do to a case. One short view per action: the rules are in the verbs, the refusals in `change_case`."""

from flask import flash
from flask.typing import ResponseReturnValue

from ..calls.queries import find_call
from ..errors import Invalid, NotFound
from ..extensions import db
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .assigning import accept_case, assign_case, hand_back_case
from .blueprint import blueprint
from .case_views import change_case, make_form
from .closing import close_case
from .decisions import add_note, dismiss_case, reopen_case
from .forms import ReasonForm, VersionedForm
from .linking import accept_link, link_call, unlink_call
from .models import CaseCall, ClosingOutcome, Contact, ProblemCase
from .related import merge_cases
from .touching import case_with_key, find_case
from .turns import take_turns
from .workload.following import mention_people


@blueprint.post("/cases/<public_id>/note")
@requires(Permission.LINK_CALLS)
def note(public_id: str) -> ResponseReturnValue:
    """Write a note; sent twice it is written once."""
    form = make_form("note")

    def write(case: ProblemCase, form: VersionedForm) -> None:
        if case_with_key(current_staff(), form.key.data) != case.id:
            add_note(case, text=form.reason.data, actor=current_staff(), key=form.key.data or "")
            if words := mention_people(case, form.reason.data, current_staff()).words():
                flash(words, "info")

    case = find_case(public_id, lock=True)  # before the question: of two sendings at once the second waits
    if case_with_key(current_staff(), form.key.data) is not None:
        form.version.data = case.version  # its own first sending is no change by somebody else
    return change_case(public_id, form, write, "Your note is in the history.")


@blueprint.post("/cases/<public_id>/accept")
@requires(Permission.WORK_CASES)
def accept(public_id: str) -> ResponseReturnValue:
    """The contact takes the case on."""
    return change_case(
        public_id, make_form("accept"), lambda case, _: accept_case(case, current_staff()), "The case is yours."
    )


@blueprint.post("/cases/<public_id>/hand-back")
@requires(Permission.WORK_CASES)
def hand_back(public_id: str) -> ResponseReturnValue:
    """The contact gives the case back."""
    return change_case(
        public_id,
        make_form("hand-back"),
        lambda case, form: hand_back_case(case, reason=form.reason.data, actor=current_staff()),
        "The case is back in the queue.",
    )


@blueprint.post("/cases/<public_id>/assign")
@requires(Permission.ASSIGN_CASES)
def assign(public_id: str) -> ResponseReturnValue:
    """A supervisor gives the case to somebody, or back to the queue."""

    def give(case: ProblemCase, form: VersionedForm) -> None:
        contact = db.session.get(Contact, form.contact.data) if form.contact.data else None
        if contact is case.contact:
            raise Invalid("The case is there already; choose somebody else.")
        assign_case(case, contact=contact, reason=form.reason.data, actor=current_staff())

    return change_case(public_id, make_form("assign"), give, "The case has a new owner.")


@blueprint.post("/cases/<public_id>/link")
@requires(Permission.LINK_CALLS)
def link(public_id: str) -> ResponseReturnValue:
    """Link a call by its number."""
    take_turns()  # the call may lie in a case of another family

    def add(case: ProblemCase, form: VersionedForm) -> None:
        call = find_call(form.number.data, lock=True)
        link_call(case, call, reason=form.reason.data or "", actor=current_staff())

    return change_case(public_id, make_form("link"), add, "The call is linked; no rule will move it.")


@blueprint.post("/cases/<public_id>/calls/<int:link_id>/unlink")
@requires(Permission.LINK_CALLS)
def unlink(public_id: str, link_id: int) -> ResponseReturnValue:
    """Take a call out, with a reason."""
    take_turns()  # what is taken out is taken anew, and others' calls with it
    return change_case(
        public_id,
        ReasonForm(),
        lambda case, form: unlink_call(_link_of(case, link_id), reason=form.reason.data, actor=current_staff()),
        "The call is out of this case and counts elsewhere.",
        link_id=link_id,
    )


@blueprint.post("/cases/<public_id>/calls/<int:link_id>/agree")
@requires(Permission.LINK_CALLS)
def agree(public_id: str, link_id: int) -> ResponseReturnValue:
    """Agree with a link that a rule made; the rule may still change its mind."""
    return change_case(
        public_id,
        VersionedForm(),
        lambda case, _: accept_link(_link_of(case, link_id), actor=current_staff()),
        "Noted: the call belongs here.",
        link_id=link_id,
    )


def _link_of(case: ProblemCase, link_id: int) -> CaseCall:
    link = db.session.get(CaseCall, link_id)
    if link is None or link.case_id != case.id:
        raise NotFound("That call is not in this case. Look at the list of its calls as it stands now.")
    return link


@blueprint.post("/cases/<public_id>/merge")
@requires(Permission.WORK_CASES)
def merge(public_id: str) -> ResponseReturnValue:
    """Move everything into another case."""
    take_turns()  # the other case may be of another family, which is said once both are held

    def join(case: ProblemCase, form: VersionedForm) -> None:
        into = find_case(form.number.data, lock=True)
        merge_cases(case, into, reason=form.reason.data, actor=current_staff())

    return change_case(public_id, make_form("merge"), join, "The two are one case now: this one.", follow=True)


@blueprint.post("/cases/<public_id>/close")
@requires(Permission.WORK_CASES)
def close(public_id: str) -> ResponseReturnValue:
    """Close with an outcome."""

    def end(case: ProblemCase, form: VersionedForm) -> None:
        kind, days = ClosingOutcome(form.outcome.data), form.days.data
        close_case(
            case, kind=kind, outcome=form.reason.data, actor=current_staff(), monitoring_days=days,
            call_off=form.call_off.data,
        )  # fmt: skip

    return change_case(public_id, make_form("close"), end, "Closed. A call within the watch reopens it.")


@blueprint.post("/cases/<public_id>/dismiss")
@requires(Permission.WORK_CASES)
def dismiss(public_id: str) -> ResponseReturnValue:
    """Say that this is no problem."""
    return change_case(
        public_id,
        make_form("dismiss"),
        lambda case, form: dismiss_case(
            case, reason=form.reason.data, actor=current_staff(), call_off=form.call_off.data
        ),
        "Dismissed. Only later calls count here again.",
    )


@blueprint.post("/cases/<public_id>/reopen")
@requires(Permission.WORK_CASES)
def reopen(public_id: str) -> ResponseReturnValue:
    """Take a closing or a dismissal back."""
    take_turns()  # what a dismissal had muted is taken anew, and others' calls with it
    return change_case(
        public_id,
        make_form("reopen"),
        lambda case, form: reopen_case(case, reason=form.reason.data, actor=current_staff()),
        "The case is open again.",
    )
