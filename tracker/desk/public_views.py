"""What the public sees of a case or a call, beside what it does not see; and words that staff write for residents."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..calls.models import ServiceRequest
from ..calls.photos import photos_of
from ..calls.queries import find_call
from ..cases.linking import active_link
from ..cases.models import ProblemCase
from ..cases.telling_public import TOLD, take_back_word, tell_public
from ..cases.touching import case_with_key, find_case
from ..extensions import db
from ..places.city import the_city
from ..published.calls import find_published_call
from ..published.photos import photos_of_call
from ..published.status import describe_case
from ..published.timeline import public_words_of
from ..published.withheld import why_call_is_hidden, why_case_is_hidden, withheld_of_call, withheld_of_case
from ..published.words import STEPS
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .public_forms import PublicWordForm


@blueprint.get("/cases/<public_id>/public")
@requires(Permission.SEE_CASES)
def public_case(public_id: str) -> ResponseReturnValue:
    """Exactly what strangers are told of a case."""
    return _render_case(find_case(public_id), PublicWordForm())


def _render_case(case: ProblemCase, form: PublicWordForm) -> str:
    hidden = why_case_is_hidden(case)
    return render_template(
        "desk/public_case.html", record=case, hidden=hidden, withheld=withheld_of_case(case), steps=STEPS, form=form,
        case=None if hidden else describe_case(case, the_city()),
        words=[entry for entry in public_words_of(case.id) if entry.verb == TOLD],
    )  # fmt: skip


@blueprint.get("/calls/<service_request_id>/public")
@requires(Permission.SEE_CASES)
def public_call(service_request_id: str) -> ResponseReturnValue:
    """Exactly what strangers are told of a call."""
    call = find_call(service_request_id)
    hidden = why_call_is_hidden(call)
    return render_template(
        "desk/public_call.html", call=call, link=active_link(call), hidden=hidden, **_told_of(call, bool(hidden)),
        withheld=withheld_of_call(call, sum(not photo.is_released for photo in photos_of(call))),
    )  # fmt: skip


def _told_of(call: ServiceRequest, is_hidden: bool) -> dict[str, Any]:
    if is_hidden:
        return {"told": None, "photos": []}
    number = call.service_request_id
    return {"told": find_published_call(number), "photos": photos_of_call(number)}


@blueprint.post("/cases/<public_id>/public/words")
@requires(Permission.WORK_CASES)
def tell_residents(public_id: str) -> ResponseReturnValue:
    """Write a word for residents; sent twice it is written once."""
    form = PublicWordForm()

    def tell() -> tuple[str, str]:
        case = find_case(public_id, lock=True)
        if case_with_key(current_staff(), form.key.data or "") is None:
            tell_public(case, form.text.data, actor=current_staff(), key=form.key.data or "")
        address = url_for("desk.public_case", public_id=case.public_id)
        db.session.commit()
        return "Residents read it now. You can take it back.", address

    return do_or_say_why(form, tell, lambda _: _render_case(find_case(public_id), form))


@blueprint.post("/cases/<public_id>/public/words/<int:entry_id>/back")
@requires(Permission.WORK_CASES)
def take_word_back(public_id: str, entry_id: int) -> ResponseReturnValue:
    """Residents no longer read a word; the history keeps it."""
    case = find_case(public_id, lock=True)
    take_back_word(case, entry_id, actor=current_staff())
    db.session.commit()
    flash("Residents no longer read it. The history keeps it.", "success")
    return redirect(url_for("desk.public_case", public_id=case.public_id))
