"""Why work could not be done, as people choose it. Pure."""

from enum import StrEnum


class NotDoneReason(StrEnum):
    """The kinds of reason; what exactly was the matter is said in words beside it."""

    NO_ACCESS = "no_access"
    NOBODY_THERE = "nobody_there"
    IN_THE_WAY = "in_the_way"
    WEATHER = "weather"
    UNSAFE = "unsafe"
    EQUIPMENT = "equipment"
    TOO_BIG = "too_big"
    NOT_FOUND = "not_found"
    NO_TIME = "no_time"
    OTHER = "other"


NOT_DONE_WORDS = {
    NotDoneReason.NO_ACCESS: "No access",
    NotDoneReason.NOBODY_THERE: "Nobody was there",
    NotDoneReason.IN_THE_WAY: "Something stood in the way",
    NotDoneReason.WEATHER: "Weather",
    NotDoneReason.UNSAFE: "It was not safe",
    NotDoneReason.EQUIPMENT: "Equipment failed or was missing",
    NotDoneReason.TOO_BIG: "More work than was planned",
    NotDoneReason.NOT_FOUND: "The problem was not found there",
    NotDoneReason.NO_TIME: "No time was left",
    NotDoneReason.OTHER: "Another reason",
}


def say_reason(kind: NotDoneReason | None, words: str) -> str:
    """The reason as it is kept: «No access: the gate was locked.»"""
    if kind in (None, NotDoneReason.OTHER):
        return words.strip()
    said = NOT_DONE_WORDS[kind]
    return f"{said}: {words.strip()}" if words.strip() else f"{said}."
