"""Keep papers: the row in the database, the file in the instance folder, and neither without the other."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ....calls.photos.whole_files import LostFiles, find_lost, place_of, write_whole
from ....clock import utc_now
from ....config import Settings
from ....errors import Conflict, Invalid, NotFound
from ....extensions import db
from ....formatters import plural
from ....identifiers import new_identifier
from ....staff.models import User
from ...models import ProblemCase
from ...touching import touch_case
from ..privacy import Privacy
from ..standing import require_own_file
from ..visits.models import CaseVisit
from .models import CasePaper, PaperKind
from .reading import SentPaper

MOST_PAPERS = 200
SUFFIXES = {PaperKind.PHOTO: "jpg", PaperKind.DOCUMENT: "pdf"}


def paper_path(paper: CasePaper) -> Path:
    """Where the file lies."""
    return place_of(_folder(), f"{paper.id}.{SUFFIXES[paper.kind]}")


def keep_papers(
    case: ProblemCase,
    sent: Sequence[SentPaper],
    *,
    actor: User,
    caption: str = "",
    privacy: Privacy = Privacy.WORKERS,
    visit: CaseVisit | None = None,
) -> list[CasePaper]:
    """Keep papers in a case's file; one that is there already is not kept twice. Returns the new ones; flushes.

    The case must be held. The files are on the disk before the rows can be committed. Raises `Conflict` when there
    would be more than 200, or the case was merged.
    """
    require_own_file(case)
    known = _kept_digests(case)
    new = {digest: one for one in sent if (digest := hashlib.sha256(one.data).hexdigest()) not in known}
    if len(known) + len(new) > MOST_PAPERS:
        raise Conflict(f"The file would hold more than {MOST_PAPERS} papers. Remove some that nobody needs.")
    rows = []
    for sha256, one in new.items():
        row = CasePaper(
            id=new_identifier(), case_id=case.id, visit_id=visit.id if visit else None, kind=one.kind,
            caption=caption.strip(), privacy=privacy, width=one.width, height=one.height, bytes=len(one.data),
            sha256=sha256, added_by_id=actor.id,
        )  # fmt: skip
        write_whole(paper_path(row), one.data)
        rows.append(row)
    if rows:
        db.session.add_all(rows)
        touch_case(case, actor, "papers_added", _words(rows))
    return rows


def remove_paper(paper: CasePaper, *, reason: str, actor: User) -> None:
    """Take a paper out of the file, with a reason. The row stays, and its file on the disk."""
    _require_kept(paper)
    if not reason.strip():
        raise Invalid("Say why it is taken out; the reason stays in the file.")
    paper.removed_at, paper.removed_by_id, paper.removed_reason = utc_now(), actor.id, reason.strip()
    paper.is_released = False
    touch_case(paper.case, actor, "paper_removed", f"A {paper.kind.value} was taken out of the file.")


def release_photo(paper: CasePaper, *, is_released: bool, actor: User) -> None:
    """Say that residents may see a photo, or that they may not; the same again changes nothing."""
    _require_kept(paper)
    if not paper.is_photo:
        raise Invalid("Only photos are released. A document stays with the people of the city.")
    if paper.is_released is not is_released:
        paper.is_released = is_released
        words = "A photo was released for residents." if is_released else "A photo is for staff only again."
        touch_case(paper.case, actor, "photo_released", words)


def find_paper(case: ProblemCase, paper_id: str) -> CasePaper:
    """A paper of this case; raises `NotFound`."""
    paper = db.session.get(CasePaper, paper_id[:40])
    if paper is None or paper.case_id != case.id:
        raise NotFound("The case has no such paper. Look at its file as it stands now.")
    return paper


def papers_of(case_id: int) -> Sequence[CasePaper]:
    """The papers of a case, the newest first, the removed ones included."""
    query = select(CasePaper).options(joinedload(CasePaper.added_by)).where(CasePaper.case_id == case_id)
    return db.session.scalars(query.order_by(CasePaper.added_at.desc(), CasePaper.id).limit(2 * MOST_PAPERS)).all()


def lost_papers() -> LostFiles:
    """What the database and the folder of papers do not agree on."""
    rows = db.session.execute(select(CasePaper.id, CasePaper.kind).execution_options(yield_per=10_000))
    return find_lost(_folder(), {f"{number}.{SUFFIXES[kind]}" for number, kind in rows})


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.instance / "papers"


def _require_kept(paper: CasePaper) -> None:
    if paper.removed_at is not None:
        raise Conflict("It was taken out of the file already.")


def _kept_digests(case: ProblemCase) -> set[str]:
    kept = select(CasePaper.sha256).where(CasePaper.case_id == case.id, CasePaper.removed_at.is_(None))
    return set(db.session.scalars(kept))


def _words(rows: Sequence[CasePaper]) -> str:
    photos = sum(row.is_photo for row in rows)
    counted = [plural(count, noun) for count, noun in ((photos, "photo"), (len(rows) - photos, "document")) if count]
    return f"{' and '.join(counted)} added to the file."
