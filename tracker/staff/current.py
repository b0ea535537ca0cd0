"""Who sends this request, as far as the staff floor knows."""

from flask_login import current_user

from ..errors import Forbidden
from .models import Role, User


def find_current_staff() -> User | None:
    """The signed-in staff member, or None for a resident."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def current_staff() -> User:
    """The signed-in staff member; raises `Forbidden` when nobody is."""
    user = find_current_staff()
    if user is None:
        raise Forbidden("Sign in first.")
    return user


def current_role() -> Role | None:
    """The role of the signed-in staff member, or None for a resident."""
    user = find_current_staff()
    return user.role if user else None
