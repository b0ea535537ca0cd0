"""Notices: written once for their key, sent once, tried again with growing pauses. Verbs flush and never commit."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from ..batches import insert_missing
from ..clock import utc_now
from ..config import Settings
from ..errors import TrackerError
from ..extensions import db
from ..staff.models import User
from .links import leave_link, with_links
from .mail import Letter, MailDelayed, MailRefused, is_mail_on, mail_server, send_letter
from .notice_models import MailChoice, Notice, NoticeStatus
from .texting import TextDelayed, TextRefused, is_text_on, send_text

LEASE = timedelta(minutes=15)
"""How long a notice belongs to the worker who took it: longer than any connection waits."""
FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=8)
MOST_TRIES = 14
"""About three days."""
MOST_TEXT_TRIES = 6
"""About an hour: a text message is about something near."""
BY_TEXT = "tel:"
"""An address that begins so is a phone number."""
BY_HOOK = "hook:"
"""One that begins so is another system's."""


def write_notices(rows: Sequence[dict[str, Any]]) -> int:
    """Write notices (`key`, `user_id` or `address`, `subject`, `text`), each key once; how many were new. Flushes."""
    now = utc_now()
    usual = {
        "user_id": None, "address": "", "status": NoticeStatus.WAITING, "tries": 0, "next_try_at": now,
        "created_at": now, "sent_at": None, "problem": "",
    }  # fmt: skip
    complete = [{**usual, **row, "subject": " ".join(row["subject"].split())[:200]} for row in rows]
    return insert_missing(Notice.__table__, ["key"], complete)  # type: ignore[arg-type]  # a declarative table is one


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, up to eight hours."""
    return min(FIRST_PAUSE * (1 << max(tries - 1, 0)), LONGEST_PAUSE)


def send_waiting(limit: int, settings: Settings) -> Iterator[int]:
    """Send up to `limit` waiting notices, the oldest first; yields each one's id for the caller to commit.

    A notice is taken (and that committed) before it is sent, so two workers never send the same; the caller must commit
    after every yield. While the server is down nothing is taken and no try counts. Whoever is killed between sending
    and noting it sends it again after the lease, with the same Message-ID.
    """
    if not is_mail_on(settings) or not has_waiting(utc_now()):
        return
    db.session.rollback()  # no transaction stays open while the server is asked
    with mail_server(settings) as server:
        for _ in range(limit):
            notice = take_next(utc_now())
            if notice is None:
                return
            yield notice.id
            letter = _letter(notice, settings)
            db.session.rollback()
            problem = _try(server, letter, settings)
            note_try(notice, problem)
            yield notice.id
            if problem is not None and isinstance(problem, MailDelayed) and not _is_up(server):
                return


def send_waiting_texts(limit: int, settings: Settings) -> Iterator[int]:
    """The same for notices that go out as text messages."""
    if not is_text_on(settings):
        return
    db.session.rollback()
    for _ in range(limit):
        notice = take_next(utc_now(), by_text=True)
        if notice is None:
            return
        yield notice.id
        number, text = notice.address.removeprefix(BY_TEXT), with_links(notice.text, notice.key, settings)
        db.session.rollback()
        problem = _try_text(number, text, settings)
        note_try(notice, problem, MOST_TEXT_TRIES)
        yield notice.id


def has_waiting(now: datetime) -> bool:
    """Whether a notice is due by mail."""
    return db.session.scalars(_due(now).limit(1)).first() is not None


def _due(now: datetime, *, by_text: bool = False, by_hook: bool = False) -> Select[Notice]:
    is_text, is_hook = Notice.address.startswith(BY_TEXT), Notice.address.startswith(BY_HOOK)
    due = select(Notice).where(Notice.status == NoticeStatus.WAITING, Notice.next_try_at <= now)
    return due.where(is_text if by_text else is_hook if by_hook else ~is_text & ~is_hook)


def take_next(now: datetime, *, by_text: bool = False, by_hook: bool = False) -> Notice | None:
    """The next one that is due, now ours for as long as the lease lasts. Flushes."""
    due = _due(now, by_text=by_text, by_hook=by_hook)
    one = due.order_by(Notice.next_try_at, Notice.id).limit(1).with_for_update(skip_locked=True, of=Notice)
    notice = db.session.scalars(one).first()
    if notice is not None:
        notice.tries += 1
        notice.next_try_at = now + LEASE
        db.session.flush()
    return notice


def _letter(notice: Notice, settings: Settings) -> Letter:
    is_gone = notice.user is not None and notice.user.disabled_at is not None
    to = "" if is_gone else (notice.user.email if notice.user else notice.address)
    name = f"notice-{notice.id}-{hashlib.sha256(notice.key.encode()).hexdigest()[:16]}"
    text, leave = with_links(notice.text, notice.key, settings), leave_link(notice.key, settings)
    return Letter(name, to, notice.subject, text, leave)


def _try(server: Any, letter: Letter, settings: Settings) -> TrackerError | None:
    try:
        send_letter(server, letter, settings.mail_from, utc_now())
    except (MailRefused, MailDelayed) as why:
        return why
    return None


def _try_text(number: str, text: str, settings: Settings) -> TrackerError | None:
    try:
        send_text(number, text, settings)
    except (TextDelayed, TextRefused) as why:
        return why
    return None


def note_try(notice: Notice, problem: TrackerError | None, most_tries: int = MOST_TRIES) -> None:
    """Write down how it went. Flushes."""
    now = utc_now()
    if problem is None:
        notice.status, notice.sent_at, notice.problem = NoticeStatus.SENT, now, ""
    else:
        notice.problem = str(problem)[:400]
        if isinstance(problem, MailRefused | TextRefused):
            notice.status = NoticeStatus.FAILED
        elif notice.tries >= most_tries:
            notice.status = NoticeStatus.GIVEN_UP
        notice.next_try_at = now + pause_after(notice.tries)
    db.session.flush()


def _is_up(server: Any) -> bool:
    try:
        return bool(server.noop()[0] == 250)
    except Exception:  # whatever it is, the connection is of no use any more
        return False


def mail_choice(user: User) -> MailChoice:
    """What she wants by mail; both until she says otherwise."""
    return db.session.get(MailChoice, user.id) or MailChoice(user_id=user.id, wants_digest=True, wants_notices=True)


def choose_mail(user: User, *, wants_digest: bool, wants_notices: bool) -> None:
    """Keep what she wants by mail. Flushes."""
    row = {"user_id": user.id, "wants_digest": wants_digest, "wants_notices": wants_notices}
    insert_missing(MailChoice.__table__, ["user_id"], [row])  # type: ignore[arg-type]  # a declarative table is one
    choice = db.session.get_one(MailChoice, user.id, with_for_update=True)
    choice.wants_digest, choice.wants_notices = wants_digest, wants_notices
    db.session.flush()
