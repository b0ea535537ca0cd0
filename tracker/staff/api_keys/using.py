"""A system shows its key: known or not, and how often in this minute.

One statement counts and refuses, so that many requests at once are counted by whichever process they come to.
"""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, select, update

from ...clock import utc_now
from ...errors import Forbidden, TooOften
from ...extensions import db
from ...secret_links import hash_of
from .models import ApiKey
from .terms import minute_of, seconds_left

_LONGEST = 200
_REFUSED = "The API key is missing, wrong or revoked. Send it as `api_key` or as `Authorization: Bearer`."


def find_key(text: str) -> ApiKey | None:
    """The key in use with this text. The same is asked whatever is given, so that no answer's time tells of a key."""
    query = select(ApiKey).where(ApiKey.key_hash == hash_of(text[:_LONGEST]), ApiKey.revoked_at.is_(None))
    return db.session.scalars(query).first()


class UsedKey(NamedTuple):
    """The key that was shown, as far as anybody asks."""

    id: int
    name: str
    may_update: bool


_MINUTE, _NOW = bindparam("this_minute", type_=ApiKey.minute.type), bindparam("now", type_=ApiKey.last_used_at.type)
_IS_SAME: Any = ApiKey.minute == _MINUTE
_COUNT = (
    update(ApiKey.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
    .where(
        ApiKey.key_hash == bindparam("hash"), ApiKey.revoked_at.is_(None), ~_IS_SAME | (ApiKey.used < ApiKey.per_minute)
    )
    .values(
        minute=_MINUTE, used=case((_IS_SAME, ApiKey.used + 1), else_=1),
        last_used_at=case((_IS_SAME, ApiKey.last_used_at), else_=_NOW),
    )
    .returning(ApiKey.id, ApiKey.name, ApiKey.may_update)
)  # fmt: skip


def use_key(text: str) -> UsedKey:
    """Count one more use of a key. Raises `Forbidden` for one that is none, `TooOften` when its minute is full.

    The count stands in the transaction of what the key is used for; who takes that back counts again.
    """
    now = utc_now()
    given = {"hash": hash_of(text[:_LONGEST]), "this_minute": minute_of(now.timestamp()), "now": now}
    db.session.flush()
    counted = db.session.connection().execute(_COUNT, given).first()
    if counted is not None:
        return UsedKey(*counted)
    key = find_key(text)
    if key is None:
        raise Forbidden(_REFUSED)
    raise TooOften(
        f"This key may write {key.per_minute} times a minute. Wait for the next one.",
        seconds=seconds_left(now.timestamp()),
    )
