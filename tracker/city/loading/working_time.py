"""Working time and deadlines. What the profile leaves out stays as it is; holidays are added and never taken away."""

from ...cases.deadlines.calendar_changes import add_holidays, change_measures, set_hours
from ...cases.deadlines.defaults import Spans
from ..hours import DeadlineFacts
from .services import family_ids


def load_deadlines(deadlines: DeadlineFacts | None) -> int:
    """Set hours, holidays and measures; returns how many entries the profile brought."""
    if deadlines is None:
        return 0
    if deadlines.hours:
        spans: Spans = {}
        for one in deadlines.hours:
            spans.setdefault(one.weekday, []).append((one.start_minute, one.end_minute))
        set_hours({day: sorted(parts) for day, parts in spans.items()})
    add_holidays([(one.day, one.name) for one in deadlines.holidays])
    families = family_ids()
    change_measures(
        {(families[one.family] if one.family else None, one.kind): one.measure for one in deadlines.measures}
    )
    return len(deadlines.hours) + len(deadlines.holidays) + len(deadlines.measures)
