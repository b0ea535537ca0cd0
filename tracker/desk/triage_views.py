"""The triage queue and the page of one 911 transfer: who has it, what was sent, what is to be asked and decided."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ..calls.models import ServiceType
from ..calls.transfers.claims import claim_transfer, release_transfer
from ..calls.transfers.demands import DEMANDS, Decision
from ..calls.transfers.hard_stops import HARD_STOPS, judge_stops
from ..calls.transfers.models import ReviewStatus, TransferReview
from ..calls.transfers.queries import (
    count_open,
    find_transfer,
    next_waiting,
    standing_answers,
    steps_done,
    transfers_in,
)
from ..calls.transfers.warm_transfer import STEPS, missing_steps
from ..clock import utc_now
from ..errors import Conflict
from ..extensions import db
from ..identifiers import read_number
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.permissions import Permission, may, requires
from .blueprint import blueprint
from .triage import case_of, cases_near
from .triage_forms import SHOWN, ClickForm, DecideForm, DeclineForm, NoteForm, ReturnForm, StopsForm

LISTS = {
    "waiting": (ReviewStatus.WAITING,),
    "mine": (ReviewStatus.WAITING, ReviewStatus.RETURNING),
    "returning": (ReviewStatus.RETURNING,),
    "done": (ReviewStatus.DONE,),
}
_TRIES = 10
"""How many transfers «take the next» tries when others are quicker; then it says so."""


@blueprint.get("/triage")
@requires(Permission.TRIAGE)
def triage() -> ResponseReturnValue:
    """The queue, by risk and age; `show` chooses one of the other lists."""
    shown = request.args.get("show", "waiting")
    shown = shown if shown in LISTS else "waiting"
    me = current_staff()
    query = transfers_in(*LISTS[shown], claimed_by=me if shown == "mine" else None)
    page = db.paginate(query, page=request.args.get("page", 1, read_number), per_page=50, error_out=False)
    mine = sum(count_open(me)[status] for status in LISTS["mine"])
    return render_template(
        "desk/triage.html", page=page, shown=shown, counts=count_open(), mine=mine, now=utc_now(), me=me
    )


@blueprint.post("/triage/next")
@requires(Permission.TRIAGE)
def triage_next() -> ResponseReturnValue:
    """Claim the first transfer that nobody has; when somebody is quicker, the one behind it."""
    for _ in range(_TRIES):
        transfer = next_waiting()
        if transfer is None:
            break
        try:
            claim_transfer(transfer, actor=current_staff())
        except Conflict:
            db.session.rollback()
            continue
        address = url_for("desk.show_transfer", number=transfer.number)
        db.session.commit()
        return redirect(address)
    flash("No transfer waits that nobody has.", "warning")
    return redirect(url_for("desk.triage"))


@blueprint.get("/triage/<number>")
@requires(Permission.TRIAGE)
def show_transfer(number: str) -> ResponseReturnValue:
    """One transfer."""
    return render_transfer(find_transfer(number))


def make_forms() -> dict[str, Any]:
    """Every form of the page, empty, by name; the decisions' forms by the decision."""
    return {
        "claim": ClickForm(formdata=None, prefix="claim"),
        "stops": StopsForm(formdata=None, prefix="stops"),
        "return": ReturnForm(formdata=None, prefix="return"),
        "finish": NoteForm(formdata=None, prefix="finish"),
        "decline": DeclineForm(formdata=None, prefix="decline"),
        **{decision.value: make_decide_form(decision, formdata=None) for decision in SHOWN},
    }


def make_decide_form(decision: Decision, **options: Any) -> DecideForm:
    """The form of one decision, with the types to choose from where it asks for one."""
    form = DecideForm(prefix=decision.value, **options)
    form.service_type.choices = [(0, "Choose what it is about")]
    if "service_type" in SHOWN[decision]:
        types = db.session.scalars(
            select(ServiceType).where(ServiceType.is_test.is_(False)).order_by(ServiceType.service_name).limit(1_000)
        )
        form.service_type.choices += [(one.id, one.service_name) for one in types]
    return form


def render_transfer(transfer: TransferReview, name: str = "", failed: Any = None) -> str:
    """The page as it stands now; `failed` is the form called `name` that was refused, with what was typed."""
    forms, answers, done = make_forms(), standing_answers(transfer), steps_done(transfer)
    forms["stops"].show(answers)
    if failed is not None:
        forms[name] = failed
    me = current_staff()
    return render_template(
        "desk/transfer.html", transfer=transfer, forms=forms, failed=failed, failed_name=name,
        verdict=judge_stops(answers), answers=answers, stops=HARD_STOPS, steps=STEPS, done=done,
        missing=missing_steps(done), decisions=SHOWN, demands=DEMANDS, history=history_of("transfer", transfer.id),
        is_mine=transfer.claimed_by_id == me.id, now=utc_now(), case=case_of(transfer),
        near=cases_near(transfer) if transfer.status is ReviewStatus.WAITING else [],
    )  # fmt: skip


@blueprint.post("/triage/<number>/claim")
@requires(Permission.TRIAGE)
def triage_claim(number: str) -> ResponseReturnValue:
    """Take the transfer; whoever comes second is told who has it."""
    form = ClickForm(prefix="claim")

    def take() -> tuple[str, str]:
        claim_transfer(find_transfer(number), actor=current_staff())
        db.session.commit()
        return "It is yours. Ask the hard stops first.", url_for("desk.show_transfer", number=number)

    return do_or_say_why(form, take, lambda _: render_transfer(find_transfer(number), "claim", form))


@blueprint.post("/triage/<number>/release")
@requires(Permission.TRIAGE)
def triage_release(number: str) -> ResponseReturnValue:
    """Give the transfer back to the queue; a supervisor may free one that somebody left behind."""
    form = ClickForm(prefix="claim")

    def give() -> tuple[str, str]:
        me = current_staff()
        may_force = may(me.role, Permission.AGREE_CLOSURES)
        release_transfer(find_transfer(number, lock=True), actor=me, may_force=may_force)
        db.session.commit()
        return "It stands in the queue again.", url_for("desk.triage")

    return do_or_say_why(form, give, lambda _: render_transfer(find_transfer(number), "claim", form))
