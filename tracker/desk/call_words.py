"""What the words of a call bring up: kinds that they may mean, the city's own answer, messages to read out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..calls.answering import find_answers
from ..calls.answering.models import CityAnswer
from ..calls.models import ServiceRequest
from ..calls.questions.models import ServiceQuestion
from ..calls.questions.verbs import questions_of
from ..calls.type_words import TypeSuggestion, suggest_types
from ..cases.suggesting import BusyEvent, busy_events
from ..clock import utc_now
from ..extensions import db
from ..outreach.messages import current_messages
from ..outreach.models import Audience, OfficialMessage

_ENOUGH = 8
"""Characters that say something."""
_MESSAGES, _ANSWERS, _CROWDS = 3, 2, 3


@dataclass(frozen=True, slots=True)
class CallWords:
    """Kinds by the words, the chosen kind's questions, answers of the city, messages that everybody says now."""

    kinds: Sequence[TypeSuggestion]
    questions: Sequence[ServiceQuestion]
    answers: Sequence[CityAnswer]
    messages: Sequence[OfficialMessage]


@dataclass(frozen=True, slots=True)
class Crowd:
    """What many call about at this moment, and the number of the newest of their calls, which one more is like."""

    event: BusyEvent
    number: str


def current_crowds(at: datetime) -> list[Crowd]:
    """The banner above the form: largest crowd first."""
    events = busy_events(at)[:_CROWDS]
    if not events:
        return []
    query = select(ServiceRequest.id, ServiceRequest.service_request_id)
    numbers = dict(db.session.execute(query.where(ServiceRequest.id.in_([one.call_ids[0] for one in events]))).all())
    return [Crowd(one, numbers[one.call_ids[0]]) for one in events]


def gather_words(words: str, service_type_id: int | None) -> CallWords:
    """What the words and the chosen kind bring up; a fixed number of bounded queries."""
    says_something = len(words.strip()) >= _ENOUGH
    return CallWords(
        kinds=suggest_types(words) if says_something else (),
        questions=questions_of(service_type_id) if service_type_id else (),
        answers=find_answers(words, limit=_ANSWERS) if says_something else (),
        messages=current_messages(utc_now(), Audience.CALLERS)[:_MESSAGES],
    )
