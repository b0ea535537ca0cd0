"""When somebody was at a place, by a clock that may be wrong. Pure."""

from datetime import UTC, datetime, timedelta

from ....errors import Invalid

_CLOCKS_DIFFER = timedelta(minutes=5)
OLDEST = timedelta(days=366)


def check_made_at(made_at: datetime, now: datetime) -> datetime:
    """When a visit was made, as somebody typed it; raises `Invalid` for the future and for more than a year ago."""
    if made_at > now + _CLOCKS_DIFFER:
        raise Invalid("The visit would lie in the future. Plan it instead, or say when you were there.")
    if made_at < now - OLDEST:
        raise Invalid("That is more than a year ago. Write it as a note on the case.")
    return min(made_at, now)


def read_taken_at(text: str, now: datetime) -> datetime:
    """When a phone says that it kept a visit. A clock that cannot be right is not believed: then it was just now.

    Nothing is refused: what waited in a phone was typed at the place, and a wrong clock is no reason to lose it.
    """
    try:
        taken = datetime.fromisoformat(text)
    except ValueError:
        return now
    if taken.tzinfo is None or not now - OLDEST <= taken <= now:
        return now
    return taken.astimezone(UTC)
