"""One page for a whole call: the form, what is known beside it, its drafts, and what to tell the caller afterwards."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..calls.callers import find_callers, find_or_make_caller
from ..calls.models import Caller, Channel, ServiceRequest, ServiceType
from ..calls.photos import CleanPhoto
from ..calls.queries import find_call
from ..calls.questions import attribute_values, questions_of, read_answers
from ..calls.taking.drafts import drafts_of, find_draft
from ..calls.taking.models import Assistance
from ..calls.taking.recording import taken_before
from ..calls.taking.report import CallReport, check_narrative, check_said_at
from ..cases.touching import new_key
from ..cases.turns import take_turns
from ..clock import from_local, utc_now
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..places.city import city_zone, the_city
from ..staff.current import current_staff
from ..staff.guard import wants_json
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .call_panel import Asked, gather_panel
from .call_words import current_crowds, gather_words
from .caller_panel import CallerPanel, gather_caller
from .sent_photos import clean_sent
from .taking import take_call
from .taking_forms import NewCallForm

_PREFILLED = ("phone", "queue", "caller_name", "address", "channel", "language")
"""What a softphone or another page may hand over in the address."""
_READERS: dict[str, Callable[[str], Any]] = {
    "lat": float, "long": float, "service_type": int, "said_at": datetime.fromisoformat,
}  # fmt: skip


@blueprint.get("/calls/new")
@requires(Permission.TAKE_CALLS)
def new_call() -> ResponseReturnValue:
    """The form, empty, or with what an address, a draft or an earlier call hands over."""
    return _render(make_form(_handed_over()))


def _handed_over() -> dict[str, Any]:
    """The fields' first values. A draft's are all that was typed, even what no form would take."""
    values: dict[str, Any] = {name: request.args[name][:200] for name in _PREFILLED if name in request.args}
    draft = find_draft(current_staff(), request.args.get("draft", "")) if "draft" in request.args else None
    if draft is not None:
        return {**draft.fields, "key": draft.key}
    for name in ("split", "again", "like"):
        if name in request.args:
            values |= _from_call(find_call(request.args[name]), name)
    return values


def _from_call(call: ServiceRequest, name: str) -> dict[str, Any]:
    """What a second call about the same takes over: the place, its type unless it is split, the same caller's name."""
    caller = call.caller if name != "like" else None
    values: dict[str, Any] = {"address": call.address, "unit": call.unit}
    if call.lat is not None and call.source_lat is not None:
        values |= {"lat": str(call.lat), "long": str(call.long)}
    if caller is not None:
        values |= {"phone": caller.phone, "caller_name": caller.name, "language": caller.language}
    if name == "split":
        return {**values, "split": call.service_request_id, "description": call.description}
    return {**values, "service_type": str(call.service_type_id)}


def make_form(values: dict[str, Any] | None = None) -> Any:
    """The form, from what was sent, or with first values."""
    form = NewCallForm() if values is None else NewCallForm(formdata=None, data=_readable(values))
    types = db.session.execute(
        select(ServiceType.id, ServiceType.service_name)
        .where(ServiceType.is_unsorted.is_(False))
        .order_by(ServiceType.service_name)
    )
    form.service_type.choices = [(0, "Choose what it is about"), *((one.id, one.service_name) for one in types)]
    if not form.key.data:
        form.key.data = new_key()
    form.given = _given(request.form.to_dict(flat=False) if values is None else values)
    return form


def _given(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The answers to the questions of the kind, by code: their fields are not known before the kind is."""
    return attribute_values({name: given if isinstance(given, list) else [given] for name, given in values.items()})


def _readable(values: dict[str, Any]) -> dict[str, Any]:
    """Texts as the fields hold them; what cannot be read as a number or a time is left to be typed again."""
    read: dict[str, Any] = {}
    for name, value in values.items():
        try:
            read[name] = _READERS[name](value) if name in _READERS else value
        except (ValueError, TypeError):
            continue
    return read


def _render(form: Any, status: int = 200) -> ResponseReturnValue:
    me = current_staff()
    kept = drafts_of(me)
    drafts = [draft for draft in kept if draft.key != form.key.data]
    number = next((draft.number for draft in kept if draft.key == form.key.data), 0)
    page = render_template(
        "desk/new_call.html", form=form, drafts=drafts, number=number, me=me, crowds=current_crowds(utc_now()),
        **_known(form),
    )  # fmt: skip
    return page, status


def _known(form: Any) -> dict[str, Any]:
    """What stands beside the form."""
    caller = _caller(form.phone.data or "")
    asked = Asked(
        address=form.address.data or "", unit=form.unit.data or "", lat=form.lat.data, long=form.long.data,
        service_type_id=form.service_type.data or None, words=form.description.data or "",
        caller_id=caller.people[0].id if len(caller.people) == 1 else None,
    )  # fmt: skip
    words = gather_words(asked.words, asked.service_type_id)
    return {"panel": gather_panel(asked), "caller": caller, "words": words, "given": form.given}


def _caller(phone: str) -> CallerPanel:
    try:
        return gather_caller(find_callers(phone) if phone.strip() else [])
    except Invalid as error:
        return CallerPanel(why_nobody=str(error))


@blueprint.post("/calls/panel")
@requires(Permission.TAKE_CALLS, reads_on_post=True)
def call_panel() -> ResponseReturnValue:
    """What stands beside the form, for the page's own script. A POST, so that no log keeps what the caller said."""
    form = make_form()
    return render_template("desk/_call_panel.html", form=form, is_fragment=True, **_known(form))


@blueprint.post("/calls/new")
@requires(Permission.TAKE_CALLS)
def record_new_call() -> ResponseReturnValue:
    """Record the call, linked as the aide says or grouped by the rules; or only look again (`do=look`)."""
    form = make_form()
    if request.form.get("do") == "look":
        return _render(form)
    try:
        if not form.validate():
            return _render(form, 400)
        number = _take(form)
    except (Invalid, Conflict, NotFound) as error:
        db.session.rollback()
        form.form_errors.append(str(error))
        return _render(form, 409 if isinstance(error, Conflict) else 400)
    address = url_for("desk.call_taken", service_request_id=number)
    if wants_json():
        return jsonify(location=address, number=number), 201
    return "", 303, {"Location": address}


def _take(form: Any) -> str:
    """Take the call and commit; the form that arrived before gives its call."""
    photos = _clean_photos()
    me, key = current_staff(), form.key.data
    take_turns()  # of two sendings at once the second waits here, and makes no second caller either
    before = taken_before(key, me)
    if before is not None:
        return before.service_request_id
    report = _read_report(form)
    answers = read_answers(questions_of(report.service_type_id), form.given)
    split, follows = (find_call(name.data) if name.data else None for name in (form.split, form.follows))
    try:
        taken = take_call(
            report, me, link_to=request.form.get("link", "")[:40], split_from=split, follows=follows,
            answers=answers, photos=photos,
        )  # fmt: skip
        number = taken.call.service_request_id
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        before = taken_before(key, current_staff())
        if before is None:
            raise
        number = before.service_request_id
    return number


def _clean_photos() -> list[CleanPhoto]:
    """The photos that were sent, made anew before anything else: it takes a while, and nobody waits for it."""
    files = [file for file in request.files.getlist("photos") if file.filename]
    if files:
        db.session.rollback()  # ends the transaction that found out who is asking: on SQLite it keeps writers out
    return clean_sent(files)


def _read_report(form: Any) -> CallReport:
    if not form.service_type.data:
        raise Invalid("Choose what the call is about.")
    at, is_late = _said_at(form)
    caller = _keep_caller(form)
    return CallReport(
        key=form.key.data, channel=Channel(form.channel.data), service_type_id=form.service_type.data,
        description=check_narrative(form.description.data or ""), address=form.address.data or "",
        unit=form.unit.data or "", lat=form.lat.data, long=form.long.data, at=at, is_late=is_late,
        caller_id=caller.id if caller else None, language=form.language.data,
        assistance=Assistance(form.assistance.data), queue=form.queue.data or "",
    )  # fmt: skip


def _said_at(form: Any) -> tuple[datetime, bool]:
    """When the call was said, and whether it is written down later than that."""
    now = utc_now()
    if form.said_at.data:
        return check_said_at(from_local(form.said_at.data, city_zone(the_city())), now), True
    if form.kept_at.data:
        return check_said_at(_kept_instant(form.kept_at.data), now), True
    return now, False


def _kept_instant(text: str) -> datetime:
    """The instant as the page's script writes it, in UTC."""
    try:
        kept = datetime.fromisoformat(text)
    except ValueError:
        kept = None
    if kept is None or kept.tzinfo is None:
        raise Invalid("The page kept the call without a time that can be read; give it under «Said at».")
    return kept.astimezone(UTC)


def _keep_caller(form: Any) -> Caller | None:
    """The person who called; nobody when she gave neither name nor number."""
    name, phone, email = ((field.data or "").strip() for field in (form.caller_name, form.phone, form.email))
    if not (name or phone or email):
        return None
    return find_or_make_caller(name=name, phone=phone, email=email, language=form.language.data)
