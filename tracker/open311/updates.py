"""How requests stand, in the words of FixMyStreet, for systems that pass it on to their own reporters."""

from collections.abc import Sequence
from typing import Any

from ..cases.models import SaraPhase
from ..published.calls import PublishedCall
from .asking import Known
from .spark import Many
from .telling import english_words, photo_url
from .w3c_time import say_day

_OPEN = {
    SaraPhase.SCANNING.value: "OPEN",
    SaraPhase.ANALYSIS.value: "INVESTIGATING",
    SaraPhase.RESPONSE.value: "IN_PROGRESS",
    SaraPhase.ASSESSMENT.value: "IN_PROGRESS",
}
"""By how far the work on its case is; a request without a case is open."""


def tell_updates(calls: Sequence[PublishedCall], known: Known) -> Many:
    """One update a request: its present status, with the day of its last change."""
    words = english_words()
    return Many("request_update", [_tell(call, known, words) for call in calls])


def status_word(call: PublishedCall) -> str:
    """FixMyStreet's word: fixed when its case was solved, else closed, or how far the work is."""
    if call.is_closed:
        return "FIXED" if call.is_case_solved else "CLOSED"
    return _OPEN.get(call.case_step, "OPEN")


def _tell(call: PublishedCall, known: Known, words: dict[str, str]) -> dict[str, Any]:
    status = status_word(call)
    return {
        "update_id": f"{call.number}-{call.updated_on:%Y%m%d}-{status}",
        "service_request_id": call.number,
        "status": status,
        "updated_datetime": say_day(call.updated_on, known.zone),
        "description": words.get(call.case_step),
        "media_url": photo_url(call.photo_ids[0]) if call.photo_ids else None,
    }
