"""What an API key lets a system do, and how often. Pure."""

from dataclasses import asdict, dataclass
from typing import Any

LEAST_PER_MINUTE, MOST_PER_MINUTE, USUAL_PER_MINUTE = 1, 6_000, 60
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The terms of a key, named as the columns that keep them."""

    name: str
    contact: str = ""
    note: str = ""
    per_minute: int = USUAL_PER_MINUTE
    may_update: bool = False

    def as_columns(self) -> dict[str, Any]:
        """The same for the row."""
        return asdict(self)


def minute_of(seconds: float) -> int:
    """The minute since 1970 in which an instant (seconds since then) lies."""
    return int(seconds // _MINUTE_S)


def seconds_left(seconds: float) -> int:
    """Whole seconds until the next minute begins, at least one."""
    return max(1, round(_MINUTE_S - seconds % _MINUTE_S))
