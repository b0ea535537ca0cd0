"""Keys are given, changed and revoked by administrators. Every verb leaves an audit row, none commits."""

import secrets

from sqlalchemy import select

from ...clock import utc_now
from ...errors import Conflict, NotFound
from ...extensions import db
from ...secret_links import hash_of
from ..audit import record_audit
from ..models import User
from ..turns import take_turn
from .models import ApiKey
from .terms import KeyTerms

_NAMES_TURN = 8_311_000_004


def give_key(terms: KeyTerms, *, actor: User) -> tuple[ApiKey, str]:
    """A new key and its text, which is known only now: the database keeps its hash. Flushes."""
    _require_free_name(terms.name)
    text = secrets.token_urlsafe(32)
    key = ApiKey(key_hash=hash_of(text), created_by_id=actor.id, created_at=utc_now(), **terms.as_columns())
    db.session.add(key)
    record_audit("gave_api_key", _named(key), actor=actor)
    return key, text


def change_key(key: ApiKey, terms: KeyTerms, *, actor: User) -> None:
    """Give a key other terms; its text stays. Raises `Conflict` for one that is revoked. Flushes."""
    if key.revoked_at is not None:
        raise Conflict("This key is revoked. Give the system a new one.")
    if terms.name != key.name:
        _require_free_name(terms.name)
    for column, value in terms.as_columns().items():
        setattr(key, column, value)
    record_audit("changed_api_key", _named(key), actor=actor)


def revoke_key(key: ApiKey, *, actor: User) -> None:
    """From now on nothing is taken with this key; what came by it stays. Flushes."""
    if key.revoked_at is not None:
        raise Conflict("This key was revoked already.")
    key.revoked_at = utc_now()
    record_audit("revoked_api_key", _named(key), actor=actor)


def get_key(key_id: int) -> ApiKey:
    """The key with this number; raises `NotFound`."""
    key = db.session.get(ApiKey, key_id, populate_existing=True)
    if key is None:
        raise NotFound("There is no such key. Look for it in the list of keys.")
    return key


def _require_free_name(name: str) -> None:
    """Of one name there is one key in use: so a form that is sent twice gives one."""
    take_turn(_NAMES_TURN)
    if db.session.scalar(select(ApiKey.id).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))) is not None:
        raise Conflict(f"There is a key called «{name}» already. Revoke it first, or choose another name.")


def _named(key: ApiKey) -> str:
    rights = "reports and updates" if key.may_update else "reports"
    return f"{key.name} ({rights}, {key.per_minute} a minute)"
