"""The people who call: looked up, corrected, called back, and two rows of one person merged and parted again."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.callers import (
    add_caller_note,
    change_caller,
    get_caller,
    normalize_phone,
    standing_caller,
    waiting_for_call_back,
    wish_call_back,
)
from ..calls.finding import newest_calls_of
from ..calls.merging import merge_callers, merges_into, undo_merge
from ..calls.models import Caller
from ..calls.spoken import SPOKEN
from ..cases.touching import new_key
from ..errors import Conflict, Invalid
from ..extensions import db
from ..staff.audit import record_audit
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .call_listing import links_of
from .caller_page import cases_of, sharing_phone
from .forms import CallBackForm, CallerForm, CallerNoteForm, MergeCallerForm
from .searching import search

WAITING, CALLS = 50, 20
FORMS: dict[str, type[Any]] = {
    "change": CallerForm, "call-back": CallBackForm, "note": CallerNoteForm, "merge": MergeCallerForm,
}  # fmt: skip


@blueprint.get("/callers")
@requires(Permission.SEE_CALLERS)
def list_callers() -> ResponseReturnValue:
    """Look a caller up by phone or name, and see who wants to be called back."""
    typed, problem = request.args.get("q", "").strip()[:120], ""
    people: list[Caller] = []
    if sum(sign.isdecimal() for sign in typed) >= 5:
        try:
            normalize_phone(typed)
        except Invalid as error:
            problem = str(error)
    if typed and not problem:
        groups = search(typed, current_staff().role, kind="people").groups
        people = list(groups[0].rows) if groups else []
    waiting = waiting_for_call_back(limit=WAITING)
    return render_template(
        "desk/callers.html", typed=typed, problem=problem, people=people, waiting=waiting, languages=SPOKEN
    )


@blueprint.get("/callers/<int:caller_id>")
@requires(Permission.SEE_CALLERS, writes_on_get=True)
def show_caller(caller_id: int) -> ResponseReturnValue:
    """One caller. Reading about a person leaves a row in the audit trail."""
    caller = get_caller(caller_id)
    record_audit("read caller", f"caller {caller.id}", actor=current_staff())
    db.session.commit()
    return _render(caller)


def _newest_entry(caller: Caller) -> int:
    newest = history_of("caller", caller.id, limit=1)
    return newest[0].id if newest else 0


def _make_form(action: str, caller: Caller) -> Any:
    """A form as it was sent, or as the caller stands."""
    is_sent = any(name.startswith(f"{action}-") for name in request.form)
    form = FORMS[action](prefix=action) if is_sent else FORMS[action](prefix=action, formdata=None)
    if action == "change":
        form.language.choices = [*SPOKEN.items()]
        if caller.language not in SPOKEN:
            form.language.choices.append((caller.language, caller.language))
    if is_sent:
        return form
    if action == "change":
        form.seen.data = _newest_entry(caller)
        form.name.data, form.phone.data, form.email.data = caller.name, caller.phone, caller.email
        form.language.data = caller.language
    elif action == "call-back":
        form.wish.data = caller.wants_call_back
    elif action == "note":
        form.key.data = new_key()
    return form


def _render(caller: Caller, failed: Any = None) -> str:
    forms = {action: _make_form(action, caller) for action in FORMS}
    if failed is not None:
        forms[failed._prefix.rstrip("-")] = failed
        if "seen" in failed:
            failed.seen.data = _newest_entry(caller)
            failed.seen.raw_data = None
    calls = newest_calls_of([caller], limit=CALLS)
    return render_template(
        "desk/caller.html",
        caller=caller,
        stands=standing_caller(caller),
        calls=calls,
        links=links_of([call.id for call in calls]),
        cases=cases_of(caller),
        same_phone=sharing_phone(caller),
        merges=merges_into(caller),
        history=history_of("caller", caller.id, limit=50),
        forms=forms,
        failed=failed,
        languages=SPOKEN,
    )


def _change(
    caller_id: int, action: str, change: Callable[[Caller, Any], object], done: str, *, follow: bool = False
) -> ResponseReturnValue:
    """Apply a change, or show the page as it stands now with what was typed and why it was refused."""
    caller = get_caller(caller_id, lock=not follow)
    form = _make_form(action, caller)

    def apply() -> tuple[str, str]:
        if action == "change" and form.seen.data != _newest_entry(caller):
            raise Conflict("Somebody changed this caller meanwhile. Look at what stands now, then do it again.")
        change(caller, form)
        address = url_for("desk.show_caller", caller_id=standing_caller(caller).id)
        db.session.commit()
        return done, address

    return do_or_say_why(form, apply, lambda _: _render(get_caller(caller_id), form))


@blueprint.post("/callers/<int:caller_id>/change")
@requires(Permission.SEE_CALLERS)
def correct_caller(caller_id: int) -> ResponseReturnValue:
    """Correct who somebody is."""

    def correct(caller: Caller, form: Any) -> None:
        change_caller(
            caller, name=form.name.data or "", phone=form.phone.data or "", email=form.email.data or "",
            language=form.language.data or caller.language, actor=current_staff(),
        )  # fmt: skip

    return _change(caller_id, "change", correct, "Corrected.")


@blueprint.post("/callers/<int:caller_id>/call-back")
@requires(Permission.SEE_CALLERS)
def call_back(caller_id: int) -> ResponseReturnValue:
    """Note a wish to be called back, or that it is done with."""
    return _change(
        caller_id, "call-back",
        lambda caller, form: wish_call_back(caller, form.wish.data or "", actor=current_staff()), "Noted.",
    )  # fmt: skip


@blueprint.post("/callers/<int:caller_id>/note")
@requires(Permission.SEE_CALLERS)
def note_caller(caller_id: int) -> ResponseReturnValue:
    """Write a note; sent twice it is written once."""
    return _change(
        caller_id, "note",
        lambda caller, form: add_caller_note(caller, form.text.data, actor=current_staff(), key=form.key.data or ""),
        "Your note is in the history.",
    )  # fmt: skip


@blueprint.post("/callers/<int:caller_id>/merge")
@requires(Permission.SEE_CALLERS)
def merge_caller(caller_id: int) -> ResponseReturnValue:
    """The other caller is this same person: her calls move here."""
    return _change(
        caller_id, "merge",
        lambda caller, form: merge_callers(form.other.data, caller.id, actor=current_staff()),
        "The two are one caller now. You can undo this here.", follow=True,
    )  # fmt: skip


@blueprint.post("/callers/merges/<int:merge_id>/undo")
@requires(Permission.SEE_CALLERS)
def part_callers(merge_id: int) -> ResponseReturnValue:
    """They are two people after all: exactly the calls that moved go back."""
    merge = undo_merge(merge_id, actor=current_staff())
    address = url_for("desk.show_caller", caller_id=merge.from_id)
    db.session.commit()
    return redirect(address)
