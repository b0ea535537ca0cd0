"""When a resident is reminded: the day before, from an hour on the city's clocks. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ...clock import from_local, local_date


def reminder_at(window_starts_at: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """The instant from which on she is reminded."""
    day = local_date(window_starts_at, zone) - timedelta(days=1)
    return from_local(datetime.combine(day, time(hour)), zone)


def reminded_before(now: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """Whoever's window begins before this instant is to be reminded by now: the end of today or, from the hour on, of
    tomorrow."""
    local = now.astimezone(zone)
    days = 2 if local.hour >= hour else 1
    return from_local(datetime.combine(local.date() + timedelta(days=days), time()), zone)
