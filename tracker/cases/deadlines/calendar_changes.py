"""What supervisors change about working time: hours, holidays, emergencies. Each is logged and numbered.

Who changed it since a page was opened is told so: `seen` is the number that the page showed.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...places.city import the_city
from ...places.models import City
from ...staff.log import append_log
from ...staff.models import User
from .business_time import OpenTooSeldom, WorkCalendar, add_working_time
from .defaults import FURTHEST, Measure, Spans
from .measures import RuleKey, read_measures, set_measures
from .models import CalendarVersion, CaseDeadline, EmergencyStretch, Holiday, WorkingHours
from .reckoning import RUNS
from .wording import say_hours
from .working_calendar import newest_version, read_calendar, working_spans

MOST_HOLIDAYS = 2_000
_DAY = 1_440


def hold_calendar() -> None:
    """Let nobody else change working time until the transaction ends: by the city's row, before anything is read."""
    held = select(City.id).where(City.id == the_city().id)
    db.session.execute(held.with_for_update(key_share=True)).all()


def require_seen(seen: int | None) -> None:
    """Raise `Conflict` when somebody changed hours, holidays, measures or emergencies since `seen`."""
    hold_calendar()
    if seen is not None and seen != newest_version():
        raise Conflict("Somebody changed the deadlines meanwhile. Look at what stands now, then send yours again.")


def set_hours(spans: Spans, actor: User | None = None) -> bool:
    """Set the weekly hours; returns whether they are others than before. Flushes."""
    check_hours(spans)
    hold_calendar()
    if {day: part for day, part in spans.items() if part} == working_spans():
        return False
    calendar = read_calendar(the_city())
    _check_open(WorkCalendar(calendar.zone, spans, calendar.holidays))
    db.session.execute(delete(WorkingHours))
    rows = [(day, a, b) for day, parts in spans.items() for a, b in parts]
    db.session.add_all(WorkingHours(weekday=day, start_minute=a, end_minute=b) for day, a, b in rows)
    _next_version("hours_set", f"Working hours: {say_hours(spans)}.", actor)
    return True


def check_hours(spans: Spans) -> None:
    """Raise `Invalid` unless each span lies within a day, ends after its start and overlaps no other of its day."""
    for parts in spans.values():
        before = 0
        for opens, closes in sorted(parts):
            if not 0 <= opens < closes <= _DAY:
                raise Invalid("Working hours end after they begin, and by midnight. Mend the day where they do not.")
            if opens < before:
                raise Invalid("Two spans of one day overlap. Make one of them, or leave a break between.")
            before = closes
    if not any(spans.values()):
        raise Invalid("The office must be open at some time, else nothing is ever due. Give hours for a day.")


def add_holidays(days: Sequence[tuple[date, str]], actor: User | None = None) -> int:
    """Add or rename holidays; returns how many are new or renamed. Flushes."""
    hold_calendar()
    known = {one.day: one for one in db.session.scalars(select(Holiday))}
    changed = [(day, name.strip()) for day, name in days if day not in known or known[day].name != name.strip()]
    if len(known) + len(changed) > MOST_HOLIDAYS:
        raise Invalid(f"At most {MOST_HOLIDAYS:,} holidays are kept. Take old ones out.")
    for day, name in changed:
        if not name:
            raise Invalid(f"Say what is kept on {day:%-d %b %Y}.")
        if day in known:
            known[day].name = name
        else:
            db.session.add(Holiday(day=day, name=name))
    if changed:
        db.session.flush()
        _check_open(read_calendar(the_city()))
        names = ", ".join(f"{day:%-d %b %Y} ({name})" for day, name in changed[:20])
        _next_version("holidays_added", f"Holidays: {names}.", actor)
    return len(changed)


def remove_holiday(day: date, actor: User) -> None:
    """Work on that day after all. Flushes."""
    hold_calendar()
    holiday = db.session.get(Holiday, day)
    if holiday is None:
        raise NotFound("That day is no holiday (any longer). Look at the list as it stands now.")
    db.session.delete(holiday)
    _next_version("holiday_removed", f"No holiday any longer: {day:%-d %b %Y} ({holiday.name}).", actor)


def change_measures(wanted: dict[RuleKey, Measure | None], actor: User | None = None) -> int:
    """Set measures for deadlines that begin from now on; returns how many are new. Flushes."""
    hold_calendar()
    changed = set_measures(wanted, actor)
    if changed:
        _check_open(read_calendar(the_city()))
        kinds = ", ".join(sorted({kind.value for _, kind in changed}))
        _next_version("measures_set", f"Deadlines set: {kinds}.", actor, moves_dates=False)
    return len(changed)


def declare_emergency(
    *, key: str, started_at: datetime, ended_at: datetime | None, reason: str, actor: User
) -> EmergencyStretch:
    """Let every clock stand still from then on, until the end or until somebody ends it. Once per `key`. Flushes."""
    hold_calendar()
    known = db.session.scalars(select(EmergencyStretch).where(EmergencyStretch.key == key)).first()
    if known is not None:
        return known
    if not reason.strip():
        raise Invalid("Say what kind of emergency it is; the reason stays in the history.")
    if ended_at is not None and ended_at <= started_at:
        raise Invalid("It ends before it begins. Mend one of the two.")
    if abs(started_at - utc_now()) > FURTHEST:
        raise Invalid("It begins more than a year from now. Look at the year.")
    if ended_at is not None and ended_at - utc_now() > FURTHEST:
        raise Invalid("It ends more than a year from now. Look at the year, or leave the end out.")
    stretch = EmergencyStretch(
        key=key, started_at=started_at, ended_at=ended_at, reason=reason.strip(), declared_by_id=actor.id
    )
    db.session.add(stretch)
    db.session.flush()
    _next_version("emergency_declared", f"Emergency, every deadline stands still: {stretch.reason}", actor)
    return stretch


def end_emergency(stretch_id: int, *, ended_at: datetime, actor: User) -> EmergencyStretch:
    """Let the clocks go on from `ended_at`. Flushes."""
    hold_calendar()
    stretch = db.session.get(EmergencyStretch, stretch_id)
    if stretch is None:
        raise NotFound("There is no such emergency. Look at the list as it stands now.")
    if stretch.ended_at is not None and stretch.ended_at <= utc_now():
        raise Conflict("It is over already.")
    # One that is called off before it begins has no length at all.
    stretch.ended_at = max(ended_at, stretch.started_at)
    _next_version("emergency_ended", f"The emergency is over, deadlines go on: {stretch.reason}", actor)
    return stretch


def cases_moved(stretch: EmergencyStretch) -> int:
    """How many cases have a running deadline that the emergency moves."""
    if stretch.ended_at == stretch.started_at:
        return 0  # called off before it began
    touched = [CaseDeadline.due_at > stretch.started_at]
    if stretch.ended_at is not None:
        touched.append(CaseDeadline.started_at < stretch.ended_at)
    query = select(func.count(CaseDeadline.case_id.distinct())).where(*RUNS, *touched)
    return db.session.scalar(query) or 0


def _check_open(calendar: WorkCalendar) -> None:
    """Refuse a calendar by which what takes longest, as the measures stand, is never due."""
    longest = read_measures().longest()
    try:
        add_working_time(utc_now(), longest, calendar)
    except OpenTooSeldom as error:
        hours = longest // timedelta(hours=1)
        raise Invalid(
            f"The office would be open too seldom: the longest deadline of {hours:,} working hours, grace included, "
            "would not come within twenty years. Give more hours, fewer holidays, or a shorter deadline."
        ) from error


def _next_version(verb: str, text: str, actor: User | None, *, moves_dates: bool = True) -> None:
    db.session.add(CalendarVersion(moves_dates=moves_dates))
    append_log("deadlines", the_city().id, verb, text, actor=actor)
    db.session.flush()
