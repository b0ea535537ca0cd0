"""Deadlines in words, as a person says them: «by Thu 3 Dec, 5 pm», «in 2 working days». Pure."""

from datetime import datetime, timedelta

from .business_time import WorkCalendar, working_days_between


def say_moment(at: datetime, now: datetime, calendar: WorkCalendar) -> str:
    """«Thu 3 Dec, 5 pm»; with the year when it is another one."""
    there, here = at.astimezone(calendar.zone), now.astimezone(calendar.zone)
    year = "" if there.year == here.year else f" {there.year}"
    minutes = f":{there.minute:02}" if there.minute else ""
    hour = f"{there.hour % 12 or 12}{minutes} {'am' if there.hour < 12 else 'pm'}"
    return f"{there:%a} {there.day} {there:%b}{year}, {hour}"


def say_distance(due_at: datetime, now: datetime, calendar: WorkCalendar) -> str:
    """How far off it is in working days, or by how many it is late: «in 2 working days», «1 working day late»."""
    if due_at < now:
        days = working_days_between(due_at, now, calendar)
        return f"{_days(days)} late" if days else "late since today" if _same_day(due_at, now, calendar) else "late"
    if _same_day(due_at, now, calendar):
        return "today"
    if _same_day(due_at, now + timedelta(days=1), calendar):
        return "tomorrow"
    return f"in {_days(working_days_between(now, due_at, calendar))}"


def _days(count: int) -> str:
    return f"{count} working {'day' if count == 1 else 'days'}"


def _same_day(one: datetime, other: datetime, calendar: WorkCalendar) -> bool:
    return one.astimezone(calendar.zone).date() == other.astimezone(calendar.zone).date()


def say_hours(spans: dict[int, list[tuple[int, int]]]) -> str:
    """«Mon 8 to 17, Tue 8 to 17»: opening hours by weekday, days without any left out."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    days = [f"{names[day]} {' and '.join(f'{_clock(a)} to {_clock(b)}' for a, b in spans[day])}"
            for day in sorted(spans) if spans[day]]  # fmt: skip
    return ", ".join(days) or "never open"


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}" if minute % 60 else str(minute // 60)
