"""What strangers are not told of a case or a call, and why; for the staff, who have to know before they promise."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import distinct, func, select

from ..calls.models import ServiceRequest, ServiceType
from ..calls.photos.models import CallPhoto
from ..cases.models import CaseCall, CaseStatus, ProblemCase
from ..clock import local_date
from ..extensions import db
from ..formatters import plural
from ..places.city import city_zone, the_city
from ..staff.models import LogEntry
from .facts import public_day
from .held_back import delay_of_family, untold_calls
from .kinds import IS_PUBLIC_TYPE
from .timeline import public_words_of
from .words import band_of, say_band

_NAMES = 6


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that is known here and not told, and why or how it is told instead."""

    what: str
    why: str


def why_case_is_hidden(case: ProblemCase) -> list[str]:
    """Why strangers are told that there is no such case; empty when they see it."""
    if case.status is CaseStatus.MERGED:
        return ["It was merged: its address leads to the case that took it in."]
    reasons = []
    if case.status is CaseStatus.DISMISSED:
        reasons.append("It was dismissed: it turned out not to be a problem.")
    if not case.is_public:
        reasons.append(_why_not_public(case))
    if case.public_label is None or case.public_lat is None or case.public_long is None:
        reasons.append("Its place is not masked yet. Masks are made after each import and every night.")
    if not _has_public_type(case.family_id):
        reasons.append(f"No type of the family «{case.family.name}» is public.")
    return reasons + _why_not_yet(case)


def _why_not_public(case: ProblemCase) -> str:
    names = db.session.scalars(
        select(ServiceType.service_name)
        .distinct()
        .join(ServiceRequest, ServiceRequest.service_type_id == ServiceType.id)
        .join(CaseCall, CaseCall.call_id == ServiceRequest.id)
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None), ServiceType.is_public.is_(False))
        .order_by(ServiceType.service_name)
        .limit(_NAMES)
    ).all()
    if names:
        return f"Calls of types that are not public are linked to it: {', '.join(names)}."
    return "A case is public by its calls, and none is linked to it."


def _has_public_type(family_id: int) -> bool:
    types = select(ServiceType.id).where(*IS_PUBLIC_TYPE, ServiceType.family_id == family_id)
    return db.session.scalars(types.limit(1)).first() is not None


def _why_not_yet(case: ProblemCase) -> list[str]:
    city = the_city()
    delay = delay_of_family(case.family_id)
    first_day = local_date(case.opened_at, city_zone(city)) + timedelta(days=delay)
    if first_day <= public_day(city):
        return []
    return [f"It is held back for {plural(delay, 'day')}: strangers see it from {_say(first_day)}."]


def _say(day: date) -> str:
    """As the staff's pages write a day: they are in English, whoever asks."""
    return f"{day:%-d %b %Y}"


def withheld_of_case(case: ProblemCase) -> list[Withheld]:
    """What is known of a case and not told."""
    untold = untold_calls(public_day(the_city()), case.id).get(case.id, 0)
    band = say_band(band_of(case.call_count - untold))
    counts = _counts(case.id)
    notes = counts["entries"] - len(public_words_of(case.id))
    always = [
        Withheld(case.address, f"The exact place. Told is «{case.public_label or 'nothing'}», and its fixed point."),
        Withheld(plural(case.call_count, "call"), f"The exact number. Told is «{band}»."),
        Withheld("Times of day", "Of everything only the day is told."),
        Withheld(plural(counts["callers"], "known caller"), "Who called, and what they said, is never told."),
        Withheld(
            plural(notes, "line of the history", "lines of the history"), "Notes and decisions are for the staff."
        ),
    ]
    return always + _withheld_here(case, counts["photos"], untold)


def _withheld_here(case: ProblemCase, photos: int, untold: int) -> list[Withheld]:
    """What not every case has."""
    items = []
    if case.contact is not None:
        items.append(Withheld(case.contact.user.display_name, "Names of staff are not told; the block's center is."))
    if photos:
        items.append(Withheld(plural(photos, "photo"), "Not released. Look at each first."))
    if untold:
        wait = plural(delay_of_family(case.family_id), "day")
        items.append(Withheld(plural(untold, "newer call"), f"Held back for {wait}, also in the number of calls."))
    if case.outcome:
        items.append(Withheld("The outcome in your words", "Told is only that the case was closed."))
    return items


def _counts(case_id: int) -> dict[str, int]:
    linked = select(CaseCall.call_id).where(CaseCall.case_id == case_id, CaseCall.unlinked_at.is_(None))
    questions: dict[str, Any] = {
        "callers": select(func.count(distinct(ServiceRequest.caller_id))).where(ServiceRequest.id.in_(linked)),
        "photos": select(func.count()).where(CallPhoto.call_id.in_(linked), CallPhoto.is_released.is_(False)),
        "entries": select(func.count()).where(LogEntry.subject_kind == "case", LogEntry.subject_id == case_id),
    }
    return {name: db.session.scalar(question) or 0 for name, question in questions.items()}


def why_call_is_hidden(call: ServiceRequest) -> list[str]:
    """Why strangers are told that there is no such request; empty when they see it."""
    kind, name = call.service_type, call.service_type.service_name
    told = {
        f"Calls of the type «{name}» are confidential.": kind.is_confidential,
        f"«{name}» is for tests.": kind.is_test,
        f"Calls of the type «{name}» are for the staff only.": not (kind.is_public or kind.is_confidential),
        "It was withdrawn.": call.withdrawn_at is not None,
        "It lies outside the city.": call.is_outside,
        "It has no place yet.": call.lat is None,
        "Its place is not masked yet. Masks are made after each import and every night.":
            call.lat is not None and call.public_day is None,
    }  # fmt: skip
    return [reason for reason, holds in told.items() if holds] + _why_call_waits(call)


def _why_call_waits(call: ServiceRequest) -> list[str]:
    if call.public_day is None:
        return []
    delay, today = call.service_type.publish_after_days, public_day(the_city()).toordinal()
    if call.public_day + delay <= today:
        return []
    day = _say(date.fromordinal(call.public_day + delay))
    if not delay:
        return [f"It is of {day}, after the day that the city is shown as of."]
    return [f"It is held back for {plural(delay, 'day')}: strangers see it from {day}."]


def withheld_of_call(call: ServiceRequest, photos: int) -> list[Withheld]:
    """What is known of a call and not told; `photos` is how many of its photos nobody released."""
    items = [
        Withheld(call.address or "No address", f"The exact place. Told is «{call.public_label or 'nothing'}»."),
        Withheld("The time of day", "Only the day is told."),
        Withheld("The caller", "Never told, in no format."),
        Withheld("What was said, noted and answered", "Free text of callers and staff is never told."),
    ]
    if photos:
        items.append(Withheld(plural(photos, "photo"), "Nobody has released it. Look at each first."))
    return items
