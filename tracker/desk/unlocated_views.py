"""The unlocated queue, one call at a time: what was said, what the gazetteer offers, and where it goes."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from ..calls.changes import give_up_place
from ..calls.models import Placement, ServiceRequest
from ..calls.pointing import Pointed, look_up
from ..calls.queries import count_unlocated, find_call, unlocated_calls
from ..cases.turns import take_turns
from ..errors import Conflict
from ..extensions import db
from ..formatters import plural
from ..identifiers import read_number
from ..places.gazetteer import suggest_addresses
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .corrections import newest_entry, place_by_hand, require_unchanged
from .forms import PlaceCallForm, ReasonForm

_LINE = 12


@blueprint.get("/unlocated")
@requires(Permission.PLACE_CALLS)
def unlocated() -> ResponseReturnValue:
    """The next call without a place; `after` skips to those behind a call."""
    line = _line(request.args.get("after", type=read_number))
    if not line:
        return render_template("desk/unlocated.html", call=None, total=count_unlocated())
    return _render(line[0])


def _line(after: int | None) -> list[ServiceRequest]:
    query = unlocated_calls().options(selectinload(ServiceRequest.caller)).limit(_LINE)
    if after is not None:
        query = query.where(ServiceRequest.id < after)
    return list(db.session.scalars(query))


def _render(call: ServiceRequest, form: Any = None, reason: Any = None) -> str:
    form = form or PlaceCallForm(prefix="place", formdata=None)
    reason = reason or ReasonForm(prefix="give-up", formdata=None)
    best, offers = _offers(call.address)
    form.offer.choices = offers
    if form.offer.data is None and offers:
        form.offer.data = offers[0][0]
    return render_template(
        "desk/unlocated.html",
        call=call,
        form=form,
        reason=reason,
        best=best,
        seen=newest_entry(call),
        line=_line(call.id),
        total=count_unlocated(),
    )


def _offers(text: str) -> tuple[Pointed | None, list[tuple[str, str]]]:
    """The gazetteer's best answer, and (address, label) of it and of what begins alike."""
    best = look_up(text)
    offers = {}
    if best is not None:
        offers[best.label] = f"{best.label} ({best.score:.0f} % sure, {best.reason})"
    for offer in suggest_addresses(text, limit=6):
        offers.setdefault(offer.display, offer.display)
    return best, [*offers.items(), ("", "None of these")] if offers else []


@blueprint.post("/unlocated/<service_request_id>/place")
@requires(Permission.PLACE_CALLS)
def place_unlocated(service_request_id: str) -> ResponseReturnValue:
    """Place the call and go on to the next."""
    take_turns()  # before the call is locked, as everybody does
    call, form = find_call(service_request_id, lock=True), PlaceCallForm(prefix="place")

    def place() -> tuple[str, str]:
        require_unchanged(call, form.seen.data)
        _require_unlocated(call)
        has_degrees = form.lat.data is not None and form.long.data is not None
        offer = "" if has_degrees else form.offer.data
        calls = place_by_hand(
            call, address=form.address.data or offer or "", lat=form.lat.data, long=form.long.data,
            remember=form.remember.data, actor=current_staff(),
        )  # fmt: skip
        address = url_for("desk.unlocated", after=call.id)
        db.session.commit()
        return f"{plural(len(calls), 'call')} placed. Here is the next.", address

    return do_or_say_why(form, place, lambda _: _render(find_call(service_request_id), form=form))


@blueprint.post("/unlocated/<service_request_id>/give-up")
@requires(Permission.PLACE_CALLS)
def give_up(service_request_id: str) -> ResponseReturnValue:
    """Say that the call cannot be placed and go on to the next."""
    call, form = find_call(service_request_id, lock=True), ReasonForm(prefix="give-up")

    def give() -> tuple[str, str]:
        require_unchanged(call, form.seen.data)
        give_up_place(call, reason=form.reason.data, actor=current_staff())
        address = url_for("desk.unlocated", after=call.id)
        db.session.commit()
        return "Noted: it cannot be placed. Here is the next.", address

    return do_or_say_why(form, give, lambda _: _render(find_call(service_request_id), reason=form))


def _require_unlocated(call: ServiceRequest) -> None:
    if call.placement is not Placement.UNLOCATED:
        raise Conflict(f"Somebody placed call {call.service_request_id} meanwhile. Skip to the next.")
