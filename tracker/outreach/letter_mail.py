"""Letters of cases go out by e-mail: each once, from the log; what became of it is said on the letter."""

from typing import Any

from sqlalchemy import select

from ..cases.file.letters.mailing import mark_mailed, mark_not_mailed, unsent_letters
from ..cases.file.letters.models import CaseLetter
from ..cases.file.letters.writing import mailable_letter
from ..config import Settings
from ..errors import Conflict, NotFound
from ..extensions import db
from .log_reading import claim_portion, hold_reader, next_portion
from .mail import is_mail_on
from .notice_models import Notice, NoticeStatus
from .notices import write_notices

CONSUMER = "letter_mail"
NO_SERVER = "No mail server is set up here."
AT_ONCE = 200
OVER = {
    NoticeStatus.FAILED: "The mail server refused it: {problem}",
    NoticeStatus.GIVEN_UP: "The mail server did not take it for about three days: {problem}",
}
"""How a notice ends without having been sent."""


def mail_letters(settings: Settings) -> bool:
    """Write the notices of the letters in the next portion of the log; True while there is more to read. Flushes.

    A letter that is written while no mail server is set is not kept for a day when there is one: it says that it was
    not mailed, and may be printed.
    """
    portion = next_portion(hold_reader(CONSUMER, from_start=True), {"letter_mailed"})
    numbers = [(entry.data or {}).get("letter_id") for entry in portion.entries]
    letters = [number for number in numbers if isinstance(number, int)]
    if is_mail_on(settings):
        write_notices([row for number in letters for row in _rows(number)])
    else:
        for number in letters:
            mark_not_mailed(number, NO_SERVER)
    claim_portion(portion)
    return not portion.is_last


def _rows(letter_id: int) -> list[dict[str, Any]]:
    """The notice of one letter, as it stands in the file; none where it goes by post."""
    try:
        letter = mailable_letter(letter_id)
    except (NotFound, Conflict):
        return []
    return [{"key": _key(letter_id), "address": letter.to_address, "subject": letter.subject, "text": letter.body}]


def note_letters() -> int:
    """Say on letters whose notice was sent or given up what became of them; how many. Flushes."""
    noted, letters = 0, unsent_letters(AT_ONCE)
    while letters:
        keys = [_key(letter.id) for letter in letters]
        notices = {notice.key: notice for notice in db.session.scalars(select(Notice).where(Notice.key.in_(keys)))}
        noted += sum(_note(letter, notices.get(_key(letter.id))) for letter in letters)
        letters = unsent_letters(AT_ONCE, after=letters[-1].id)
    return noted


def _note(letter: CaseLetter, notice: Notice | None) -> bool:
    if notice is not None and notice.status is NoticeStatus.SENT and notice.sent_at is not None:
        return mark_mailed(letter.id, notice.sent_at)
    if notice is not None and notice.status in OVER:
        return mark_not_mailed(letter.id, OVER[notice.status].format(problem=notice.problem))
    return False


def _key(letter_id: int) -> str:
    return f"letter:{letter_id}"
