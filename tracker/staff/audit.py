"""The audit trail: who did what to whose account or protected record. Each row carries the hash of the one before."""

import hashlib
import json

from flask import has_request_context, request
from sqlalchemy import select

from ..clock import utc_now
from ..extensions import db
from .models import AuditEntry, User
from .turns import take_turn

FIRST_HASH = "0" * 64
_CHAIN_TURN = 8_311_000_002


def _hash_of(entry: AuditEntry) -> str:
    """SHA-256 of the entry's content and of the hash before it."""
    content = [
        entry.previous_hash, entry.at.isoformat(timespec="microseconds"), entry.actor_id, entry.actor_name,
        entry.source, entry.action, entry.object, entry.outcome,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _last_hash() -> str:
    """The newest hash; nobody else appends until this transaction ends."""
    take_turn(_CHAIN_TURN)
    return db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or FIRST_HASH


def record_audit(
    action: str, object: str, outcome: str = "done", actor: User | None = None, *, actor_name: str = ""
) -> AuditEntry:
    """Append one row in the transaction of the act itself: both are kept or neither.

    Without `actor` it was the program, or the person who called herself `actor_name` (a failed sign-in).
    The source is the network address of the request, or the command line.
    """
    source = (request.remote_addr or "unknown") if has_request_context() else "command line"
    entry = AuditEntry(
        at=utc_now(),
        actor_id=actor.id if actor else None,
        actor_name=(actor.sign_in_name if actor else actor_name)[:120] or "program",
        source=source[:64],
        action=action,
        object=object[:200],
        outcome=outcome,
        previous_hash=_last_hash(),
    )
    entry.hash = _hash_of(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def verify_chain() -> int | None:
    """The id of the first row that was changed, or whose predecessor was removed; None when the chain is whole."""
    expected = FIRST_HASH
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1_000)
    with db.session.scalars(query) as entries:
        for entry in entries:
            if entry.previous_hash != expected or entry.hash != _hash_of(entry):
                return entry.id
            expected = entry.hash
    return None
