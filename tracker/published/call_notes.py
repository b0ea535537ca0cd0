"""What was said in public about the cases of many calls: days and words of the log, nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..batches import in_chunks
from ..cases.models import ProblemCase
from ..cases.telling_public import words_taken_back
from ..clock import local_date
from ..extensions import db
from ..places.city import city_zone, the_city
from ..staff.models import LogEntry
from .calls import PublishedCall
from .facts import current_facts, public_day
from .words import DONE


@dataclass(frozen=True, slots=True)
class PublicNote:
    """Something that was done about the case of a call: the day, and what in words that `str` translates."""

    day: date
    words: object


def notes_of(calls: Iterable[PublishedCall]) -> dict[str, list[PublicNote]]:
    """By the number of each call, oldest first; what the call's type or the case's family holds back is not told."""
    calls = list(calls)
    of_case = _read(sorted({call.case_id for call in calls if call.case_id}))
    today = public_day(the_city()).toordinal()
    return {
        call.number: [
            note
            for note in of_case.get(call.case_id, ())
            if not call.kind.publish_after_days or note.day.toordinal() <= today - call.kind.publish_after_days
        ]
        for call in calls
    }


def _read(case_ids: list[int]) -> dict[int, list[PublicNote]]:
    """The opening and the coming back carry the day of the calls, not that of their import.

    Nothing younger than the slowest type of the family is told, as on the page of the case.
    """
    zone, today = city_zone(the_city()), public_day(the_city())
    waits = {family_id: wait for wait, ids in current_facts().families_by_delay for family_id in ids}
    notes: dict[int, list[PublicNote]] = defaultdict(list)
    for chunk in in_chunks(case_ids):
        query = (
            select(LogEntry, ProblemCase.opened_at, ProblemCase.recurred_at, ProblemCase.family_id)
            .join(ProblemCase, ProblemCase.id == LogEntry.subject_id)
            .where(LogEntry.subject_kind == "case", LogEntry.subject_id.in_(chunk), LogEntry.is_public.is_(True))
        )
        gone = words_taken_back(chunk)
        for entry, opened_at, recurred_at, family_id in db.session.execute(query.order_by(LogEntry.id)):
            if entry.id in gone:
                continue
            instant = {"opened": opened_at, "recurred": recurred_at}.get(entry.verb) or entry.at
            day, wait = local_date(instant, zone), waits.get(family_id)
            if not wait or day + wait <= today:
                notes[entry.subject_id].append(PublicNote(day, DONE.get(entry.verb, entry.text)))
    return {case_id: sorted(said, key=lambda note: note.day) for case_id, said in notes.items()}
