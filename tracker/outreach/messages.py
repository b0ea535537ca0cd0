"""Official messages: written, changed, withdrawn and put back; nothing is deleted. Verbs flush and never commit."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ..clock import utc_now
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..staff.log import append_log
from ..staff.models import User
from ..staff.turns import take_turn
from .models import Audience, OfficialMessage

LONGEST = timedelta(days=366)
MOST_CURRENT = 20
"""More than that nobody reads out."""
_TURN = 8_311_000_042


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """What a person says a message is; instants are aware."""

    title: str
    text_en: str
    text_es: str
    starts_at: datetime
    ends_at: datetime
    audience: Audience

    @classmethod
    def of(cls, message: OfficialMessage) -> "MessageEntry":
        """How a message stands now."""
        times = (message.starts_at, message.ends_at, message.audience)
        return cls(message.title, message.text_en, message.text_es, *times)


def current_messages(at: datetime, audience: Audience | None = None) -> Sequence[OfficialMessage]:
    """What is to be said at an instant, the newest first; at most twenty. With `audience` only what is for it."""
    query = _with_authors().where(
        OfficialMessage.ends_at > at, OfficialMessage.starts_at <= at, OfficialMessage.withdrawn_at.is_(None)
    )
    if audience is not None:
        query = query.where(OfficialMessage.audience == audience)
    newest = query.order_by(OfficialMessage.starts_at.desc(), OfficialMessage.id.desc())
    return db.session.scalars(newest.limit(MOST_CURRENT)).all()


def coming_messages(at: datetime) -> Sequence[OfficialMessage]:
    """What will be said after an instant, the next first."""
    query = _with_authors().where(OfficialMessage.starts_at > at, OfficialMessage.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(OfficialMessage.starts_at, OfficialMessage.id).limit(100)).all()


def past_messages(at: datetime) -> Select[OfficialMessage]:
    """What has ended or was withdrawn, the newest first."""
    is_over = (OfficialMessage.ends_at <= at) | OfficialMessage.withdrawn_at.is_not(None)
    return _with_authors().where(is_over).order_by(OfficialMessage.ends_at.desc(), OfficialMessage.id.desc())


def _with_authors() -> Select[OfficialMessage]:
    return select(OfficialMessage).options(joinedload(OfficialMessage.written_by, innerjoin=True))


def get_message(message_id: int) -> OfficialMessage:
    """The message with this number; raises `NotFound`."""
    message = db.session.get(OfficialMessage, message_id)
    if message is None:
        raise NotFound("There is no such message. Look for it in the list.")
    return message


def message_mark(message: OfficialMessage) -> str:
    """How a message stands, as a form keeps it to notice that somebody changed the message meanwhile."""
    standing = (*astuple(MessageEntry.of(message)), message.withdrawn_at)
    return hashlib.sha256(repr(standing).encode()).hexdigest()[:16]


def hold_message(message: OfficialMessage, seen: str) -> None:
    """Hold a message, and raise `Conflict` when it no longer stands as it did at `seen`, its `message_mark` then."""
    db.session.execute(select(OfficialMessage.id).where(OfficialMessage.id == message.id).with_for_update())
    db.session.refresh(message)
    if seen != message_mark(message):
        raise Conflict(
            "Somebody changed this message meanwhile. Look at what stands now, and send it again if you know better."
        )


def write_message(entry: MessageEntry, actor: User, *, key: str) -> OfficialMessage:
    """Write a message; the same `key` again, as when a form is sent twice, gives the message that was written then.

    Raises `Invalid` when it ends before it starts, has ended already, or lasts for more than a year.
    """
    take_turn(_TURN)
    present = db.session.scalars(select(OfficialMessage).where(OfficialMessage.key == key)).first()
    if present is not None:
        return present
    _check_times(entry)
    message = OfficialMessage(key=key, written_by=actor)
    _fill(message, entry)
    db.session.add(message)
    db.session.flush()
    append_log("message", message.id, "written", f"«{message.title}» was written.", actor=actor)
    return message


def change_message(message: OfficialMessage, entry: MessageEntry, actor: User) -> bool:
    """Change a held message; its earlier words stay in its history. Returns whether anything was different."""
    before = MessageEntry.of(message)
    if before == entry:
        return False
    _check_times(entry)
    _fill(message, entry)
    said = f"Changed. It was «{before.title}»: {before.text_en} {before.text_es}".strip()
    times = {"starts_at": before.starts_at.isoformat(), "ends_at": before.ends_at.isoformat()}
    append_log("message", message.id, "changed", said, actor=actor, data=times | {"audience": before.audience.value})
    db.session.flush()
    return True


def withdraw_message(message: OfficialMessage, actor: User) -> None:
    """Let nobody say a held message any more; it stays on record and can be put back."""
    if message.withdrawn_at is not None:
        raise Conflict("The message was withdrawn already.")
    message.withdrawn_at = utc_now()
    append_log("message", message.id, "withdrawn", f"«{message.title}» was withdrawn.", actor=actor)
    db.session.flush()


def restore_message(message: OfficialMessage, actor: User) -> None:
    """Take the withdrawal of a held message back."""
    if message.withdrawn_at is None:
        raise Conflict("The message stands already.")
    message.withdrawn_at = None
    append_log("message", message.id, "restored", f"«{message.title}» stands again.", actor=actor)
    db.session.flush()


def _check_times(entry: MessageEntry) -> None:
    if entry.ends_at <= entry.starts_at:
        raise Invalid("The message ends before it starts. Check both times.")
    if entry.ends_at - entry.starts_at > LONGEST:
        raise Invalid("The message would be said for more than a year. Choose an earlier end.")
    if entry.ends_at <= utc_now():
        raise Invalid("The message would have ended already. Choose a later end.")


def _fill(message: OfficialMessage, entry: MessageEntry) -> None:
    message.title, message.text_en, message.text_es = entry.title, entry.text_en, entry.text_es
    message.starts_at, message.ends_at, message.audience = entry.starts_at, entry.ends_at, entry.audience
