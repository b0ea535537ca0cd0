"""A system shows its key: known or not, and how often in this minute.

One statement counts and refuses, so that many requests at once are counted by whichever process they come to.
"""

from sqlalchemy import case, select, update

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


def use_key(text: str) -> ApiKey:
    """Count one more use of a key. Raises `Forbidden` for one that is none, `TooOften` when its minute is full.

    The count stands in the transaction of what the key is used for; who takes that back counts again.
    """
    key = find_key(text)
    if key is None:
        raise Forbidden(_REFUSED)
    now = utc_now()
    minute, is_same = minute_of(now.timestamp()), ApiKey.minute == minute_of(now.timestamp())
    counted = (
        update(ApiKey)
        .where(ApiKey.id == key.id, ApiKey.revoked_at.is_(None), ~is_same | (ApiKey.used < ApiKey.per_minute))
        .values(
            minute=minute, used=case((is_same, ApiKey.used + 1), else_=1),
            last_used_at=case((is_same, ApiKey.last_used_at), else_=now),
        )
        .returning(ApiKey.id)
    )  # fmt: skip
    if db.session.scalar(counted.execution_options(synchronize_session=False)) is None:
        raise TooOften(
            f"This key may write {key.per_minute} times a minute. Wait for the next one.",
            seconds=seconds_left(now.timestamp()),
        )
    return key
