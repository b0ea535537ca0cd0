"""A person changes a case: once, against the version she saw, and said in the log."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from ..clock import utc_now
from ..errors import Conflict, NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..staff.log import append_log
from ..staff.models import LogEntry, User
from .deadlines.settling import settle_deadlines
from .models import ProblemCase
from .turns import take_turns

KEY_LASTS = timedelta(days=2)
"""How long a form that creates something is recognized when it is sent again."""


def find_case(public_id: str, *, lock: bool = False) -> ProblemCase:
    """The case with this number, however it was typed; `lock` holds it and its family until the transaction ends."""
    case = db.session.scalars(select(ProblemCase).where(ProblemCase.public_id == read_identifier(public_id))).first()
    if case is None:
        raise NotFound(f"There is no case {public_id[:40]}. Look it up in the case list by its address.")
    if lock:
        hold_case(case)
    return case


def hold_case(case: ProblemCase) -> None:
    """Keep everybody else off the case and off taking its family's calls, and read it anew as it stands then.

    Raises `NotFound` when a scan has taken it back meanwhile.
    """
    take_turns(case.family_id)
    standing = select(ProblemCase.id).where(ProblemCase.id == case.id)
    if db.session.scalar(standing.with_for_update()) is None:
        raise NotFound("The case is gone: its calls were grouped anew meanwhile. Look it up by its address.")
    db.session.refresh(case)


def new_key() -> str:
    """A form's own random key, by which sending it twice is recognized."""
    return secrets.token_urlsafe(12)


def case_with_key(actor: User, key: str) -> int | None:
    """The id of the case on which `actor` already did what the form with this key asks for, or None."""
    if not key:
        return None
    done = select(LogEntry.subject_id).where(
        LogEntry.at >= utc_now() - KEY_LASTS,
        LogEntry.actor_id == actor.id,
        LogEntry.subject_kind == "case",
        LogEntry.data["key"].as_string() == key,
    )
    return db.session.scalars(done.limit(1)).first()


def require_version(case: ProblemCase, seen_version: int | None) -> None:
    """Raise `Conflict` when somebody else changed the case since `seen_version`; None is not held against it."""
    if seen_version is not None and seen_version != case.version:
        raise Conflict("Somebody changed this case while you were at it. Look at what it says now, then do it again.")


def touch_case(
    case: ProblemCase,
    actor: User | None,
    verb: str,
    text: str,
    *,
    seen_version: int | None = None,
    is_public: bool = False,
    key: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Mark a change by a person; raises `Conflict` when somebody else changed the case since `seen_version`.

    Without an `actor` a resident did it, who has no account.
    What it means for the case's deadlines is settled here, so change the case first.
    `key` is the form's own random key; kept with the entry, so that a form that is sent twice is done once. `data` is
    what floors above need to act on it.
    """
    require_version(case, seen_version)
    case.version += 1
    case.is_touched = True
    kept = {**(data or {}), **({"key": key} if key else {})}
    append_log("case", case.id, verb, text, actor=actor, is_public=is_public, data=kept or None)
    settle_deadlines([case.id])
    db.session.flush()
