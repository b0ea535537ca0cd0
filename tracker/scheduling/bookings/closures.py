"""Times at which only some work is done, and which work that is. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Closure:
    """From one instant (UTC) to another, not included, only work that needs one of the `kept` skills is done."""

    starts_at: datetime
    ends_at: datetime
    reason: str
    kept: frozenset[str]

    def keeps(self, skills: Collection[str]) -> bool:
        """Whether work that needs these skills goes on."""
        return not self.kept.isdisjoint(skills)

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether any of that time lies in it."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def closure_in_the_way(
    closures: Iterable[Closure], skills: Collection[str], starts_at: datetime, ends_at: datetime
) -> Closure | None:
    """The first closure for which work that needs these skills cannot be done then; None: it can."""
    touched = (one for one in closures if one.touches(starts_at, ends_at) and not one.keeps(skills))
    return min(touched, key=lambda one: one.starts_at, default=None)
