"""Who may do what, as one table. Default deny: a route that declares nothing is refused, and fails the test suite."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from .models import Role

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """Something a page lets a person do."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    SEE_CASES = "see_cases"
    TAKE_CALLS = "take_calls"
    SEE_CALLERS = "see_callers"
    LINK_CALLS = "link_calls"
    WORK_CASES = "work_cases"
    ASSIGN_CASES = "assign_cases"
    PLACE_CALLS = "place_calls"
    TRIAGE = "triage"
    AGREE_CLOSURES = "agree_closures"
    ORDER_WORK = "order_work"
    SCHEDULE = "schedule"
    SEE_SCHEDULE = "see_schedule"
    DO_WORK = "do_work"
    EDIT_ANSWERS = "edit_answers"
    WRITE_MESSAGES = "write_messages"
    ENFORCE = "enforce"
    SET_RULES = "set_rules"
    ADMINISTER = "administer"


_EVERY_ROLE = frozenset(Role)
OFFICE = frozenset(set(Role) - {Role.CREW})
"""Everybody who works at a desk: all but the crews, who see their own day."""
_LEADS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

ROLES: dict[Permission, frozenset[Role]] = {
    Permission.SIGNED_IN: _EVERY_ROLE,
    Permission.SEE_CASES: OFFICE,
    Permission.TAKE_CALLS: _LEADS | {Role.AIDE, Role.CONTACT},
    Permission.SEE_CALLERS: _LEADS | {Role.AIDE, Role.CONTACT},
    Permission.LINK_CALLS: _LEADS | {Role.AIDE, Role.CONTACT},
    Permission.WORK_CASES: _LEADS | {Role.CONTACT},
    Permission.ASSIGN_CASES: _LEADS,
    Permission.PLACE_CALLS: _LEADS | {Role.AIDE, Role.CONTACT},
    Permission.TRIAGE: _LEADS | {Role.AIDE},
    Permission.AGREE_CLOSURES: _LEADS,
    Permission.ORDER_WORK: _LEADS | {Role.CONTACT, Role.SCHEDULER},
    Permission.SCHEDULE: _LEADS | {Role.SCHEDULER},
    Permission.SEE_SCHEDULE: _LEADS | {Role.SCHEDULER, Role.CONTACT, Role.EMERGENCY_MANAGER},
    Permission.DO_WORK: _LEADS | {Role.SCHEDULER, Role.CREW},
    Permission.EDIT_ANSWERS: _LEADS,
    Permission.WRITE_MESSAGES: _LEADS | {Role.EMERGENCY_MANAGER},
    Permission.ENFORCE: _LEADS,
    Permission.SET_RULES: _LEADS,
    Permission.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}


def requires(
    permission: Permission, *, writes_on_get: bool = False, reads_on_post: bool = False
) -> Callable[[View], View]:
    """Declare, under the route decorator, what a view demands; `guard.py` holds every request against it.

    `writes_on_get` is for the few pages whose reading must leave an audit row: their GET may write.
    `reads_on_post` is for questions that no address should carry: their POST changes nothing and waits for no writer.
    """

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]  # a function carries its declaration
        view.writes_on_get = writes_on_get  # type: ignore[attr-defined]  # as above
        view.reads_on_post = reads_on_post  # type: ignore[attr-defined]  # as above
        return view

    return declare


def declared_permission(view: Callable[..., Any] | None) -> Permission | None:
    """What a view declares; None when it declares nothing, and then nobody may use it."""
    return getattr(view, "permission", None)


def may(role: Role | None, permission: Permission) -> bool:
    """Whether a person with `role` (None: not signed in) may do it."""
    return permission is Permission.PUBLIC or (role is not None and role in ROLES[permission])
