"""Accounts are invited, given a password, a role, disabled. Every verb leaves an audit row, none commits."""

import re
import secrets
import unicodedata
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ..clock import utc_now
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..secret_links import hash_of
from .audit import record_audit
from .models import Role, User
from .password_rules import password_fault
from .passwords import hash_password, verify_password
from .sessions import end_sessions_of

INVITATION_LASTS = timedelta(days=7)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,119}")


def canonical_name(typed: str) -> str:
    """A sign-in name as it is stored and compared: composed, lower case, without blanks around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()[:120]


def find_user(sign_in_name: str) -> User | None:
    """The account of a sign-in name, however it was typed."""
    return db.session.scalar(select(User).where(User.sign_in_name == canonical_name(sign_in_name)))


def get_user(user_id: int) -> User:
    """The account with this number; raises `NotFound`."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such account. Look for it in the list of people.")
    return user


def create_user(
    sign_in_name: str, role: Role, *, display_name: str = "", email: str = "", by: User | None = None
) -> User:
    """A new account without a password; raises `Invalid` for an unusable name and `Conflict` for a taken one."""
    name = canonical_name(sign_in_name)
    if not _NAME.fullmatch(name):
        raise Invalid("A sign-in name has 2 to 120 characters: letters a to z, digits and . _ @ + -")
    if find_user(name) is not None:
        raise Conflict(f"The sign-in name {name} is taken. Choose another one.")
    shown = display_name.strip() or name
    user = User(sign_in_name=name, display_name=shown, email=email, role=role, created_at=utc_now())
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:  # somebody took it between the question and the answer
        raise Conflict(f"The sign-in name {name} is taken. Choose another one.") from error
    record_audit("created_user", f"{name} as {role}", actor=by)
    return user


def invite_user(user: User, *, by: User | None = None) -> str:
    """A new one-time token, good for a week, with which `user` sets a password.

    An older invitation, the present password and every session are dead at once.
    """
    if user.disabled_at is not None:
        raise Conflict(f"{user.sign_in_name} is disabled. Enable the account first.")
    token = secrets.token_urlsafe(32)
    user.token_hash, user.token_expires_at = hash_of(token), utc_now() + INVITATION_LASTS
    user.password_hash = None
    end_sessions_of(user)
    record_audit("invited_user", user.sign_in_name, actor=by)
    return token


def find_invited(token: str) -> User:
    """Whom an invitation is for; raises `NotFound` when it was used, replaced or is too old."""
    invited = (User.token_hash == hash_of(token), User.token_expires_at > utc_now(), User.disabled_at.is_(None))
    user: User | None = db.session.scalar(select(User).where(*invited))
    if user is None:
        raise NotFound("This invitation was used already, or is older than a week. Ask an administrator for a new one.")
    return user


def set_password(user: User, password: str) -> None:
    """Give `user` a password; her invitation is used up and every session ends. Raises `Invalid` for a weak one."""
    fault = password_fault(password, user.sign_in_name)
    if fault:
        raise Invalid(fault)
    user.password_hash, user.token_hash, user.token_expires_at = hash_password(password), None, None
    end_sessions_of(user)
    record_audit("set_password", user.sign_in_name, actor=user)


def change_password(user: User, present: str, password: str) -> None:
    """`user` replaces her own password; raises `Invalid` when the present one is wrong or the new one weak."""
    if not verify_password(user, present):
        raise Invalid("The present password is not right.")
    set_password(user, password)


def hold_user(user: User) -> None:
    """Keep other writers off an account until the transaction ends, and read it anew as it stands then."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    db.session.refresh(user)


def change_role(user: User, role: Role, *, by: User | None = None, seen: str | None = None) -> None:
    """Give `user` another role; she signs in again.

    Raises `Conflict` for the last administrator, and when the role is no longer the one that was `seen`.
    """
    hold_user(user)
    if seen is not None and seen != user.role:
        now = user.role.replace("_", " ")
        raise Conflict(f"Somebody changed this role meanwhile: it is {now} now. Send it again if you know better.")
    if role is user.role:
        return
    _keep_an_administrator(user)
    before, user.role = user.role, role
    end_sessions_of(user)
    record_audit("changed_role", f"{user.sign_in_name} from {before} to {role}", actor=by)


def disable_user(user: User, *, by: User | None = None) -> None:
    """Close an account: its sessions end and its history stays. Raises `Conflict` for the last administrator."""
    if user.disabled_at is not None:
        return
    _keep_an_administrator(user)
    user.disabled_at, user.token_hash = utc_now(), None
    end_sessions_of(user)
    record_audit("disabled_user", user.sign_in_name, actor=by)


def enable_user(user: User, *, by: User | None = None) -> None:
    """Open a disabled account again, with the password it had."""
    if user.disabled_at is None:
        return
    user.disabled_at = None
    record_audit("enabled_user", user.sign_in_name, actor=by)


def _keep_an_administrator(user: User) -> None:
    if user.role is not Role.ADMINISTRATOR or user.disabled_at is not None:
        return
    others = (
        select(func.count())
        .select_from(User)
        .where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None), User.id != user.id)
    )
    if not db.session.scalar(others):
        raise Conflict("This is the last administrator. Make somebody else an administrator first.")
