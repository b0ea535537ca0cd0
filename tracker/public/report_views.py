"""Report a problem: the steps of one form, what is known near there before it is sent, and the receipt."""

from typing import Any

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from sqlalchemy.exc import IntegrityError

from ..calls.models import Channel
from ..calls.photos import CleanPhoto
from ..calls.reporting.models import SentReport
from ..calls.reporting.recording import reported_before, secret_of_report
from ..calls.reporting.senders import Sender
from ..calls.taking.report import CallReport
from ..cases.resident_reports.taking import take_report
from ..clock import utc_now
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..outreach.mail import is_mail_on
from ..published.finding import LONGEST
from ..published.own import read_own_report
from ..published.status import find_public_case
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .brakes import is_sent_too_often, slow_down
from .quiet_proof import new_token, read_token
from .report_forms import ReportForm
from .report_steps import CHECK, DANGER, STEPS, WHAT, Draft, carried, next_step
from .sent_photos import clean_sent_photos

MOST_SENT, MOST_SENT_IN_ALL = 10, 400
"""Reports in a quarter of an hour: from one address, where a whole library may sit, and from everywhere."""
MOST_STEPS = 150
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
_SHOWN = {
    "what": ("description", "address", "lat", "long"),
    "details": ("kind", "other", "name", "phone", "email", "answers"),
    "check": (), "danger": (),
}  # fmt: skip


@blueprint.get("/report")
@requires(Permission.PUBLIC)
def report_problem() -> ResponseReturnValue:
    """The first step; `q` may name a place, as on the map."""
    form = ReportForm(formdata=None, data={"token": new_token(), "address": request.args.get("q", "")[:LONGEST]})
    return _page(Draft(form), WHAT)


@blueprint.post("/report")
@requires(Permission.PUBLIC)
def report_step() -> ResponseReturnValue:
    """The next step, or the receipt of what was sent."""
    slow_down("report steps", MOST_STEPS)
    form = ReportForm()
    if not form.token.data:
        form.token.data = new_token()
    draft = Draft(form)
    draft.settle_kind()
    do = "add" if request.form.get("add") else request.form.get("do", "")
    if not form.validate():
        return _page(draft, _step_with_errors(form), 400)
    step = next_step(draft, do)
    if step != CHECK or do not in ("send", "add") or not form.shown.data:
        return _page(draft, step, 400 if draft.problems else 200)
    return _send(draft)


def _step_with_errors(form: Any) -> str:
    return next((step for step in STEPS if any(name in form.errors for name in _SHOWN[step])), WHAT)


def _send(draft: Draft) -> ResponseReturnValue:
    """Record the report and show its receipt; the form that arrived before shows the same one again."""
    token = draft.form.token.data
    try:
        proof = _check_proof(draft)
        photos = clean_sent_photos()
        before = reported_before(proof)
        if before is None and _is_too_often():
            return _refused(draft, str(gettext(
                "Too many reports came from your connection, or in all. Wait a quarter of an hour and send it again; "
                "in a hurry, call us. What you wrote stays."
            )), 429)  # fmt: skip
        secret = _record(draft, proof, photos)
    except (Invalid, Conflict, NotFound) as refusal:
        db.session.rollback()
        draft.form.token.data = token if read_token(token) else new_token()
        return _refused(draft, str(refusal), 409 if isinstance(refusal, Conflict) else 400)
    return _receipt(draft, secret)


def _check_proof(draft: Draft) -> str:
    """The form's key; raises `Invalid` for what a program filled in."""
    proof = read_token(draft.form.token.data or "")
    if draft.form.website.data:
        raise Invalid(str(gettext("Leave the field “Leave this field empty” empty; programs fill it in.")))
    if proof is None:
        raise Invalid(str(gettext("This page was made up or is very old. What you wrote stays: send it once more.")))
    if proof.is_too_young:
        raise Invalid(str(gettext("That was faster than anybody reads. What you wrote stays: send it once more.")))
    return proof.key


def _is_too_often() -> bool:
    """Count the sending; committed either way, so that it counts whatever becomes of the report."""
    is_often = is_sent_too_often("report", MOST_SENT, MOST_SENT_IN_ALL)
    (db.session.rollback if is_often else db.session.commit)()
    return is_often


def _record(draft: Draft, key: str, photos: list[CleanPhoto]) -> str:
    """The secret of the report, committed; of two sendings at once both get the same."""
    try:
        secret = secret_of_report(_take(draft, key, photos))
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        before = reported_before(key)
        if before is None:
            raise
        secret = secret_of_report(before)
    return secret


def _take(draft: Draft, key: str, photos: list[CleanPhoto]) -> SentReport:
    form, kind, language = draft.form, draft.kind, page_language()
    if kind is None:
        raise Invalid(str(gettext("Choose what it is about.")))
    lat, long = draft.point or (None, None)
    report = CallReport(
        key=key, channel=Channel.WEB, service_type_id=kind.id, description=(form.description.data or "").strip(),
        address=(form.address.data or "").strip(), unit="", lat=lat, long=long, at=utc_now(), language=language,
    )  # fmt: skip
    sender = Sender(form.name.data or "", form.phone.data or "", form.email.data or "", language)
    chosen = request.form.get("add", "")[:40]
    add_to = find_public_case(chosen).public_id if chosen and draft.can_be_added else ""
    return take_report(report, sender, add_to=add_to, answers=draft.answers(), photos=photos)


def _refused(draft: Draft, problem: str, status: int) -> ResponseReturnValue:
    draft.problems["send"] = problem
    return _page(draft, CHECK, status)


def _page(draft: Draft, step: str, status: int = 200) -> ResponseReturnValue:
    do = request.form.get("do", "")
    page = render_template(
        "public/report.html", draft=draft, form=draft.form, step=step, steps=STEPS,
        dangers=draft.dangers() if step == DANGER else {}, go_on="to-details" if do == "to-details" else "to-check",
        carried=carried(draft.form, draft.given, _SHOWN[step]),
    )  # fmt: skip
    answer = make_response(page, status)
    answer.headers.update(PRIVATE)
    return answer


def _receipt(draft: Draft, secret: str) -> ResponseReturnValue:
    has_mail = bool((draft.form.email.data or "").strip())
    is_mailed = has_mail and is_mail_on(current_app.config["SETTINGS"])
    _, report = read_own_report(secret)
    page = render_template("public/report_received.html", report=report, secret=secret, has_mail=has_mail,
                           is_mailed=is_mailed, may_be_followed=draft.can_be_added)  # fmt: skip
    answer = make_response(page, 200)
    answer.headers.update(PRIVATE)
    return answer


def page_language() -> str:
    """The language in which the page is read, in which its reporter is answered later."""
    locale = get_locale()
    return locale.language if locale else "en"
