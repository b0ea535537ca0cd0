"""A reporter's own report, behind her secret link: the one place where exact words and places leave the program.

They go to whoever sent them, and hold nothing of anybody else: no staff member, no other report.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..calls.models import ServiceRequest
from ..calls.photos import photo_path, photos_of
from ..calls.questions import answers_of
from ..calls.reporting.later_words import find_sent, words_of_report
from ..calls.reporting.models import SentReport, WordKind
from ..cases.resident_reports.changing import may_say_not_fixed
from ..clock import local_date
from ..errors import NotFound
from ..places.city import city_zone, the_city
from .tracking import public_case_of, status_of


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What she said later: when, of which kind (`WordKind`), and her words."""

    said_on: date
    kind: WordKind
    text: str


@dataclass(frozen=True, slots=True)
class OwnReport:
    """Her report in full, as she sent it, with what she said later."""

    number: str
    type_name: str
    status: str
    """open, closed or withdrawn"""
    description: str
    address: str
    is_located: bool
    answers: tuple[tuple[str, str], ...]
    photo_ids: tuple[str, ...]
    left: tuple[str, ...]
    """What she left of herself: name, phone, email. Not the words: staff may have put two people into one since."""
    reported_on: date
    words: tuple[OwnWord, ...]
    case_number: str
    may_say_not_fixed: bool


def read_own_report(secret: str) -> tuple[SentReport, OwnReport]:
    """The report of whoever holds this secret; raises `NotFound`."""
    sent = find_sent(secret)
    return sent, _tell(sent)


def own_photo_path(secret: str, photo_id: str) -> Path:
    """Where a photo of one's own report lies; raises `NotFound` for any other photo."""
    if photo_id not in _photos_of(find_sent(secret).call):
        raise NotFound("There is no such photo.")
    return photo_path(photo_id)


def _tell(sent: SentReport) -> OwnReport:
    call, zone = sent.call, city_zone(the_city())
    words = words_of_report(call.id)
    caller = call.caller
    return OwnReport(
        number=call.service_request_id, type_name=call.service_type.service_name, status=status_of(call),
        description=call.description, address=call.address, is_located=call.lat is not None,
        answers=tuple((answer.prompt, answer.value) for answer in answers_of(call)),
        photo_ids=_photos_of(call),
        left=tuple(what for what in ("name", "phone", "email") if caller and getattr(caller, what)),
        reported_on=local_date(call.requested_datetime, zone),
        words=tuple(OwnWord(local_date(word.said_at, zone), word.kind, word.text) for word in words),
        case_number=public_case_of(call.service_request_id), may_say_not_fixed=may_say_not_fixed(call),
    )  # fmt: skip


def _photos_of(call: ServiceRequest) -> tuple[str, ...]:
    """Those that came with her report or her later words; what staff added is theirs."""
    return tuple(photo.id for photo in photos_of(call) if photo.added_by_id is None)
