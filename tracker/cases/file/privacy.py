"""Who may know what a case's file says of people, as one rule. Pure."""

from enum import StrEnum


class Privacy(StrEnum):
    """To whom something in a case's file is shown."""

    EVERYONE = "everyone"
    WORKERS = "workers"


PRIVACY_LABELS = {
    Privacy.EVERYONE: "Everyone on the case",
    Privacy.WORKERS: "Only people who work the case",
}


def may_see(level: Privacy, *, works_cases: bool) -> bool:
    """Whether somebody who may look at cases, and works them or not, sees what is kept at this level."""
    return works_cases or level is Privacy.EVERYONE
