"""Which case a new call belongs to: the cases around it, scored, each with its reasons in plain words."""

from ...calls.type_words import family_shares
from .candidates import find_candidates
from .events import BusyEvent, Repeat, busy_events, same_caller_repeat
from .evidence import CallAsked
from .scoring import SURE, Suggestion, score_cases

__all__ = [
    "SURE",
    "BusyEvent",
    "CallAsked",
    "Repeat",
    "Suggestion",
    "busy_events",
    "same_caller_repeat",
    "suggest_cases",
]


def suggest_cases(asked: CallAsked, *, limit: int = 5) -> list[Suggestion]:
    """At most `limit` cases that the call may belong to, best first; [] where no case is near. Only reads."""
    cases = find_candidates(asked)
    shares = family_shares(asked.words) if cases and asked.family_id is None else {}
    return score_cases(asked, cases, shares, limit=limit)
