"""What the words of a call bring up: kinds that they may mean, the city's own answer, messages to read out."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..calls.answering import find_answers
from ..calls.answering.models import CityAnswer
from ..calls.questions.models import ServiceQuestion
from ..calls.questions.verbs import questions_of
from ..calls.type_words import TypeSuggestion, suggest_types
from ..clock import utc_now
from ..outreach.messages import current_messages
from ..outreach.models import Audience, OfficialMessage

_ENOUGH = 8
"""Characters that say something."""
_MESSAGES, _ANSWERS = 3, 2


@dataclass(frozen=True, slots=True)
class CallWords:
    """Kinds by the words, the chosen kind's questions, answers of the city, messages that everybody says now."""

    kinds: Sequence[TypeSuggestion]
    questions: Sequence[ServiceQuestion]
    answers: Sequence[CityAnswer]
    messages: Sequence[OfficialMessage]


def gather_words(words: str, service_type_id: int | None) -> CallWords:
    """What the words and the chosen kind bring up; a fixed number of bounded queries."""
    says_something = len(words.strip()) >= _ENOUGH
    return CallWords(
        kinds=suggest_types(words) if says_something else (),
        questions=questions_of(service_type_id) if service_type_id else (),
        answers=find_answers(words, limit=_ANSWERS) if says_something else (),
        messages=current_messages(utc_now(), Audience.CALLERS)[:_MESSAGES],
    )
