"""One request to a partner: what they promise, that it is done, that it is taken back."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from ...places.city import city_today
from ...staff.current import current_staff
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..models import ProblemCase
from ..touching import find_case
from .conditions import require_seen, say_ended
from .due import say_due
from .forms import FinishForm, PromiseForm, StepForm, StopForm
from .models import PartnerRequest
from .owners import find_owner, owner_choices
from .partner_requests import find_request, finish_request, note_promise, withdraw_request
from .step_views import Act, StepPage, change_once, is_mine, render_step, require_mine

_FORMS: dict[str, type[StepForm]] = {"answer": PromiseForm, "finish": FinishForm, "withdraw": StopForm}
_LABELS = {
    "answer": ("They were asked again, or answered", "Keep their answer"),
    "finish": ("They have done it", "Keep it as done"),
    "withdraw": ("Take it back", "Take it back"),
}


@blueprint.get("/cases/<public_id>/partner-requests/<int:request_id>")
@requires(Permission.SEE_CASES)
def show_partner_request(public_id: str, request_id: int) -> ResponseReturnValue:
    """One request, how to reach the partner, and what can be done with it."""
    return _page(public_id, request_id)


@blueprint.post("/cases/<public_id>/partner-requests/<int:request_id>/answer")
@requires(Permission.TAKE_CALLS)
def answer_partner_request(public_id: str, request_id: int) -> ResponseReturnValue:
    """Keep what they say now; whoever is to ask again may, and whoever works cases."""
    require_mine(find_request(find_case(public_id), request_id).owner_id)
    return _change(public_id, request_id, "answer", "Their answer is in the history.")


@blueprint.post("/cases/<public_id>/partner-requests/<int:request_id>/finish")
@requires(Permission.TAKE_CALLS)
def finish_partner_request(public_id: str, request_id: int) -> ResponseReturnValue:
    """The partner has done it."""
    require_mine(find_request(find_case(public_id), request_id).owner_id)
    return _change(public_id, request_id, "finish", "Kept as done.")


@blueprint.post("/cases/<public_id>/partner-requests/<int:request_id>/withdraw")
@requires(Permission.WORK_CASES)
def withdraw_partner_request(public_id: str, request_id: int) -> ResponseReturnValue:
    """It is not wanted any more."""
    return _change(public_id, request_id, "withdraw", "It is taken back. Tell the partner too.")


def _change(public_id: str, request_id: int, act: str, done: str) -> ResponseReturnValue:
    case = find_case(public_id)
    form = _make_form(act, case, find_request(case, request_id))

    def change(case: ProblemCase) -> None:
        request = find_request(case, request_id)
        require_seen(request, form.seen.data or "")
        _do(act, request, form)

    return change_once(public_id, form, change, done, lambda: _page(public_id, request_id, act, form))


def _do(act: str, request: PartnerRequest, form: Any) -> None:
    words, who, key = form.words.data or "", current_staff(), form.key.data or ""
    if act == "finish":
        finish_request(request, result=words, actor=who, key=key)
    elif act == "withdraw":
        withdraw_request(request, reason=words, actor=who, key=key)
    else:
        promised, owner = form.promised_on.data, find_owner(form.owner.data, request.owner_id)
        note_promise(request, words=words, promised_on=promised, owner=owner, actor=who, key=key)


def _make_form(act: str, case: ProblemCase, request: PartnerRequest) -> Any:
    form = _FORMS[act](prefix=act, data={"owner": request.owner_id})
    if isinstance(form, PromiseForm):
        form.owner.choices = owner_choices(case, request.owner)
    return form


def _page(public_id: str, request_id: int, failed_act: str = "", failed: Any = None) -> str:
    case = find_case(public_id)
    request = find_request(case, request_id)
    acts = [
        Act(
            *_LABELS[act],
            url_for(f"cases.{act}_partner_request", public_id=case.public_id, request_id=request.id),
            failed if act == failed_act else _make_form(act, case, request),
            is_last=act == "withdraw",
        )
        for act in _offered(request)
    ]
    title = f"{request.partner.name} is asked"
    return render_step(case, StepPage("Partner", title, _facts(request), request.what, request, acts), failed)


def _offered(request: PartnerRequest) -> list[str]:
    if not request.is_open:
        return []
    if may(current_staff().role, Permission.WORK_CASES):
        return list(_FORMS)
    return ["answer", "finish"] if is_mine(request.owner_id) else []


def _facts(request: PartnerRequest) -> list[tuple[str, str]]:
    partner = request.partner
    reach = ", ".join(part for part in (partner.contact_person, partner.phone, partner.email) if part)
    facts = [
        ("How to reach them", reach or "Nothing is written down; add it to the list of partners."),
        ("Asked", f"{request.asked_on:%-d %b %Y}"),
        ("Who asks again", request.owner.display_name),
    ]
    if request.answer:
        facts.append(("What they said", request.answer))
    if request.is_open:
        kind = "Promised" if request.promised_on else "Wanted; nothing promised yet"
        return [*facts, (kind, say_due(request.due_on, city_today()))]
    ended = "Done" if request.done_at else "Taken back"
    said = say_ended(request.done_at or request.cancelled_at, None)
    return [*facts, (ended, request.result or "Nothing was written."), *said]
