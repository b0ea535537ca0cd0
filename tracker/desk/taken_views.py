"""After the call: what became of it, what to tell the caller, and one key to undo, split or take the next."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ..calls.as_of import as_of
from ..calls.models import ServiceRequest
from ..calls.queries import find_call
from ..cases.linking import active_link
from ..cases.models import CaseCall
from ..clock import local_date
from ..extensions import db
from ..places.city import city_zone, the_city
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .call_panel import next_visits
from .taking import intake_of, undo_link
from .taking_forms import UndoForm
from .telling import LANGUAGES, Told, words_for_caller


@blueprint.get("/calls/<service_request_id>/taken")
@requires(Permission.TAKE_CALLS)
def call_taken(service_request_id: str) -> ResponseReturnValue:
    """What became of the call, and the words for the caller."""
    return _render(find_call(service_request_id), UndoForm())


def _render(call: ServiceRequest, form: UndoForm) -> str:
    link = active_link(call)
    intake = intake_of(call)
    told = _told(call, link)
    spoken = intake.language if intake else "en"
    words = [(code, name, words_for_caller(told, code)) for code, name in LANGUAGES.items()]
    words.sort(key=lambda one: one[0] != spoken)
    may_undo = link is not None and intake is not None and intake.taken_by_id == current_staff().id
    return render_template(
        "desk/call_taken.html", call=call, link=link, intake=intake, words=words, form=form, may_undo=may_undo
    )


def _told(call: ServiceRequest, link: CaseCall | None) -> Told:
    city = the_city()
    case = link.case if link else None
    visits = next_visits([case.id], as_of(city), city) if case else {}
    return Told(
        number=call.service_request_id,
        city=city.name,
        kind=call.service_type.service_name,
        place=(case.address if case else call.address) or "at the place you named",
        calls=case.call_count if case else 0,
        since=local_date(case.first_call_at, city_zone(city)) if case and case.first_call_at else None,
        center=case.center.name if case and case.center else "",
        visit=visits.get(case.id) if case else None,
        is_placed=call.lat is not None,
    )


@blueprint.post("/calls/<service_request_id>/undo-link")
@requires(Permission.TAKE_CALLS)
def undo_call_link(service_request_id: str) -> ResponseReturnValue:
    """Take the call out of the case again."""
    form = UndoForm()

    def undo() -> tuple[str, str]:
        undo_link(find_call(service_request_id), current_staff())
        db.session.commit()
        return "The call is out of the case and counts elsewhere.", url_for(
            "desk.call_taken", service_request_id=service_request_id
        )

    return do_or_say_why(form, undo, lambda _: _render(find_call(service_request_id), form))


@blueprint.get("/calls/form")
@requires(Permission.TAKE_CALLS)
def printed_call_form() -> ResponseReturnValue:
    """A form for pen and paper, for when the program cannot be reached."""
    return render_template("desk/printed_form.html", city=the_city())
