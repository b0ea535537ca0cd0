"""Letters of cases go out by e-mail: each once, for its notice is named after it; what became of it stands on it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from ..cases.file.letters.mailing import mark_mailed, mark_not_mailed, unsent_letters
from ..cases.file.letters.models import CaseLetter
from ..cases.file.letters.writing import mailable_letter
from ..config import Settings
from ..errors import Conflict, NotFound
from ..extensions import db
from .mail import is_mail_on
from .notice_models import Notice, NoticeStatus
from .notices import write_notices

NO_SERVER = "No mail server is set up here."
AT_ONCE = 200
OVER = {
    NoticeStatus.FAILED: "The mail server refused it: {problem}",
    NoticeStatus.GIVEN_UP: "The mail server did not take it for about three days: {problem}",
}
"""How a notice ends without having been sent."""


def mail_letters(settings: Settings) -> None:
    """Write the notices of the letters that have none yet. Flushes.

    A letter that is written while no mail server is set is not kept for a day when there is one: it says that it was
    not mailed, and may be printed.
    """
    for portion in _on_their_way():
        new = [letter.id for letter, notice in portion if notice is None]
        if is_mail_on(settings):
            write_notices([row for number in new for row in _rows(number)])
        else:
            for number in new:
                mark_not_mailed(number, NO_SERVER)


def _rows(letter_id: int) -> list[dict[str, Any]]:
    """The notice of one letter, as it stands in the file; none where it goes by post."""
    try:
        letter = mailable_letter(letter_id)
    except (NotFound, Conflict):
        return []
    return [{"key": _key(letter_id), "address": letter.to_address, "subject": letter.subject, "text": letter.body}]


def note_letters() -> int:
    """Say on letters whose notice was sent or given up what became of them; how many. Flushes."""
    return sum(_note(letter, notice) for portion in _on_their_way() for letter, notice in portion)


def _on_their_way() -> Iterator[list[tuple[CaseLetter, Notice | None]]]:
    """The letters that are neither mailed nor given up, a portion at a time, each with its notice if it has one."""
    letters = unsent_letters(AT_ONCE)
    while letters:
        keys = [_key(letter.id) for letter in letters]
        notices = {notice.key: notice for notice in db.session.scalars(select(Notice).where(Notice.key.in_(keys)))}
        last = letters[-1].id
        yield [(letter, notices.get(_key(letter.id))) for letter in letters]
        letters = unsent_letters(AT_ONCE, after=last)


def _note(letter: CaseLetter, notice: Notice | None) -> bool:
    if notice is not None and notice.status is NoticeStatus.SENT and notice.sent_at is not None:
        return mark_mailed(letter.id, notice.sent_at)
    if notice is not None and notice.status in OVER:
        return mark_not_mailed(letter.id, OVER[notice.status].format(problem=notice.problem))
    return False


def _key(letter_id: int) -> str:
    return f"letter:{letter_id}"
