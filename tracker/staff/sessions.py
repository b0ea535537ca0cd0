"""Server-side sessions: the cookie holds a random token, the database its SHA-256; ending a row ends it."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from ..clock import utc_now
from ..config import Settings
from ..database import only_reading
from ..extensions import db
from ..secret_links import hash_of
from .apart import write_apart
from .models import Role, StaffSession, User

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
LONG_IDLE = frozenset({Role.CREW})
"""Roles whose session lasts a shift: a phone in a pocket is idle, and sees nothing but its own crew's day."""
TOUCH_AFTER = timedelta(minutes=1)


def cookie_name(settings: Settings) -> str:
    """`__Host-session` under https, where browsers then refuse it from anywhere else; a plain name without."""
    return "__Host-session" if settings.https else "tracker-session"


def start_session(user: User) -> str:
    """Open a session for `user` and return the new token for the cookie."""
    token, now = secrets.token_urlsafe(32), utc_now()
    db.session.add(StaffSession(token_hash=hash_of(token), user=user, created_at=now, last_seen_at=now))
    user.last_seen_at = now
    db.session.flush()
    return token


def is_alive(session: StaffSession, now: datetime) -> bool:
    """Whether a session may still be used: not ended, its user not disabled, neither idle nor open for too long."""
    if session.ended_at is not None or session.user.disabled_at is not None:
        return False
    idle = ABSOLUTE if session.user.role in LONG_IDLE else IDLE
    return now - session.last_seen_at < idle and now - session.created_at < ABSOLUTE


def find_session(token: str) -> StaffSession | None:
    """The living session of a token, or None."""
    session = db.session.scalar(select(StaffSession).where(StaffSession.token_hash == hash_of(token)))
    return session if session is not None and is_alive(session, utc_now()) else None


def end_session(token: str) -> None:
    """End one session: its cookie is dead from now on."""
    _end(StaffSession.token_hash == hash_of(token))


def end_sessions_of(user: User) -> None:
    """End every session of `user`: after a new password, a new role, or disabling."""
    _end(StaffSession.user_id == user.id)


def _end(which: object) -> None:
    living = update(StaffSession).where(which, StaffSession.ended_at.is_(None))  # type: ignore[arg-type]  # a condition
    db.session.execute(living.values(ended_at=utc_now()))


def touch_session(session: StaffSession) -> None:
    """Note that the session was used, at most once a minute.

    A page that only reads must not wait for a writer: the note is then made on a connection of its own, and skipped
    when the database is busy; the next page makes it. A writing request makes it in its own transaction, because a
    second connection would wait for the first forever.
    """
    now = utc_now()
    if now - session.last_seen_at < TOUCH_AFTER:
        return
    if not only_reading.get():
        session.last_seen_at = session.user.last_seen_at = now
        return
    write_apart(
        update(StaffSession).where(StaffSession.id == session.id).values(last_seen_at=now),
        update(User).where(User.id == session.user_id).values(last_seen_at=now),
    )
