"""Whether something is a problem at all: the six elements of CHEERS. Pure.

«A problem is a recurring set of related harmful events in a community that members of the public expect the police to
address» (Clarke and Eck, Crime Analysis for Problem Solvers, step 14). A single «no» and it may be none.
"""

from collections.abc import Mapping
from enum import StrEnum


class Element(StrEnum):
    """What makes a problem, in the order in which one asks."""

    COMMUNITY = "community"
    HARM = "harm"
    EXPECTATION = "expectation"
    EVENTS = "events"
    RECURRING = "recurring"
    SIMILARITY = "similarity"


QUESTIONS: dict[Element, tuple[str, str]] = {  # the question, and what to think of while answering
    Element.COMMUNITY: ("Does it affect people here?", "Residents, shops, visitors, a school: who feels it?"),
    Element.HARM: ("Does it do harm?", "Damage, injury, fear, cost, lost sleep: more than a broken rule."),
    Element.EXPECTATION: ("Do people expect the city to deal with it?", "Who asks, and what do they want done?"),
    Element.EVENTS: (
        "Does it consist of events that one can tell?",
        "What happens, when it happens?",
    ),
    Element.RECURRING: ("Does it come back?", "Is it a flare-up, or does it last? Will it go on by itself?"),
    Element.SIMILARITY: ("Are the events alike?", "The same behavior, place, people or hours: what do they share?"),
}


def missing_answers(answers: Mapping[Element, bool | None], goes_on_because: str) -> list[str]:
    """What still has to be said before the case goes on to analysis; nothing when it may."""
    unanswered = [element.value for element in Element if answers.get(element) is None]
    denied = [element for element in Element if answers.get(element) is False]
    points = [f"Of the six questions not answered yet: {', '.join(unanswered)}."] if unanswered else []
    if denied and not goes_on_because.strip():
        names = " and ".join(element.value for element in denied)
        points.append(f"The answer to {names} is no: dismiss the case, or say why it goes on although.")
    return points
