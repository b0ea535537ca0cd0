"""What is waited for, why a clock stands still, and the words for both. Pure."""

from enum import StrEnum


class DeadlineKind(StrEnum):
    """What has to have happened by a deadline."""

    ACCEPT = "accept"
    SCAN = "scan"
    RESPOND = "respond"
    REVIEW = "review"


class PauseReason(StrEnum):
    """What a case waits for that nobody here can hurry."""

    OWNER = "owner"
    COURT = "court"
    SEASON = "season"
    OTHER = "other"


ASKED: dict[DeadlineKind, str] = {
    DeadlineKind.ACCEPT: "Accept",
    DeadlineKind.SCAN: "Finish scanning",
    DeadlineKind.RESPOND: "Begin the response",
    DeadlineKind.REVIEW: "Look at it again",
}
"""What is asked of somebody; «by» and a time follow."""
WAITS_FOR: dict[PauseReason, str] = {
    PauseReason.OWNER: "the owner",
    PauseReason.COURT: "a court date",
    PauseReason.SEASON: "the season",
    PauseReason.OTHER: "something else",
}
