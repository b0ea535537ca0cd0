"""What every step of a response must meet: a case that takes work, an owner who works here, a day that can be meant."""

from datetime import date, datetime

from ...clock import can_be_meant, local_date
from ...errors import Conflict, Invalid
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from .models import CaseObjective, CaseTask, PartnerRequest

Step = CaseTask | PartnerRequest | CaseObjective


def say_ended(at: datetime | None, by: User | None) -> list[tuple[str, str]]:
    """When a step came to its end and who said so, as a fact of its page; nothing where that was not kept."""
    if at is None:
        return []
    day = f"{local_date(at, city_zone(the_city())):%-d %b %Y}"
    return [("When", f"{day}, said by {by.display_name}" if by else day)]


def mark_of_step(step: Step) -> str:
    """How a step stands, as a form keeps it to notice that somebody changed it meanwhile."""
    standing = (step.due_on, step.is_open, getattr(step, "owner_id", ""), getattr(step, "answered_at", ""))
    return ".".join(str(value) for value in standing)


def require_seen(step: Step, seen: str) -> None:
    """Raise `Conflict` when the step stands otherwise than the person saw it."""
    if seen != mark_of_step(step):
        raise Conflict("Somebody changed this while you were at it. Look at what it says now, then send it again.")


def require_workable(case: ProblemCase) -> None:
    """Raise `Conflict` for a case for which nothing more is done."""
    if case.status in (CaseStatus.DISMISSED, CaseStatus.MERGED):
        raise Conflict(f"The case is {case.status.value}: nothing more is done for it.")


def check_owner(owner: User) -> None:
    """Raise `Invalid` when the account is disabled."""
    if owner.disabled_at is not None:
        raise Invalid(f"{owner.display_name} works here no longer. Choose somebody else.")


def check_day(day: date) -> None:
    """Raise `Invalid` for a year that is a slip of the keyboard."""
    if not can_be_meant(day):
        raise Invalid(f"{day} cannot be meant. Check the year.")
