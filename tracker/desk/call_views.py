"""The page of one call: what was said, what was corrected, where it counts."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select

from ..calls.models import ServiceRequest, ServiceType
from ..calls.photos import photos_of
from ..calls.queries import find_call
from ..calls.questions import answers_of, attribute_values, questions_of
from ..calls.reporting.later_words import sent_of, words_of_report
from ..cases.linking import active_link
from ..cases.turns import take_turns
from ..extensions import db
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .corrections import newest_entry, place_by_hand, require_unchanged, restore, retype, withdraw
from .forms import PhotosForm, PlaceCallForm, ReasonForm, RetypeForm, SeenForm

FORMS: dict[str, type[FlaskForm]] = {
    "place": PlaceCallForm,
    "retype": RetypeForm,
    "withdraw": ReasonForm,
    "restore": ReasonForm,
    "photos": PhotosForm,
    "answers": SeenForm,
}


@blueprint.get("/calls/<service_request_id>")
@requires(Permission.SEE_CASES)
def show_call(service_request_id: str) -> ResponseReturnValue:
    """One call."""
    return call_page(find_call(service_request_id))


def _make_form(action: str) -> Any:
    form = FORMS[action](prefix=action)
    if action == "retype":
        types = db.session.scalars(select(ServiceType).order_by(ServiceType.service_name))
        form.service_type.choices = [(0, "Choose what it is about"), *((one.id, one.service_name) for one in types)]
    return form


def call_page(call: ServiceRequest, failed: Any = None) -> str:
    """The page of a call, with the form that was refused as it was sent."""
    forms = {action: _make_form(action) for action in FORMS}
    if failed is not None:
        forms[failed._prefix.rstrip("-")] = failed
    answers = answers_of(call)
    given = {answer.code: answer.keys or [answer.value] for answer in answers}
    return render_template(
        "desk/call.html",
        call=call,
        link=active_link(call),
        questions=questions_of(call.service_type_id),
        answers=answers,
        given=given | attribute_values(request.form.to_dict(flat=False)),
        photos=photos_of(call),
        sent=sent_of(call),
        said_later=words_of_report(call.id),
        history=history_of("call", call.id),
        seen=newest_entry(call),
        forms=forms,
        failed=failed,
    )


def _correct(
    number: str, action: str, change: Callable[[ServiceRequest, Any], object], done: str
) -> ResponseReturnValue:
    """Apply a correction, or show the page as it stands now with what was typed and why it was refused."""
    form = _make_form(action)
    take_turns()  # before the call is locked, as everybody does
    call = find_call(number, lock=True)

    def apply() -> tuple[str, str]:
        require_unchanged(call, form.seen.data)
        change(call, form)
        address = url_for("desk.show_call", service_request_id=call.service_request_id)
        db.session.commit()
        return done, address

    return do_or_say_why(form, apply, lambda _: call_page(find_call(number), form))


@blueprint.post("/calls/<service_request_id>/place")
@requires(Permission.PLACE_CALLS)
def place(service_request_id: str) -> ResponseReturnValue:
    """Say where the call lies."""

    def put(call: ServiceRequest, form: Any) -> None:
        place_by_hand(
            call, address=form.address.data or "", lat=form.lat.data, long=form.long.data,
            remember=form.remember.data, actor=current_staff(),
        )  # fmt: skip

    return _correct(service_request_id, "place", put, "The call has its place and counts there.")


@blueprint.post("/calls/<service_request_id>/retype")
@requires(Permission.LINK_CALLS)
def retype_call(service_request_id: str) -> ResponseReturnValue:
    """Say that the call is about something else."""
    return _correct(
        service_request_id,
        "retype",
        lambda call, form: retype(call, form.service_type.data, reason=form.reason.data or "", actor=current_staff()),
        "The call has its new type and counts there.",
    )


@blueprint.post("/calls/<service_request_id>/withdraw")
@requires(Permission.LINK_CALLS)
def withdraw_call(service_request_id: str) -> ResponseReturnValue:
    """Withdraw the call, with a reason."""
    return _correct(
        service_request_id,
        "withdraw",
        lambda call, form: withdraw(call, reason=form.reason.data, actor=current_staff()),
        "The call is withdrawn and counts nowhere.",
    )


@blueprint.post("/calls/<service_request_id>/restore")
@requires(Permission.LINK_CALLS)
def restore_call(service_request_id: str) -> ResponseReturnValue:
    """Take a withdrawal back."""
    return _correct(
        service_request_id,
        "restore",
        lambda call, form: restore(call, reason=form.reason.data, actor=current_staff()),
        "The call stands again.",
    )
