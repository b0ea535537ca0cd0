"""Password hashes: Argon2id with the library's own profile (RFC 9106, low memory)."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from .models import User


@lru_cache
def _hasher(cost: tuple[tuple[str, int], ...]) -> PasswordHasher:
    return PasswordHasher(**dict(cost))  # type: ignore[arg-type]  # whole numbers all, by their names


@lru_cache
def _nobodys_hash(hasher: PasswordHasher) -> str:
    """What the password of somebody unknown is held against, so that both take the same work."""
    return hasher.hash("nobody has this password")


def _current_hasher() -> PasswordHasher:
    """The hasher of this application; only tests set `PASSWORD_COST`, to be quick."""
    return _hasher(tuple(sorted(current_app.config.get("PASSWORD_COST", {}).items())))


def hash_password(password: str) -> str:
    """The hash that may be stored."""
    return _current_hasher().hash(password)


def verify_password(user: User | None, password: str) -> bool:
    """Whether the password is the user's; as much work when there is no such user, or none with a password."""
    hasher = _current_hasher()
    stored = user.password_hash if user is not None and user.disabled_at is None else None
    try:
        hasher.verify(stored or _nobodys_hash(hasher), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
