"""What is done with a 911 transfer: answers to the hard stops, the way back, every other decision, agreement."""

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.queries import find_call
from ..calls.transfers.afterwards import agree_to_closure, decline_closure, finish_return, tick_step
from ..calls.transfers.claims import require_mine
from ..calls.transfers.decisions import Given, answer_stops, return_to_911
from ..calls.transfers.demands import DEMANDS, Decision
from ..calls.transfers.handing_over import hand_over_call
from ..calls.transfers.models import ReviewStatus, TransferReview
from ..calls.transfers.queries import find_transfer, transfers_in
from ..cases.turns import take_turns
from ..clock import from_local, utc_now
from ..config import Settings
from ..errors import Invalid
from ..extensions import db
from ..identifiers import read_number
from ..places.city import city_zone, the_city
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .triage import decide
from .triage_forms import SHOWN, ClickForm, DecideForm, DeclineForm, NoteForm, ReturnForm, StopsForm
from .triage_views import make_decide_form, render_transfer


def _do(number: str, name: str, form: Any, change: Callable[[TransferReview], str]) -> ResponseReturnValue:
    """Change the transfer and come back to its page, or show what stands now with what was typed and why not."""

    def apply() -> tuple[str, str]:
        done = change(find_transfer(number, lock=True))
        db.session.commit()
        return done, url_for("desk.show_transfer", number=number)

    return do_or_say_why(form, apply, lambda _: render_transfer(find_transfer(number), name, form))


@blueprint.post("/triage/<number>/stops")
@requires(Permission.TRIAGE)
def triage_answer(number: str) -> ResponseReturnValue:
    """Keep the answers to the hard stops."""
    form = StopsForm(prefix="stops")

    def keep(transfer: TransferReview) -> str:
        verdict = answer_stops(transfer, form.answers(), actor=current_staff())
        if verdict.raised:
            return "A hard stop is answered yes or unsure: return it to 911."
        return "Every hard stop is clear. Now decide." if verdict.is_clear else "Kept. Some stops are not asked yet."

    return _do(number, "stops", form, keep)


@blueprint.post("/triage/<number>/return")
@requires(Permission.TRIAGE)
def triage_return(number: str) -> ResponseReturnValue:
    """Return the transfer to 911, at once. Sent twice it is done once."""
    form = ReturnForm(prefix="return")

    def send(transfer: TransferReview) -> str:
        if not _is_done_by_me(transfer, Decision.RETURNED_TO_911):
            return_to_911(transfer, reason=form.reason.data or "", actor=current_staff())
        return "Returned to 911. Tick the steps of the hand-back as they happen."

    return _do(number, "return", form, send)


@blueprint.post("/calls/<service_request_id>/to-911")
@requires(Permission.TRIAGE)
def triage_hand_over(service_request_id: str) -> ResponseReturnValue:
    """Note that the caller of a call goes to 911, and show the steps. Sent twice it is done once."""
    form = ReturnForm(prefix="return")
    call = find_call(service_request_id)
    if not form.validate_on_submit():
        raise Invalid("That is too long to note; write at most 4,000 characters.")
    transfer = hand_over_call(call, reason=form.reason.data or "", actor=current_staff())
    address = url_for("desk.show_transfer", number=transfer.number)
    db.session.commit()
    return redirect(address)


@blueprint.post("/triage/<number>/steps/<step>")
@requires(Permission.TRIAGE)
def triage_tick(number: str, step: str) -> ResponseReturnValue:
    """Note that one step of the hand-back is done."""

    def note(transfer: TransferReview) -> str:
        tick_step(transfer, step, actor=current_staff())
        return "Ticked." if transfer.status is ReviewStatus.RETURNING else "The hand-back is complete."

    return _do(number, "claim", ClickForm(prefix="claim"), note)


@blueprint.post("/triage/<number>/finish")
@requires(Permission.TRIAGE)
def triage_finish(number: str) -> ResponseReturnValue:
    """End a hand-back of which some steps could not be done."""
    form = NoteForm(prefix="finish")

    def end(transfer: TransferReview) -> str:
        finish_return(transfer, note=form.note.data or "", actor=current_staff())
        return "The hand-back is ended, with your note."

    return _do(number, "finish", form, end)


@blueprint.post("/triage/<number>/decide/<decision>")
@requires(Permission.TRIAGE)
def triage_decide(number: str, decision: str) -> ResponseReturnValue:
    """Decide the transfer. Sent twice it is done once."""
    if decision not in {one.value for one in SHOWN}:
        abort(404)
    chosen = Decision(decision)
    form = make_decide_form(chosen)
    take_turns()  # before the transfer is locked, as everybody does who changes cases

    def apply(transfer: TransferReview) -> str:
        if not _is_done_by_me(transfer, chosen):
            require_mine(transfer, current_staff())
            decide(
                transfer, chosen, _given(form), actor=current_staff(), address=form.address.data or "",
                closures_need_agreement=_settings().closures_need_agreement,
            )  # fmt: skip
        waits = transfer.status is ReviewStatus.AWAITING_AGREEMENT
        return f"{DEMANDS[chosen].name}." + (" It waits for a supervisor's agreement." if waits else "")

    return _do(number, decision, form, apply)


def _is_done_by_me(transfer: TransferReview, decision: Decision) -> bool:
    """Whether the same person sent the same decision before: a double click, or a retry after a lost answer."""
    return transfer.decision is decision and transfer.decided_by_id == current_staff().id


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _given(form: DecideForm) -> Given:
    at = form.call_back_at.data
    return Given(
        reason=form.reason.data or "", told_caller=form.told_caller.data, agency=form.agency.data or "",
        call_back_at=from_local(at, city_zone(the_city())) if at else None,
        service_type=form.service_type.data or None, case=form.case.data or "",
    )  # fmt: skip


@blueprint.get("/triage/agreements")
@requires(Permission.AGREE_CLOSURES)
def triage_agreements() -> ResponseReturnValue:
    """Administrative closures that wait for a second person."""
    query = transfers_in(ReviewStatus.AWAITING_AGREEMENT)
    page = db.paginate(query, page=request.args.get("page", 1, read_number), per_page=50, error_out=False)
    return render_template("desk/agreements.html", page=page, now=utc_now(), me=current_staff())


@blueprint.post("/triage/<number>/agree")
@requires(Permission.AGREE_CLOSURES)
def triage_agree(number: str) -> ResponseReturnValue:
    """Agree to an administrative closure. Sent twice it is done once."""

    def second(transfer: TransferReview) -> str:
        if transfer.agreed_by_id != current_staff().id:
            agree_to_closure(transfer, actor=current_staff())
        return "Agreed. The transfer is closed."

    return _do(number, "claim", ClickForm(prefix="claim"), second)


@blueprint.post("/triage/<number>/decline")
@requires(Permission.AGREE_CLOSURES)
def triage_decline(number: str) -> ResponseReturnValue:
    """Do not agree: the transfer goes back to the queue."""
    form = DeclineForm(prefix="decline")

    def refuse(transfer: TransferReview) -> str:
        decline_closure(transfer, reason=form.reason.data, actor=current_staff())
        return "Not closed; it stands in the queue again."

    return _do(number, "decline", form, refuse)
