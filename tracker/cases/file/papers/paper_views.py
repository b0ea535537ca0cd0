"""Documents and photos of a case: add some, look at one, take one out."""

import re
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ....errors import Invalid, NotFound
from ....extensions import db
from ....formatters import plural
from ....staff.changing import do_or_say_why
from ....staff.current import current_staff
from ....staff.permissions import Permission, requires
from ...blueprint import blueprint
from ...models import ProblemCase
from ...touching import find_case
from ..privacy import Privacy, may_see
from ..standing import works_cases
from .forms import PapersForm, RemoveForm
from .keeping import find_paper, keep_papers, paper_path, release_photo, remove_paper
from .models import CasePaper
from .sent import read_sent

_RELEASES = {"release": True, "withhold": False}
_HEADERS = {
    "Cache-Control": "private, no-store",  # it may show a home, a plate or a face
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


@blueprint.route("/cases/<public_id>/papers/new", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def add_papers(public_id: str) -> ResponseReturnValue:
    """Add photos and documents: all that were sent, or none and why."""
    form = PapersForm()

    def add() -> tuple[str, str]:
        files = [file for file in form.files.data or [] if file.filename]
        if not files:
            raise Invalid("Choose at least one file first.")
        db.session.rollback()  # unfolding takes a while, and on SQLite nobody else could write meanwhile
        sent = read_sent(files)
        case = find_case(public_id, lock=True)
        new = keep_papers(
            case, sent, actor=current_staff(), caption=form.caption.data, privacy=Privacy(form.privacy.data)
        )
        db.session.commit()
        done = f"{plural(len(new), 'paper')} added." if new else "The file holds these already; nothing was kept twice."
        return done, _file_page(case)

    if request.method == "GET":
        return _form_page(find_case(public_id), form)
    return do_or_say_why(form, add, lambda _: _form_page(find_case(public_id), form))


@blueprint.get("/cases/<public_id>/photos/<paper_id>")
@requires(Permission.SEE_CASES)
def show_case_photo(public_id: str, paper_id: str) -> ResponseReturnValue:
    """The picture itself."""
    paper = _standing_paper(find_case(public_id), paper_id)
    if not paper.is_photo:
        raise NotFound("This is a document, not a photo. Save it from the case's file.")
    return _send(paper, "image/jpeg", f'inline; filename="{paper.id}.jpg"')


@blueprint.get("/cases/<public_id>/documents/<paper_id>")
@requires(Permission.SEE_CASES)
def save_document(public_id: str, paper_id: str) -> ResponseReturnValue:
    """A document for saving. No browser shows it under our name: a PDF may hold scripts."""
    paper = _standing_paper(find_case(public_id), paper_id)
    if paper.is_photo or not may_see(paper.privacy, works_cases=works_cases()):
        raise NotFound("The case has no such document, or it is kept for those who work the case.")
    name = re.sub(r"[^A-Za-z0-9]+", "-", paper.caption).strip("-")[:60] or "document"
    return _send(paper, "application/pdf", f'attachment; filename="{name}.pdf"')


@blueprint.route("/cases/<public_id>/papers/<paper_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def change_paper(public_id: str, paper_id: str) -> ResponseReturnValue:
    """Take a paper out of the file, with a reason; the page says what becomes of it."""
    case = find_case(public_id, lock=request.method == "POST")
    paper, form = find_paper(case, paper_id), RemoveForm()

    def remove() -> tuple[str, str]:
        remove_paper(paper, reason=form.reason.data, actor=current_staff())
        db.session.commit()
        return "Taken out of the file.", _file_page(case)

    def show(_: int = 200) -> str:
        return render_template("cases/file/paper.html", case=case, paper=paper, form=form)

    return show() if request.method == "GET" else do_or_say_why(form, remove, show)


@blueprint.post("/cases/<public_id>/papers/<paper_id>/<what>")
@requires(Permission.WORK_CASES)
def release_case_photo(public_id: str, paper_id: str, what: str) -> ResponseReturnValue:
    """Say that residents may see a photo, or that they may not."""
    case = find_case(public_id, lock=True)
    if what not in _RELEASES:
        raise NotFound("A photo is released, or withheld again.")
    release_photo(find_paper(case, paper_id), is_released=_RELEASES[what], actor=current_staff())
    db.session.commit()
    return redirect(url_for("cases.change_paper", public_id=case.public_id, paper_id=paper_id))


def _standing_paper(case: ProblemCase, paper_id: str) -> CasePaper:
    paper = find_paper(case, paper_id)
    if paper.removed_at is not None:
        if not works_cases() and not paper.is_photo:
            raise NotFound("The case has no such document, or it is kept for those who work the case.")
        reason = f": {paper.removed_reason}" if works_cases() else "."
        raise NotFound(f"It was taken out of the file{reason}")
    return paper


def _send(paper: CasePaper, kind: str, disposition: str) -> ResponseReturnValue:
    path = paper_path(paper)
    if not path.is_file():
        raise NotFound("Its file is gone. Tell whoever runs this program: a backup may hold it.")
    answer: Response = send_file(path, mimetype=kind, etag=False, conditional=False)
    answer.headers.update({**_HEADERS, "Content-Disposition": disposition})
    return answer


def _file_page(case: ProblemCase) -> str:
    return url_for("cases.show_file", public_id=case.public_id)


def _form_page(case: ProblemCase, form: Any) -> str:
    return render_template("cases/file/papers_form.html", case=case, form=form)
