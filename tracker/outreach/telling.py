"""From the activity log to notices: who is told of which entry, each once, in the transaction that reads the log.

Mail leaves the house, so a notice says where to look and never what a note says or who called.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from ..batches import in_chunks
from ..cases.models import Contact, ProblemCase
from ..config import Settings
from ..extensions import db
from ..staff.models import LogEntry, Role, User
from .links import case_link
from .log_reading import claim_portion, hold_reader, newest_entry, next_portion
from .mail import is_mail_on
from .notice_models import MailChoice
from .notices import write_notices

CONSUMER = "staff_mail"
MOST_EACH = 5
"""More mails than that about one portion of the log become a single one: an import must not fill anybody's box."""
LISTED = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One entry about a case, as its notices are written from it."""

    entry_id: int
    verb: str
    actor_id: int | None
    data: dict[str, Any]
    public_id: str
    address: str
    owner_id: int | None


def _owner(told: Told, supervisors: Sequence[int]) -> list[int]:
    return [told.owner_id] if told.owner_id else []


def _named(told: Told, supervisors: Sequence[int]) -> list[int]:
    return [number] if isinstance(number := told.data.get("user_id"), int) else []


def _leads(told: Told, supervisors: Sequence[int]) -> list[int]:
    return list(supervisors)


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom a verb is told, and in which words."""

    whom: Callable[[Told, Sequence[int]], list[int]]
    subject: str
    text: str


TELLINGS = {
    "recurred": Telling(_owner, "It came back: {address}", "A closed case of yours got a new call and is open again."),
    "not_fixed": Telling(
        _owner, "Not fixed: {address}", "A resident whose report is in a case of yours says that it is not fixed."
    ),
    "assigned": Telling(_owner, "A case for you: {address}", "A case was given to you."),
    "mentioned": Telling(_named, "You are mentioned: {address}", "A colleague mentioned you in a note on a case."),
    "letter_not_mailed": Telling(
        _owner, "A letter was not mailed: {address}", "It could not be mailed. Its page says why; print it instead."
    ),
    "escalated": Telling(_leads, "Escalated: {address}", "A case was escalated and waits for a supervisor."),
}
"""Which verbs of a case's log are told at once. A new one is a row here."""


def tell_staff(settings: Settings) -> bool:
    """Write the notices of the next portion of the log; True while there is more to read. Flushes.

    The first time it only notes where the log ends: what happened before is not told. While no mail server is set it
    keeps to the end of the log in the same way.
    """
    reader = hold_reader(CONSUMER)
    if not is_mail_on(settings):
        reader.first = reader.upto = newest_entry()
        return False
    portion = next_portion(reader, TELLINGS)
    _write(_with_cases(portion.entries), settings)
    claim_portion(portion)
    return not portion.is_last


def _with_cases(entries: Sequence[LogEntry]) -> list[Told]:
    """The entries with what their notices say of the case; a case that is gone is told to nobody."""
    cases: dict[int, Any] = {}
    for chunk in in_chunks({entry.subject_id for entry in entries}):
        query = select(ProblemCase.id, ProblemCase.public_id, ProblemCase.address, Contact.user_id)
        query = query.outerjoin(Contact, Contact.id == ProblemCase.contact_id).where(ProblemCase.id.in_(chunk))
        cases |= {row.id: row for row in db.session.execute(query)}
    return [
        Told(entry.id, entry.verb, entry.actor_id, entry.data or {}, row.public_id, row.address, row.user_id)
        for entry in entries
        if (row := cases.get(entry.subject_id)) is not None
    ]


def _write(entries: Sequence[Told], settings: Settings) -> None:
    if not entries:
        return
    supervisors = _supervisors()
    by_person: dict[int, list[Told]] = defaultdict(list)
    for told in entries:
        for user_id in TELLINGS[told.verb].whom(told, supervisors):
            if user_id != told.actor_id:
                by_person[user_id].append(told)
    reached = _reachable(by_person)
    rows = [row for user_id in sorted(reached) for row in _rows(user_id, by_person[user_id], settings)]
    write_notices(rows)


def _supervisors() -> list[int]:
    query = select(User.id).where(User.role == Role.SUPERVISOR, User.disabled_at.is_(None)).order_by(User.id)
    return list(db.session.scalars(query.limit(100)))


def _reachable(user_ids: Iterable[int]) -> set[int]:
    """Those of them who have an address and want such mail."""
    reached: set[int] = set()
    for chunk in in_chunks(user_ids):
        query = select(User.id).outerjoin(MailChoice, MailChoice.user_id == User.id).where(
            User.id.in_(chunk), User.email != "", User.disabled_at.is_(None),
            func.coalesce(MailChoice.wants_notices, True),
        )  # fmt: skip
        reached |= set(db.session.scalars(query))
    return reached


def _rows(user_id: int, entries: Sequence[Told], settings: Settings) -> list[dict[str, Any]]:
    """A notice per entry, or a single one when there are too many."""
    if len(entries) > MOST_EACH:
        lines = [f"* {_subject(told)} {case_link(settings, told.public_id)}".rstrip() for told in entries[:LISTED]]
        more = [f"... and {len(entries) - LISTED} more."] if len(entries) > LISTED else []
        text = "\n".join(["Much happened to cases of yours at once:", "", *lines, *more, ""])
        key = f"log-many:{user_id}:{entries[-1].entry_id}"
        return [{"key": key, "user_id": user_id, "subject": f"{len(entries)} things about your cases", "text": text}]
    return [
        {
            "key": f"log:{told.entry_id}:{user_id}",
            "user_id": user_id,
            "subject": _subject(told),
            "text": f"{TELLINGS[told.verb].text}\n\n{told.address}\nCase {told.public_id}\n"
            f"{case_link(settings, told.public_id)}\n",
        }
        for told in entries
    ]


def _subject(told: Told) -> str:
    return TELLINGS[told.verb].subject.format(address=told.address)
