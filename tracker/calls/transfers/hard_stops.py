"""What sends a 911 transfer back to 911. Pure: questions, answers, and what they leave open.

Every stop is asked of every transfer. One «yes» or one «unsure», ever given, leaves a single way: back to 911.
An answer only grows more dangerous; nobody can answer a danger away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What was answered to a hard stop, from harmless to dangerous."""

    NO = "no"
    UNSURE = "unsure"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class HardStop:
    """One question that is asked before anything is decided, and why a «yes» goes back."""

    code: str
    question: str
    why: str


HARD_STOPS = (
    HardStop("in_progress", "Is it happening now, or did it just happen?",
             "It is in progress or has just occurred: a unit may still stop it."),
    HardStop("suspect_near", "Is a suspect there, or likely to come back?",
             "A suspect is on the scene or likely to return."),
    HardStop("injury", "Is anybody hurt, ill, or in need of medical help?",
             "Somebody may need medical help."),
    HardStop("weapon", "Was a weapon seen, used or threatened with?",
             "A weapon is involved."),
    HardStop("fire_gas_wires", "Is there fire, smoke, a smell of gas, or a wire down?",
             "Fire, gas or wires: the fire department goes at once."),
    HardStop("domestic", "Is it about a partner, family, stalking, or an order of protection?",
             "Domestic violence, stalking or a violated order is never settled at this desk."),
    HardStop("child_or_elder", "Could a child or an older or dependent person be abused or neglected?",
             "Abuse or neglect of a child or a dependent adult has to be answered by officers."),
    HardStop("crisis", "Does anybody talk of suicide, or seem to be in a mental crisis?",
             "A crisis needs a trained response now."),
    HardStop("missing", "Is a child or a vulnerable adult missing?",
             "A missing child or vulnerable adult cannot wait."),
    HardStop("roadway", "Is there a drunk driver, or a hazard in the roadway, right now?",
             "A hazard in the roadway may hurt somebody in the next minutes."),
    HardStop("not_understood", "Is the caller hard to understand (language, noise, distress)?",
             "What is not understood cannot be judged."),
    HardStop("asks_for_911", "Does the caller ask for 911, or for an officer now?",
             "Whoever asks for 911 gets 911."),
    HardStop("location_unknown", "Is it unknown where it is?",
             "Nobody can be sent to an unknown place; 911 can locate the caller."),
    HardStop("unsure", "Are you in any doubt?",
             "If in doubt, send it back."),
)  # fmt: skip
STOPS = {stop.code: stop for stop in HARD_STOPS}
DOUBT = "unsure"
"""The stop that stands for the aide's own doubt."""
_DANGER = {Answer.NO: 0, Answer.UNSURE: 1, Answer.YES: 2}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the answers so far leave: stops not yet asked, and stops that demand 911."""

    unanswered: tuple[HardStop, ...]
    raised: tuple[HardStop, ...]

    @property
    def is_clear(self) -> bool:
        """Whether every stop was answered «no»: only then may anything but a return be decided."""
        return not self.unanswered and not self.raised


def worst_answers(given: Iterable[tuple[str, Answer]]) -> dict[str, Answer]:
    """Per stop the most dangerous answer that was ever given to it; unknown codes raise `KeyError`."""
    worst: dict[str, Answer] = {}
    for code, answer in given:
        stop = STOPS[code]
        if stop.code not in worst or _DANGER[answer] > _DANGER[worst[stop.code]]:
            worst[stop.code] = answer
    return worst


def judge_stops(answers: Mapping[str, Answer]) -> Verdict:
    """What the answers leave open, in the order of the questions."""
    return Verdict(
        unanswered=tuple(stop for stop in HARD_STOPS if stop.code not in answers),
        raised=tuple(stop for stop in HARD_STOPS if answers.get(stop.code, Answer.NO) is not Answer.NO),
    )
