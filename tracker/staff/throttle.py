"""Guessing made slow: five failures in a quarter of an hour stop an account and an address until they are old."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from ..clock import utc_now
from ..extensions import db
from .models import AuditEntry, SignInFailure, User
from .turns import take_turn

LIMIT = 5
WINDOW = timedelta(minutes=15)
_ATTEMPT_TURN = 8_311_000_003
SIGNED_IN = "signed_in"
"""The audit action that a successful sign-in leaves, by which an address is known again."""


_RECENT: Any = select(func.count()).select_from(SignInFailure).where(
    SignInFailure.at > bindparam("since", type_=SignInFailure.at.type)
)  # fmt: skip
_ON_ACCOUNT = _RECENT.where(SignInFailure.sign_in_name == bindparam("name"))
_FROM_ADDRESS = _RECENT.where(SignInFailure.remote_address == bindparam("address"))
_BOTH = _ON_ACCOUNT.where(SignInFailure.remote_address == bindparam("address"))
_INSERT = insert(SignInFailure.__table__)  # type: ignore[arg-type]  # a declarative table is a Table


def _failures(which: Any, **given: str) -> int:
    db.session.flush()
    return db.session.connection().scalar(which, {"since": utc_now() - WINDOW, **given}) or 0


def _has_signed_in_from(sign_in_name: str, address: str) -> bool:
    query = (
        select(AuditEntry.id)
        .join(User, User.id == AuditEntry.actor_id)
        .where(User.sign_in_name == sign_in_name, AuditEntry.source == address, AuditEntry.action == SIGNED_IN)
    )
    return db.session.scalar(query.limit(1)) is not None


def is_throttled(sign_in_name: str, address: str) -> bool:
    """Whether another attempt on this account from this address must wait.

    From an address where the account's owner has signed in before, only failures on this account from there count:
    a stranger elsewhere, or at the same address on other accounts, cannot keep her out. From here to the end of the
    transaction nobody else may ask, so that `count_attempt` comes before the next question.
    """
    take_turn(_ATTEMPT_TURN)
    if max(_failures(_ON_ACCOUNT, name=sign_in_name), _failures(_FROM_ADDRESS, address=address)) < LIMIT:
        return False
    both = {"name": sign_in_name, "address": address}
    return not _has_signed_in_from(sign_in_name, address) or _failures(_BOTH, **both) >= LIMIT


def count_attempt(sign_in_name: str, address: str) -> None:
    """Count an attempt as failed before it is tried, so that a hundred at the same moment are not all let through."""
    row = {"sign_in_name": sign_in_name, "remote_address": address, "at": utc_now()}
    db.session.connection().execute(_INSERT, row)


def forgive(sign_in_name: str, address: str) -> None:
    """After the right password: the owner's own slips from this address no longer count. Old failures go too."""
    own = (SignInFailure.sign_in_name == sign_in_name) & (SignInFailure.remote_address == address)
    db.session.execute(delete(SignInFailure).where(own | (SignInFailure.at <= utc_now() - WINDOW)))


def is_too_often(what: str, most: int) -> bool:
    """Count one more attempt at something that strangers may do; whether there were more than `most` of late.

    The caller commits before it goes on, so that what is refused afterwards counts too.
    """
    take_turn(_ATTEMPT_TURN)
    count_attempt(what, what)
    return _failures(_FROM_ADDRESS, address=what) > most  # nobody can come from there, but may type it
