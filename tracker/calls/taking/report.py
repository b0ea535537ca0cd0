"""What a caller reports, as the aide wrote it down, and what it weighs. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ...errors import Invalid
from ..models import Channel
from .models import Assistance

LONGEST_NARRATIVE = 20_000
"""Characters; more than anybody says in a call."""
_OLDEST = timedelta(days=366)
_CLOCKS_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class CallReport:
    """One call as it was taken. `at`: when it was said, aware; degrees None where nobody knows the place."""

    key: str
    channel: Channel
    service_type_id: int
    description: str
    address: str
    unit: str
    lat: float | None
    long: float | None
    at: datetime
    is_late: bool = False
    caller_id: int | None = None
    language: str = "en"
    assistance: Assistance = Assistance.NONE
    queue: str = ""


def check_narrative(text: str) -> str:
    """The narrative, stripped; raises `Invalid` when it is longer than any call."""
    if len(text) > LONGEST_NARRATIVE:
        raise Invalid(
            f"What happened is {len(text):,} characters long; at most {LONGEST_NARRATIVE:,} are kept. "
            "Shorten it; nothing of it is lost until you do."
        )
    return text.strip()


def check_said_at(said_at: datetime, now: datetime) -> datetime:
    """When a call was said; raises `Invalid` for the future and for what is older than a year."""
    if said_at > now + _CLOCKS_DIFFER:
        raise Invalid("The call would lie in the future. Write down when it was said, or leave the time empty for now.")
    if said_at < now - _OLDEST:
        raise Invalid("That is more than a year ago. Older calls are imported from a file.")
    return min(said_at, now)


def weigh(type_weight: int, *, is_follow_up: bool, is_repeat: bool) -> int:
    """A follow-up on the same matter, and a repeat of it within the hour, weigh nothing; else the type's weight."""
    return 0 if is_follow_up or is_repeat else type_weight
