"""Contacts that are no report: a question about a request, a question answered, a wrong number."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.models import ServiceRequest
from ..calls.queries import find_call
from ..calls.taking.drafts import end_draft
from ..calls.taking.inquiries import keep_inquiry
from ..calls.taking.models import InquiryKind
from ..cases.linking import active_link
from ..cases.touching import new_key
from ..errors import Invalid
from ..extensions import db
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .asking import find_asked, follow_up
from .blueprint import blueprint
from .taking_forms import AboutForm

_QUICK = {InquiryKind.WRONG_NUMBER: "Noted: a wrong number.", InquiryKind.ANSWERED: "Noted: a question answered."}


@blueprint.post("/calls/about")
@requires(Permission.TAKE_CALLS, reads_on_post=True)
def about_request() -> ResponseReturnValue:
    """Calls that a caller may ask about. A POST, so that no log keeps phone numbers."""
    typed = request.form.get("q", "")[:200]
    return render_template("desk/about.html", typed=typed, calls=find_asked(typed))


@blueprint.get("/calls/<service_request_id>/ask")
@requires(Permission.TAKE_CALLS)
def ask_about_call(service_request_id: str) -> ResponseReturnValue:
    """How a request stands, to read out, and what the caller says about it."""
    form = AboutForm()
    form.key.data = new_key()
    return _render(find_call(service_request_id), form)


def _render(call: ServiceRequest, form: AboutForm) -> str:
    return render_template("desk/ask.html", call=call, link=active_link(call), form=form)


@blueprint.post("/calls/<service_request_id>/ask")
@requires(Permission.TAKE_CALLS)
def note_question(service_request_id: str) -> ResponseReturnValue:
    """Keep that somebody asked; the case's owner reads it."""
    form = AboutForm()

    def keep() -> tuple[str, str]:
        about = find_call(service_request_id)
        taken = follow_up(
            about, current_staff(), key=form.key.data, note=form.note.data or "", promised=form.promised.data or ""
        )
        address = url_for("desk.call_taken", service_request_id=taken.call.service_request_id)
        db.session.commit()
        return "Noted. It weighs nothing; the owner reads it.", address

    return do_or_say_why(form, keep, lambda _: _render(find_call(service_request_id), form))


@blueprint.post("/inquiries")
@requires(Permission.TAKE_CALLS)
def note_contact() -> ResponseReturnValue:
    """A wrong number, or a question that was answered at once."""
    kind = next((one for one in _QUICK if one.value == request.form.get("kind")), None)
    if kind is None:
        raise Invalid("Say what it was: a wrong number, or a question that you answered.")
    me, key = current_staff(), request.form.get("key", "")
    keep_inquiry(kind, me, key=key, answer=request.form.get("answer", ""))
    end_draft(me, key)  # whatever was typed before it turned out to be no report
    db.session.commit()
    flash(_QUICK[kind], "success")
    return redirect(url_for("desk.new_call"))
