"""One's own report, behind the secret link that its reporter was given: read, add, correct, withdraw, not fixed."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

from ..calls.photos.keeping import MOST_PHOTOS
from ..calls.reporting.danger import find_dangers
from ..calls.reporting.models import SentReport, WordKind
from ..calls.reporting.recording import secret_of_report
from ..cases.resident_reports.changing import add_photos, add_words, restore_report, say_not_fixed, withdraw_report
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..published.own import own_photo_path, read_own_report
from ..staff.permissions import Permission, requires
from ..staff.throttle import is_too_often
from .blueprint import blueprint
from .brakes import is_sent_too_often, slow_down
from .report_forms import OwnReportForm
from .report_views import PRIVATE, page_language
from .sent_photos import clean_sent_photos

MOST_READS, MOST_CHANGES, MOST_PHOTOS_IN_ALL = 120, 20, 400
"""In a quarter of an hour: of one report or from one address, and photos from everywhere."""
Change = Callable[[SentReport, str, str], str]
"""What is done with a report, by her words and the form's key; the secret of the report that is shown afterwards."""


@blueprint.get("/reports/<secret>")
@requires(Permission.PUBLIC)
def show_own_report(secret: str) -> ResponseReturnValue:
    """Her report in full, and what she can do with it."""
    slow_down("own reports", MOST_READS)
    return _page(secret)


@blueprint.get("/reports/<secret>/photos/<photo_id>")
@requires(Permission.PUBLIC)
def show_own_photo(secret: str, photo_id: str) -> ResponseReturnValue:
    """A photo that she sent herself."""
    slow_down("own photos", MOST_READS)
    path = own_photo_path(secret, photo_id)
    if not path.is_file():
        raise NotFound(str(gettext("This photo is gone.")))
    answer = send_file(path, mimetype="image/jpeg", etag=False, conditional=False)
    answer.headers.update(PRIVATE)
    return answer


@blueprint.post("/reports/<secret>/add")
@requires(Permission.PUBLIC)
def add_to_report(secret: str) -> ResponseReturnValue:
    """She adds what she knows."""
    return _change(secret, "add", _say(WordKind.ADDED), str(gettext("It stands with your report now.")))


@blueprint.post("/reports/<secret>/photos")
@requires(Permission.PUBLIC)
def add_photos_to_report(secret: str) -> ResponseReturnValue:
    """She adds photos: made anew, shown to herself alone until staff release them."""
    form = _form("photos")
    sent, _ = read_own_report(secret)
    too_often = is_too_often(f"own report {sent.call_id}", MOST_CHANGES)
    if is_sent_too_often("own photos", MOST_CHANGES, MOST_PHOTOS_IN_ALL) or too_often:
        db.session.rollback()
        abort(429)
    db.session.commit()
    try:
        photos = clean_sent_photos()
        if not photos:
            raise Invalid(str(gettext("Choose a photo first.")))
        add_photos(read_own_report(secret)[0], photos)
        db.session.commit()
    except Invalid as refusal:
        return _refuse_photos(secret, form, str(refusal), 400)
    except Conflict:
        words = gettext("A report keeps at most %(most)d photos, and none once it is withdrawn.", most=MOST_PHOTOS)
        return _refuse_photos(secret, form, str(words), 409)
    flash(str(gettext("Your photos stand with your report. Others see them only after somebody has looked at them.")),
          "success")  # fmt: skip
    return redirect(url_for("public.show_own_report", secret=secret, lang=page_language()), 303)


def _refuse_photos(secret: str, form: Any, words: str, status: int) -> ResponseReturnValue:
    db.session.rollback()
    form.text.errors = [words]
    return _page(secret, "photos", form, status=status)


@blueprint.post("/reports/<secret>/correct")
@requires(Permission.PUBLIC)
def correct_report(secret: str) -> ResponseReturnValue:
    """She corrects what she said; both stand."""
    done = str(gettext("Your correction stands beside what you said first."))
    return _change(secret, "correct", _say(WordKind.CORRECTED), done)


@blueprint.post("/reports/<secret>/withdraw")
@requires(Permission.PUBLIC)
def withdraw_own_report(secret: str) -> ResponseReturnValue:
    """She takes it back."""

    def withdraw(sent: SentReport, text: str, key: str) -> str:
        withdraw_report(sent, text, key=key)
        return secret

    return _change(secret, "withdraw", withdraw, str(gettext("Your report is withdrawn. You can take that back.")))


@blueprint.post("/reports/<secret>/restore")
@requires(Permission.PUBLIC)
def restore_own_report(secret: str) -> ResponseReturnValue:
    """It stands after all."""

    def restore(sent: SentReport, text: str, key: str) -> str:
        restore_report(sent)
        return secret

    return _change(secret, "restore", restore, str(gettext("Your report stands again.")))


@blueprint.post("/reports/<secret>/not-fixed")
@requires(Permission.PUBLIC)
def not_fixed(secret: str) -> ResponseReturnValue:
    """It was closed, and it is not fixed: a new report that follows the first."""

    def say(sent: SentReport, text: str, key: str) -> str:
        return secret_of_report(say_not_fixed(sent, text, key=key))

    done = str(gettext("This is your new report, with a number of its own. Whoever closed the first is told."))
    return _change(secret, "not-fixed", say, done)


def _say(kind: WordKind) -> Change:
    def say(sent: SentReport, text: str, key: str) -> str:
        add_words(sent, kind, text, key=key)
        return secret_of_report(sent)

    return say


def _change(secret: str, action: str, change: Change, done: str) -> ResponseReturnValue:
    """Do it once, or show the page as it stands with her words and why it was not done."""
    form = OwnReportForm(prefix=action)
    sent, _ = read_own_report(secret)
    if is_too_often(f"own report {sent.call_id}", MOST_CHANGES):
        db.session.rollback()
        abort(429)
    db.session.commit()
    found = _dangers(form)
    if found:
        return _page(secret, action, form, dangers=found)
    try:
        if not form.validate():
            return _page(secret, action, form, status=400)
        address = _do(change, sent, form)
    except (Invalid, Conflict) as refusal:
        db.session.rollback()
        form.text.errors = [_in_words(refusal, form)]
        return _page(secret, action, form, status=refusal.http_status)
    flash(done, "success")
    return redirect(url_for("public.show_own_report", secret=address, lang=page_language()), 303)


def _do(change: Change, sent: SentReport, form: Any) -> str:
    """Do it and commit; of two sendings at once the second finds what the first did."""
    text, key = form.text.data or "", form.key.data or ""
    try:
        address = change(sent, text, key)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        address = change(sent, text, key)
        db.session.commit()
    return address


def _in_words(refusal: Invalid | Conflict, form: Any) -> str:
    if isinstance(refusal, Conflict):
        return str(gettext("That is not possible any more. Look at how your report stands now."))
    if not (form.text.data or "").strip():
        return str(gettext("Write what you want to say."))
    return str(gettext("That was not possible. Please call us."))


def _dangers(form: Any) -> dict[str, str]:
    said = set((form.calm.data or "").split())
    return {stop: words for stop, words in find_dangers(form.text.data or "").items() if stop not in said}


def _page(
    secret: str, action: str = "", form: Any = None, *, dangers: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    _, report = read_own_report(secret)
    forms = {name: _form(name) for name in ("add", "photos", "correct", "withdraw", "restore", "not-fixed")}
    if form is not None:
        forms[action] = form
    page = render_template(
        "public/own_report.html", secret=secret, report=report, forms=forms, failed=action, dangers=dangers or {},
    )  # fmt: skip
    answer = make_response(page, status)
    answer.headers.update(PRIVATE)
    return answer


def _form(action: str) -> Any:
    return OwnReportForm(prefix=action, formdata=None, data={"key": secrets.token_urlsafe(12)})
