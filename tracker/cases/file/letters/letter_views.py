"""Pages of the letters of a case: choose, read it as it will be sent, keep it, print it."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ....calls.filters import number_of
from ....clock import local_date
from ....errors import Conflict, Invalid, NotFound
from ....extensions import db
from ....places.city import city_zone, the_city
from ....staff.changing import do_or_say_why
from ....staff.current import current_staff
from ....staff.permissions import Permission, requires
from ...blueprint import blueprint
from ...models import ProblemCase
from ...response.models import CaseTask
from ...response.tasks import finish_with
from ...touching import find_case
from ..people.models import ROLE_LABELS, CaseParticipant
from ..people.participants import find_participant
from ..privacy import Privacy, may_see
from ..standing import works_cases
from .forms import LetterForm
from .models import CaseLetter, LetterChannel
from .templates import find_template, list_templates
from .wording import write_day
from .writing import (
    Recipient,
    Wording,
    find_letter,
    mark_posted,
    mark_printed,
    preview_letter,
    recipient_of,
    write_letter,
)

_MOST_PEOPLE = 200
_MARKS = {"printed": mark_printed, "posted": mark_posted}


@blueprint.app_template_global()
def letter_day(letter: CaseLetter) -> str:
    """The day of a letter in its own language, on the city's clock."""
    return write_day(local_date(letter.written_at, city_zone(the_city())), letter.language)


@blueprint.get("/cases/<public_id>/letters/new")
@requires(Permission.WORK_CASES)
def new_letter(public_id: str) -> ResponseReturnValue:
    """Choose template and recipient."""
    case = find_case(public_id)
    return _choose_page(case, _make_form(case))


@blueprint.post("/cases/<public_id>/letters/preview")
@requires(Permission.WORK_CASES, reads_on_post=True)
def preview(public_id: str) -> ResponseReturnValue:
    """The letter as it would be sent, to be read and mended. A POST, because no address should carry a name."""
    case = find_case(public_id)
    form = _make_form(case)
    if not form.validate():
        return _choose_page(case, form), 400
    try:
        said = preview_letter(case, find_template(form.template.data), _recipient(case, form), due_on=form.due_on.data)
    except (Invalid, Conflict, NotFound) as error:
        form.form_errors.append(str(error))
        return _choose_page(case, form), 400
    if "subject" not in request.form:
        form.finish.data = True  # asked on the page that comes now
    form.subject.data, form.body.data = said.subject, said.body
    return _preview_page(case, form)


@blueprint.post("/cases/<public_id>/letters/new")
@requires(Permission.WORK_CASES)
def keep_letter(public_id: str) -> ResponseReturnValue:
    """Keep the letter as it was read; sent twice, once."""
    case = find_case(public_id, lock=True)
    form = _make_form(case)

    def keep() -> tuple[str, str]:
        letter = write_letter(
            case, find_template(form.template.data), _recipient(case, form), actor=current_staff(),
            key=form.key.data or "", channel=LetterChannel(form.channel.data), due_on=form.due_on.data,
            wording=Wording(form.subject.data or "", form.body.data or ""), privacy=Privacy(form.privacy.data),
        )  # fmt: skip
        address, done = url_for("cases.show_file", public_id=case.public_id), "The letter is kept in the file."
        if letter is not None:
            if form.finish.data and finish_with(
                case, number_of(form.task.data), result="The letter is in the file.", actor=current_staff()
            ):
                done = "The letter is kept in the file, and its task is done."
            address = url_for("cases.show_letter", public_id=case.public_id, letter_id=letter.id)
        db.session.commit()
        return done, address

    return do_or_say_why(form, keep, lambda _: _preview_page(case, form))


@blueprint.get("/cases/<public_id>/letters/<int:letter_id>")
@requires(Permission.SEE_CASES)
def show_letter(public_id: str, letter_id: int) -> ResponseReturnValue:
    """The letter on the city's letterhead, as it is printed."""
    case = find_case(public_id)
    letter = _readable(case, letter_id)
    return render_template("cases/file/letter.html", case=case, letter=letter)


@blueprint.post("/cases/<public_id>/letters/<int:letter_id>/<done>")
@requires(Permission.WORK_CASES)
def mark_letter(public_id: str, letter_id: int, done: str) -> ResponseReturnValue:
    """Say that it was printed, or posted."""
    case = find_case(public_id, lock=True)
    letter = find_letter(case, letter_id)
    if done not in _MARKS:
        raise NotFound("A letter is printed or posted, nothing else.")
    _MARKS[done](letter, actor=current_staff())
    db.session.commit()
    return redirect(url_for("cases.show_letter", public_id=case.public_id, letter_id=letter_id))


def _readable(case: ProblemCase, letter_id: int) -> CaseLetter:
    """The letter, if the one who asks may know its recipient."""
    letter = find_letter(case, letter_id)
    if not may_see(letter.level, works_cases=works_cases()):
        raise NotFound("The case has no such letter, or it is kept for those who work the case.")
    return letter


def _make_form(case: ProblemCase) -> Any:
    people = db.session.scalars(
        select(CaseParticipant)
        .where(CaseParticipant.case_id == case.id, CaseParticipant.left_at.is_(None))
        .order_by(CaseParticipant.id)
        .limit(_MOST_PEOPLE)
    )
    form = LetterForm()
    form.template.choices = [(one.code, one.name) for one in list_templates(retired=False)]
    named = [(one.id, f"{one.called} ({ROLE_LABELS[one.role].lower()})") for one in people]
    form.participant.choices = [*named, (0, "Somebody else, named below")]
    if request.method == "GET":
        form.participant.data = request.args.get("to", form.participant.choices[0][0], type=int)
        form.template.data = request.args.get("template")
        form.task.data = request.args.get("task", "", str)[:12]
    return form


def _recipient(case: ProblemCase, form: Any) -> Recipient:
    """Whom the form names. Of somebody on the case the entry says how to reach the person, and the language."""
    if form.participant.data:
        return recipient_of(find_participant(case, form.participant.data))
    return Recipient(
        form.recipient_name.data or "", form.recipient_address.data or "", form.recipient_email.data or "",
        form.language.data,
    )  # fmt: skip


def _choose_page(case: ProblemCase, form: Any) -> str:
    return render_template("cases/file/letter_form.html", case=case, form=form, task=_task(case, form))


def _task(case: ProblemCase, form: Any) -> CaseTask | None:
    """The open task that the letter is for."""
    number = number_of(form.task.data)
    task = db.session.get(CaseTask, number) if number else None
    return task if task is not None and task.case_id == case.id and task.is_open else None


def _preview_page(case: ProblemCase, form: Any) -> str:
    recipient = _recipient(case, form) if form.participant.validate(form) else None
    template = find_template(form.template.data) if form.template.validate(form) else None
    return render_template(
        "cases/file/letter_preview.html", case=case, form=form, recipient=recipient, template=template,
        channel=form.channel.data, task=_task(case, form),
    )  # fmt: skip
