"""The steps of handing a caller back to 911, ticked as they happen; the hand-back never waits for them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a warm transfer."""

    code: str
    words: str


STEPS = (
    Step("told_to_stay", "The caller was told to stay on the line."),
    Step("location_verified", "The location was verified with the caller."),
    Step("acknowledged", "You stayed on until the 911 telecommunicator acknowledged."),
    Step("both_ends_logged", "Both ends are logged: who handed over, and who took it at 911."),
)
STEP_CODES = frozenset(step.code for step in STEPS)


def missing_steps(done: Collection[str]) -> tuple[Step, ...]:
    """The steps not yet ticked, in their order."""
    return tuple(step for step in STEPS if step.code not in done)
