"""What must never count against a property, as one table of questions. Pure.

New York Civil Rights Law 90-98 protects whoever asks for help, and every victim; other cities' ordinances add the rest.
Codes of incidents do not tell (a domestic incident is often filed as property damage), so a person answers each
question, and whatever is not answered with a plain «no» excludes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Exclusion(StrEnum):
    """A reason for which a violation does not count."""

    VICTIM_CALL = "victim_call"
    DOMESTIC_VIOLENCE = "domestic_violence"
    MEDICAL = "medical"
    MENTAL_HEALTH = "mental_health"
    SELF_REPORTED_BY_OWNER = "self_reported_by_owner"
    CALLED_BY_OCCUPANT = "called_by_occupant"
    CALLED_BY_OWNER = "called_by_owner"
    CHILD_PROTECTION = "child_protection"
    CORRECTIVE_ACTION = "corrective_action"


class Answer(StrEnum):
    """What the person who enters a violation says about one exclusion."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Question:
    """How the form asks for an exclusion, plain help beside it, and what a «yes» says in a reason."""

    text: str
    help: str
    means: str


QUESTIONS: dict[Exclusion, Question] = {
    Exclusion.VICTIM_CALL: Question(
        "Was it brought up by a victim, or by somebody calling for a victim?",
        "Anybody who was harmed, threatened or robbed, whoever made the call. Asking for help is never a ground.",
        "a victim, or somebody for a victim, asked for help",
    ),
    Exclusion.DOMESTIC_VIOLENCE: Question(
        "Was there domestic violence, sexual violence or stalking?",
        "Read the report, not its code: such incidents are often filed as property damage or disturbing the peace.",
        "it was about domestic violence, sexual violence or stalking",
    ),
    Exclusion.MEDICAL: Question(
        "Was it a medical emergency?", "An overdose, a fall, an ambulance: also when police came along.",
        "it was a medical emergency",
    ),
    Exclusion.MENTAL_HEALTH: Question(
        "Was it a mental health crisis?", "Also a welfare check, or somebody who spoke of harming herself.",
        "it was a mental health crisis",
    ),
    Exclusion.SELF_REPORTED_BY_OWNER: Question(
        "Did the owner report the violation herself?", "An owner who tells the city what goes on must not pay for it.",
        "the owner reported it herself",
    ),
    Exclusion.CALLED_BY_OCCUPANT: Question(
        "Did somebody who lives there call?", "Any tenant or guest, also about a neighbor in the same building.",
        "somebody who lives there called for help",
    ),
    Exclusion.CALLED_BY_OWNER: Question(
        "Did the owner or whoever manages the place call?", "Also a guard, a caretaker or a bartender.",
        "the owner or manager called for help",
    ),
    Exclusion.CHILD_PROTECTION: Question(
        "Was it a report to protect a child?", "Suspected abuse or neglect, a missing child, a check on children.",
        "it was a report to protect a child",
    ),
    Exclusion.CORRECTIVE_ACTION: Question(
        "Was the owner already putting an end to it?",
        "Eviction begun, locks or guards in place, a trespass order asked for.",
        "the owner was already putting an end to it",
    ),
}  # fmt: skip


def exclusions_of(answers: Mapping[str, str]) -> list[tuple[Exclusion, str]]:
    """Each exclusion that holds, with its reason in words; one that nobody answered with «no» holds."""
    found = []
    for exclusion, question in QUESTIONS.items():
        answer = answers.get(exclusion.value)
        if answer == Answer.NO:
            continue
        if answer == Answer.YES:
            found.append((exclusion, f"Not countable: {question.means}."))
        else:
            found.append((exclusion, f"Not countable, because nobody has ruled out that {question.means}."))
    return found
