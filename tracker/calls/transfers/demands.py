"""The decisions on a 911 transfer and what each of them demands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .hard_stops import Verdict


class Decision(StrEnum):
    """How the review of a transfer ends."""

    RETURNED_TO_911 = "returned_to_911"
    REPORT_TAKEN = "report_taken"
    LINKED = "linked"
    CASE_PROPOSED = "case_proposed"
    REFERRED = "referred"
    CALL_BACK = "call_back"
    ADVISED = "advised"
    CLOSED_ADMINISTRATIVELY = "closed_administratively"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a decision is called, what it means, and which fields it cannot do without (field to what is missing)."""

    name: str
    meaning: str
    fields: Mapping[str, str]


_REASON = "Write down what was done and why; it stays with the transfer."
_TOLD = "Say whether the caller was told."
_TYPE = "Choose what it is about."
DEMANDS: dict[Decision, Demand] = {
    Decision.RETURNED_TO_911: Demand("Returned to 911", "A hard stop, or doubt: 911 has it again.", {}),
    Decision.REPORT_TAKEN: Demand(
        "Telephone report taken",
        "The report is a call of this desk and counts with others at its place.",
        {"service_type": _TYPE},
    ),
    Decision.LINKED: Demand(
        "Linked to a case", "It belongs to a case that is being worked on.", {"case": "Give the number of the case."}
    ),
    Decision.CASE_PROPOSED: Demand(
        "New case proposed",
        "It is a problem of its own: a case opens at its place and gets an owner.",
        {"service_type": _TYPE, "reason": "Say what the problem is."},
    ),
    Decision.REFERRED: Demand(
        "Referred to an agency",
        "Somebody else is responsible, and the caller knows whom to turn to.",
        {"agency": "Name the agency.", "told_caller": _TOLD},
    ),
    Decision.CALL_BACK: Demand(
        "Appointment or call-back",
        "The caller is rung back, or an officer comes, at an agreed time.",
        {"call_back_at": "Give day and time of the call-back.", "reason": _REASON},
    ),
    Decision.ADVISED: Demand("Closed with advice", "The caller was helped by words.", {"reason": _REASON}),
    Decision.CLOSED_ADMINISTRATIVELY: Demand(
        "Closed administratively",
        "Nobody is sent and nothing else is done.",
        {"reason": _REASON, "told_caller": _TOLD},
    ),
}
MAKES_A_CALL = frozenset({Decision.REPORT_TAKEN, Decision.LINKED, Decision.CASE_PROPOSED})


def allowed_decisions(verdict: Verdict) -> frozenset[Decision]:
    """What may be decided after these answers: anything when every stop is clear, else only the way back."""
    return frozenset(Decision) if verdict.is_clear else frozenset({Decision.RETURNED_TO_911})


def missing_fields(decision: Decision, given: Mapping[str, object]) -> list[str]:
    """What the decision still demands, in words; blank text and None count as not given, a plain «no» as given."""
    return [words for name, words in DEMANDS[decision].fields.items() if _is_blank(given.get(name))]


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
