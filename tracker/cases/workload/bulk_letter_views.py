"""The same letter for many cases: choose it, read one of them and who gets none, keep all, print all."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..file.letters.models import LetterChannel
from ..file.letters.templates import find_template, list_templates
from ..file.people.models import ParticipantRole
from ..file.privacy import Privacy
from ..touching import new_key
from .bulk import as_they_stand, do_for_each, find_bulk_work, find_selected
from .bulk_letters import MARKS, LetterWish, keep_letter_ids, letters_to_print, look_ahead, mark_each, write_each
from .bulk_views import say_counts
from .forms import BulkForm, BulkLetterForm
from .models import BulkWork
from .selection import MOST, read_selection


@blueprint.get("/cases/bulk/letters")
@requires(Permission.WORK_CASES)
def write_letters() -> ResponseReturnValue:
    """Choose template, recipients by their role, and how the letters go out."""
    return _page(_form())


@blueprint.post("/cases/bulk/letters/preview")
@requires(Permission.WORK_CASES, reads_on_post=True)
def preview_letters() -> ResponseReturnValue:
    """Who would get one, who not and why, and the first of them to read. A POST, as no address should carry a name."""
    form = _form()
    if not form.validate():
        return _page(form), 400
    try:
        return _page(form, _wish(form))
    except (Invalid, Conflict, NotFound) as why:
        form.form_errors.append(str(why))
        return _page(form), 400


@blueprint.post("/cases/bulk/letters")
@requires(Permission.WORK_CASES)
def keep_letters() -> ResponseReturnValue:
    """Keep a letter for each case that can have one; sent twice, once."""
    form = _form()

    def keep() -> tuple[str, str]:
        wish, kept = _wish(form), dict[int, list[int]]()
        selection = read_selection(request.form.getlist("case"))
        change = write_each(wish, current_staff(), kept)
        work = do_for_each(selection, change, title=f"Letter: {wish.template.name}", actor=current_staff(),
                           key=form.key.data or "")  # fmt: skip
        keep_letter_ids(work, kept)
        words, address = say_counts(work), url_for("cases.bulk_report", work_id=work.id)
        db.session.commit()
        return words, address

    return do_or_say_why(form, keep, lambda _: _page(form))


@blueprint.get("/cases/bulk/<int:work_id>/letters")
@requires(Permission.WORK_CASES)
def print_letters(work_id: int) -> ResponseReturnValue:
    """Every letter of a bulk work that goes on paper, each on a page of its own."""
    work = find_bulk_work(work_id, current_staff())
    return _print_page(work)


@blueprint.post("/cases/bulk/<int:work_id>/letters/<done>")
@requires(Permission.WORK_CASES)
def mark_letters(work_id: int, done: str) -> ResponseReturnValue:
    """Say that all of them were printed, or posted; said twice, it is noted once."""
    work, form = find_bulk_work(work_id, current_staff()), BulkForm()
    if done not in MARKS:
        raise NotFound("Letters are printed or posted, nothing else.")

    def mark() -> tuple[str, str]:
        selection = as_they_stand(row["id"] for row in work.report if row.get("letters"))
        change = mark_each(work, done, current_staff())
        noted = do_for_each(selection, change, title=f"{work.title}: {done}", actor=current_staff(),
                            key=form.key.data or new_key())  # fmt: skip
        words, address = f"Noted as {done}: {say_counts(noted)}", url_for("cases.print_letters", work_id=work.id)
        db.session.commit()
        return words, address

    return do_or_say_why(form, mark, lambda _: _print_page(find_bulk_work(work_id, current_staff())))


def _form() -> Any:
    form = BulkLetterForm()
    form.template.choices = [(one.code, one.name) for one in list_templates(retired=False)]
    return form


def _wish(form: Any) -> LetterWish:
    return LetterWish(
        find_template(form.template.data), ParticipantRole(form.role.data), LetterChannel(form.channel.data),
        form.due_on.data, Privacy(form.privacy.data),
    )  # fmt: skip


def _page(form: Any, wish: LetterWish | None = None) -> str:
    selection = read_selection(request.values.getlist("case"))
    if len(selection) > MOST:
        raise Invalid(f"At most {MOST} cases are worked on at once. Take fewer, and do the rest afterwards.")
    selected = find_selected(selection)
    outlooks, sample = look_ahead(selected, wish) if wish else ([], None)
    return render_template(
        "cases/bulk_letters.html", form=form, selected=selected, sent=[str(one) for one in selection], wish=wish,
        outlooks=outlooks, sample=sample,
    )  # fmt: skip


def _print_page(work: BulkWork) -> str:
    return render_template("cases/bulk_print.html", work=work, letters=letters_to_print(work))
