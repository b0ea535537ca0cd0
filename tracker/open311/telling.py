"""A published call as Open311 tells it: days at 00:00, the masked place, public words, nothing that a caller said."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask_babel import force_locale

from ..published.call_cases import WORDS
from ..published.call_notes import PublicNote, notes_of
from ..published.calls import PublishedCall
from .spark import Many
from .w3c_time import say_day

_PHOTO = "public.show_released_photo"
_CASE = "public.show_case"


def tell_requests(calls: Sequence[PublishedCall], zone: ZoneInfo, *, is_extended: bool = False) -> Many:
    """The calls as the children of `service_requests`."""
    words = english_words()
    told = [tell_request(call, zone, words) for call in calls]
    if is_extended:
        with force_locale("en"):
            notes = notes_of(calls)
            for call, request in zip(calls, told, strict=True):
                request["extended_attributes"] = _extended(call)
                request["notes"] = Many("note", list(_notes(call, notes[call.number], zone)))
    return Many("request", told)


@cache
def english_words() -> dict[str, str]:
    """How far the work on a case is; one answer has to be the same whoever asks, so it is in one language."""
    with force_locale("en"):
        return {step: str(words) for step, words in WORDS.items()}


def tell_request(call: PublishedCall, zone: ZoneInfo, words: dict[str, str]) -> dict[str, Any]:
    """The fields of one request, in the order of the specification."""
    return {
        "service_request_id": call.number,
        "status": "closed" if call.is_closed else "open",
        "status_notes": words.get(call.case_step),
        "service_name": call.kind.service_name,
        "service_code": call.kind.service_code,
        "description": None,
        "agency_responsible": call.center or None,
        "service_notice": None,
        "requested_datetime": say_day(call.requested_on, zone),
        "updated_datetime": say_day(call.updated_on, zone),
        "expected_datetime": say_day(call.expected_on, zone) if call.expected_on else None,
        "address": call.label,
        "address_id": None,
        "zipcode": None,
        "lat": call.lat,
        "long": call.long,
        "media_url": photo_url(call.photo_ids[0]) if call.photo_ids else None,
    }


def photo_url(photo_id: str) -> str | None:
    """Where a released photo can be looked at; None in an installation without that page."""
    if _PHOTO not in current_app.view_functions:
        return None
    return url_for(_PHOTO, photo_id=photo_id, _external=True)


def case_url(call: PublishedCall) -> str | None:
    """The page of the call's case; None for a call in no public case."""
    return url_for(_CASE, public_id=call.case_number, _external=True) if call.case_number else None


def _extended(call: PublishedCall) -> dict[str, Any]:
    return {
        "case_number": call.case_number or None,
        "case_url": case_url(call),
        "family": call.kind.family_name,
        "photos": Many("photo", [{"media_url": photo_url(photo_id)} for photo_id in call.photo_ids]),
    }


def _notes(call: PublishedCall, notes: Iterable[PublicNote], zone: ZoneInfo) -> Iterable[dict[str, Any]]:
    yield _note(say_day(call.requested_on, zone), "submitted", "Request submitted", None)
    for note in notes:
        if note.day >= call.requested_on:
            yield _note(say_day(note.day, zone), "activity", "The city works on it", str(note.words))
    if call.is_closed:
        yield _note(say_day(call.updated_on, zone), "closed", "Request closed", None)


def _note(when: str, kind: str, summary: str, description: str | None) -> dict[str, Any]:
    return {"datetime": when, "type": kind, "summary": summary, "description": description}
