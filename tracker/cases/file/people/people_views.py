"""Pages of the people of a case."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ....calls.filters import number_of
from ....extensions import db
from ....staff.changing import do_or_say_why, show_what_stands
from ....staff.current import current_staff
from ....staff.permissions import Permission, requires
from ...blueprint import blueprint
from ...models import ProblemCase
from ...touching import case_with_key, find_case
from ..privacy import Privacy
from ..standing import works_cases
from .forms import ParticipantForm, TakeOffForm
from .models import CaseParticipant, ParticipantRole
from .participants import (
    ParticipantEntry,
    add_participant,
    change_participant,
    find_participant,
    take_off_participant,
)
from .story import People, people_of

_TEXTS = ("name", "organization", "address", "phone", "email", "language", "note")


@blueprint.app_template_global()
def people_of_case(case_id: int) -> People:
    """The people of a case as far as the one who looks may know them."""
    return people_of(case_id, works_cases=works_cases())


@blueprint.get("/cases/<public_id>/people")
@requires(Permission.SEE_CASES)
def list_participants(public_id: str) -> ResponseReturnValue:
    """Who has to do with the case."""
    return render_template("cases/file/people.html", case=find_case(public_id))


@blueprint.route("/cases/<public_id>/people/new", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def add_person(public_id: str) -> ResponseReturnValue:
    """Add somebody; sent twice, once."""
    case = find_case(public_id, lock=request.method == "POST")
    form = ParticipantForm()

    def add() -> tuple[str, str]:
        if case_with_key(current_staff(), form.key.data) is None:
            add_participant(case, _entry(form), actor=current_staff(), key=form.key.data or "")
        db.session.commit()
        return "Added to the people of the case.", _people_page(case)

    if request.method == "GET":
        return _form_page(case, form)
    return do_or_say_why(form, add, lambda _: _form_page(case, form))


@blueprint.route("/cases/<public_id>/people/<int:participant_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def change_person(public_id: str, participant_id: int) -> ResponseReturnValue:
    """Change what is known of somebody, unless somebody else just did."""
    case = find_case(public_id, lock=request.method == "POST")
    row = find_participant(case, participant_id)
    form = ParticipantForm(data=_standing(row))

    def change() -> tuple[str, str]:
        seen = number_of(form.seen.data) or 0
        is_new = change_participant(row, _entry(form), actor=current_staff(), seen_version=seen)
        db.session.commit()
        return "Changed." if is_new else "Nothing was different.", _people_page(case)

    def show(status: int) -> str:
        if status == 409:
            show_what_stands(form, _standing(row))
        return _form_page(case, form, row)

    return show(200) if request.method == "GET" else do_or_say_why(form, change, show)


@blueprint.post("/cases/<public_id>/people/<int:participant_id>/take-off")
@requires(Permission.WORK_CASES)
def take_off_person(public_id: str, participant_id: int) -> ResponseReturnValue:
    """Take somebody off the case, with a reason."""
    case = find_case(public_id, lock=True)
    row, form = find_participant(case, participant_id), TakeOffForm(prefix="off")

    def take_off() -> tuple[str, str]:
        take_off_participant(row, reason=form.reason.data, actor=current_staff())
        db.session.commit()
        return "Taken off the people of the case.", _people_page(case)

    return do_or_say_why(form, take_off, lambda _: _form_page(case, ParticipantForm(formdata=None, data=_standing(row)),
                                                              row, form))  # fmt: skip


def _form_page(
    case: ProblemCase, form: Any, row: CaseParticipant | None = None, taking_off: TakeOffForm | None = None
) -> str:
    off = taking_off or TakeOffForm(formdata=None, prefix="off")
    return render_template("cases/file/person_form.html", case=case, form=form, row=row, off=off)


def _people_page(case: ProblemCase) -> str:
    return url_for("cases.list_participants", public_id=case.public_id)


def _entry(form: Any) -> ParticipantEntry:
    texts = {name: form[name].data or "" for name in _TEXTS}
    return ParticipantEntry(role=ParticipantRole(form.role.data), privacy=Privacy(form.privacy.data), **texts)


def _standing(row: CaseParticipant) -> dict[str, object]:
    """What the form shows of somebody before it is changed."""
    texts = {name: getattr(row, name) for name in _TEXTS}
    return {**texts, "role": row.role.value, "privacy": row.privacy.value, "seen": str(row.version)}
