"""What the staff write for residents about a case: it stands in the public timeline as it was written."""

from collections.abc import Collection

from sqlalchemy import bindparam, select

from ..batches import in_chunks
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..staff.models import LogEntry, User
from .models import CaseStatus, ProblemCase
from .touching import touch_case

TOLD, UNTOLD = "told", "untold"
"""Verbs of a word to residents, and of taking one back."""
MOST_LETTERS = 600


def tell_public(case: ProblemCase, text: str, *, actor: User, seen_version: int | None = None, key: str = "") -> None:
    """Write a word for residents. Raises `Invalid` for an empty or too long one, `Conflict` for a case that is over."""
    text = " ".join(text.split())
    if not text:
        raise Invalid("Write what residents shall read.")
    if len(text) > MOST_LETTERS:
        raise Invalid(f"Say it in at most {MOST_LETTERS} letters.")
    if case.status in (CaseStatus.DISMISSED, CaseStatus.MERGED):
        raise Conflict("Residents do not see this case: it was dismissed or merged.")
    touch_case(case, actor, TOLD, text, seen_version=seen_version, is_public=True, key=key)


def take_back_word(case: ProblemCase, entry_id: int, *, actor: User) -> None:
    """Residents no longer read this word; the history keeps it. Twice is once."""
    entry = db.session.get(LogEntry, entry_id)
    if entry is None or (entry.subject_kind, entry.subject_id, entry.verb) != ("case", case.id, TOLD):
        raise NotFound("There is no such word to residents.")
    if entry_id in words_taken_back([case.id]):
        return
    touch_case(case, actor, UNTOLD, f"Residents no longer read: {entry.text}", data={"entry_id": entry_id})


_TAKEN_BACK = select(LogEntry.data).where(
    LogEntry.subject_kind == "case", LogEntry.subject_id.in_(bindparam("cases", expanding=True)),
    LogEntry.verb == UNTOLD,
)  # fmt: skip


def words_taken_back(case_ids: Collection[int]) -> set[int]:
    """The log entries of these cases that residents no longer read."""
    gone: set[int] = set()
    db.session.flush()
    for some in in_chunks(case_ids):
        told = db.session.connection().execute(_TAKEN_BACK, {"cases": some}).scalars()
        gone |= {int(data["entry_id"]) for data in told if data}
    return gone
