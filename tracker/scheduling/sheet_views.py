"""Resources as a spreadsheet: export all, look what a file would change, and let it."""

from collections import Counter

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..errors import Invalid
from ..extensions import db
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .bookings.importing_resources import LineResult, Outcome, center_ids, mark_of_results, take_sheet
from .queries import find_resources
from .resource_forms import SheetForm, UploadForm
from .resources.keeping import entry_of
from .resources.models import CityResource
from .resources.sheet_entries import COLUMNS, IGNORED, write_cells
from .resources.sheet_lines import MOST_BYTES, Sheet, decode_sheet, read_sheet
from .spreadsheet import csv_answer


@blueprint.get("/resources.csv")
@requires(Permission.SEE_SCHEDULE)
def resources_csv() -> ResponseReturnValue:
    """Every resource in service with its shifts, skills, members and cost, as the import reads it back."""
    centers = {number: code for code, number in center_ids().items()}
    resources: list[CityResource] = list(db.session.scalars(find_resources()))
    lines = (write_cells(entry_of(one), [part.member.code for part in one.members], centers) for one in resources)
    return csv_answer("resources.csv", COLUMNS, lines)


@blueprint.route("/resources/import", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def import_resources() -> ResponseReturnValue:
    """Choose a file, and see what it would change. Nothing is written."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _upload_page(form), 400 if form.errors else 200
    try:
        text = decode_sheet(form.file.data.stream.read(MOST_BYTES + 1))
        sheet = _read(text)
    except Invalid as refusal:
        form.file.errors = [str(refusal)]
        return _upload_page(form), 400
    return _preview_page(sheet, text)


@blueprint.post("/resources/import/apply")
@requires(Permission.SCHEDULE)
def apply_import() -> ResponseReturnValue:
    """Let a previewed file change what it said, unless it would change something else by now."""
    form, sheet = _carried()
    if sheet is None:
        return _upload_page(UploadForm(formdata=None), "Choose the file again."), 400
    results = take_sheet(sheet, current_staff())
    if mark_of_results(results) != form.seen.data:
        db.session.rollback()
        return _preview_page(sheet, form.text.data, changed_meanwhile=True), 409
    db.session.commit()
    counts = Counter(one.outcome for one in results)
    said = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome)
    flash(f"The file was taken: {said}.", "success")
    return redirect(url_for("scheduling.list_resources"))


@blueprint.post("/resources/import/refused.csv")
@requires(Permission.SCHEDULE)
def refused_csv() -> ResponseReturnValue:
    """The lines of a previewed file that are refused, each with its number and reason, to be mended and sent again."""
    _, sheet = _carried()
    if sheet is None:
        return _upload_page(UploadForm(formdata=None), "Choose the file again."), 400
    refused = [one for one in _look(sheet) if one.outcome is Outcome.REFUSED]
    lines = [[one.line.line, one.words, *(one.line.cells.get(name, "") for name in sheet.columns)] for one in refused]
    return csv_answer("refused-resources.csv", [*IGNORED, *sheet.columns], lines)


def _read(text: str) -> Sheet:
    return read_sheet(text, COLUMNS, IGNORED)


def _carried() -> tuple[SheetForm, Sheet | None]:
    """The file that the preview carries along; None when it cannot be read any more."""
    form = SheetForm()
    try:
        if form.validate_on_submit():
            return form, _read(form.text.data or "")
    except Invalid:
        pass
    return form, None


def _look(sheet: Sheet) -> list[LineResult]:
    """What the file would do: it does so, and all of it is taken back."""
    actor = current_staff()
    try:
        return take_sheet(sheet, actor)
    finally:
        db.session.rollback()


def _upload_page(form: UploadForm, problem: str = "") -> str:
    if problem:
        form.file.errors = [problem]
    return render_template("scheduling/resources/import.html", form=form, columns=COLUMNS)


def _preview_page(sheet: Sheet, text: str, *, changed_meanwhile: bool = False) -> str:
    results = _look(sheet)
    form = SheetForm(formdata=None, text=text, seen=mark_of_results(results))
    return render_template(
        "scheduling/resources/preview.html",
        form=form,
        results=results,
        counts=Counter(one.outcome.value for one in results),
        changed_meanwhile=changed_meanwhile,
    )
