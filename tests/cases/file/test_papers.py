"""Documents and photos: only what is really one, kept whole, handed out so that nothing in it can run."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.calls.pictures import SECRET, draw, photo, telling_photo
from tracker.cases.file.papers import keeping
from tracker.cases.file.papers.keeping import (
    find_paper,
    keep_papers,
    lost_papers,
    paper_path,
    papers_of,
    release_photo,
    remove_paper,
)
from tracker.cases.file.papers.models import CasePaper, PaperKind
from tracker.cases.file.papers.reading import SentPaper, read_paper
from tracker.cases.file.privacy import Privacy
from tracker.cases.models import ProblemCase
from tracker.errors import Conflict, Invalid, NotFound
from tracker.extensions import db
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
PDF = b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript >> >>\n%%EOF\n"


def files(app: Flask) -> list[Path]:
    return [path for path in (app.config["SETTINGS"].instance / "papers").rglob("*") if path.is_file()]


def sent(*datas: bytes, **fields: str) -> dict[str, object]:
    """The form with files, as a browser sends it."""
    chosen = [(io.BytesIO(data), f"file-{number}") for number, data in enumerate(datas)]
    return {"files": chosen, "caption": "Back yard", "privacy": "workers", **fields}


def page(case: ProblemCase, rest: str) -> str:
    return f"/staff/cases/{case.public_id}/{rest}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "neither a photo nor a PDF"),
        (b"\n%PDF-1.7\n%%EOF", "neither a photo nor a PDF"),
        (b"%PDF-9.9\n%%EOF", "is none"),
        (b"%PDF-1.7\n" + b"x" * 5000, "damaged or was not sent whole"),
        (PDF + b" " * (10 * 1024 * 1024) + b"%%EOF", "at most 10 MB"),
        (b"PK\x03\x04 a word document", "zip file"),
        (b"\xff\xd8\xff half a photo", "damaged"),
    ],
)
def test_what_is_neither_photo_nor_pdf_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_paper(data)


def test_photos_are_made_anew_and_pdfs_kept_as_they_are() -> None:
    assert read_paper(PDF) == SentPaper(PaperKind.DOCUMENT, PDF)
    made = read_paper(telling_photo("PNG"))
    assert made.kind is PaperKind.PHOTO and SECRET not in made.data and (made.width, made.height) == (60, 40)


def test_papers_are_kept_once_with_their_files(app: Flask, case: ProblemCase, worker: User) -> None:
    both = [read_paper(PDF), read_paper(photo("PNG", draw()))]
    kept = keep_papers(case, [*both, both[0]], actor=worker, caption="Back yard")
    assert [paper_path(one).read_bytes() for one in kept] == [one.data for one in both]
    assert all(paper_path(one).stat().st_mode & 0o077 == 0 for one in kept), "others on the machine may read it"
    assert keep_papers(case, both, actor=worker) == [] and len(files(app)) == 2
    assert [entry.text for entry in history_of("case", case.id)] == ["1 photo and 1 document added to the file."]
    paper_path(kept[0]).unlink()
    stray = paper_path(kept[1]).with_suffix(".pdf")  # a photo's name, and no photo
    stray.write_bytes(PDF)
    assert lost_papers().files == [], "its transaction might still be under way"
    os.utime(stray, (0, 0))
    os.utime(paper_path(kept[1]), (0, 0))
    assert (lost_papers().rows, lost_papers().files) == ([kept[0].id], [stray])


def test_what_was_taken_out_stays_on_the_disk_and_may_come_again(case: ProblemCase, worker: User) -> None:
    [paper] = keep_papers(case, [read_paper(PDF)], actor=worker)
    with pytest.raises(Invalid):
        remove_paper(paper, reason=" ", actor=worker)
    remove_paper(paper, reason="Wrong case.", actor=worker)
    assert paper_path(paper).is_file()
    with pytest.raises(Conflict):
        remove_paper(paper, reason="Wrong case.", actor=worker)
    with pytest.raises(Conflict):
        release_photo(paper, is_released=True, actor=worker)
    assert len(keep_papers(case, [read_paper(PDF)], actor=worker)) == 1 and len(papers_of(case.id)) == 2


def test_a_file_holds_no_more_than_it_may(case: ProblemCase, worker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_PAPERS", 1)
    make.make_paper(case=case)
    with pytest.raises(Conflict, match="more than 1"):
        keep_papers(case, [read_paper(PDF)], actor=worker)


def test_only_photos_are_released(case: ProblemCase, worker: User) -> None:
    shot, paper = keep_papers(case, [read_paper(photo()), read_paper(PDF)], actor=worker)
    for _ in range(2):
        release_photo(shot, is_released=True, actor=worker)
    assert shot.is_released and [entry.verb for entry in history_of("case", case.id)].count("photo_released") == 1
    with pytest.raises(Invalid, match="Only photos"):
        release_photo(paper, is_released=True, actor=worker)
    with pytest.raises(NotFound):
        find_paper(make.make_case(), shot.id)


def test_a_document_is_saved_and_never_shown_and_photos_are_seen_by_all_staff(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    assert client.post(page(case, "papers/new"), data=sent(PDF, photo())).status_code == 302
    document, shot = sorted(db.session.scalars(select(CasePaper)), key=lambda one: one.is_photo)
    answer = client.get(page(case, f"documents/{document.id}"))
    assert answer.data == PDF and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Back-yard.pdf"'
    assert (
        answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get(page(case, f"photos/{document.id}")).status_code == 404
    assert client.get(page(case, f"documents/{shot.id}")).status_code == 404
    sign_in(Role.AIDE)
    assert client.get(page(case, f"photos/{shot.id}")).headers["Content-Type"] == "image/jpeg"
    assert client.get(page(case, f"documents/{document.id}")).status_code == 404
    document.privacy = Privacy.EVERYONE
    assert client.get(page(case, f"documents/{document.id}")).data == PDF


def test_why_a_private_document_was_taken_out_is_told_only_to_who_may_know_of_it(
    case: ProblemCase, worker: User, client: FlaskClient, sign_in: SignIn
) -> None:
    [paper] = keep_papers(case, [read_paper(PDF)], actor=worker)
    sign_in(Role.AIDE)
    kept = client.get(page(case, f"documents/{paper.id}")).text
    remove_paper(paper, reason="It names Zora Canary.", actor=worker)
    for path in ("documents", "photos"):
        gone = client.get(page(case, f"{path}/{paper.id}"))
        assert gone.status_code == 404 and "Zora" not in gone.text and "taken out" not in gone.text
    assert "The case has no such document" in kept
    sign_in(Role.CONTACT)
    assert "It names Zora Canary." in client.get(page(case, f"documents/{paper.id}")).text


def test_one_bad_file_and_nothing_is_kept(app: Flask, case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    for form, words in (
        (sent(PDF, b"MZ a program"), "file-1: This is neither"), (sent(), "Choose at least one file"),
        (sent(*[PDF] * 9), "at most 8"), (sent(PDF, caption=" "), "Say in a few words"),
    ):  # fmt: skip
        answer = client.post(page(case, "papers/new"), data=form)
        assert answer.status_code == 400 and words in answer.text
    assert files(app) == [] and db.session.scalars(select(CasePaper)).all() == []


def test_a_paper_is_taken_out_with_a_reason_and_opens_no_more(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    client.post(page(case, "papers/new"), data=sent(photo()))
    shot = db.session.scalars(select(CasePaper)).one()
    about = page(case, f"papers/{shot.id}")
    assert client.post(f"{about}/release").status_code == 302 and client.post(f"{about}/burn").status_code == 404
    assert "Released" in client.get(about).text
    assert client.post(about, data={"reason": ""}).status_code == 400
    assert client.post(about, data={"reason": "A face in it."}).status_code == 302
    gone = client.get(page(case, f"photos/{shot.id}"))
    assert gone.status_code == 404 and "A face in it." in gone.text
    text = client.get(page(case, "file")).text
    assert "1 taken out" in text and "stays on the disk" in text
    sign_in(Role.AIDE)
    gone = client.get(page(case, f"photos/{shot.id}"))
    assert gone.status_code == 404 and "A face" not in gone.text
    db.session.expire_all()
    assert not shot.is_released and paper_path(shot).is_file()
