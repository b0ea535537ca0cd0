"""The stories of the demo city as they are written down: who does what on which day before the first start. Pure."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

STORIES = Path(__file__).parent / "stories"
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One step: on which day (0 is that of the first start, -1 the day before), which verb, by whom, with which facts.

    `by` is «owner» for whoever owns the case, else a sign-in name of the demo's staff.
    """

    day: int
    verb: str
    by: str = "owner"
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one case. `part` says which case can play it (`casting.py`); `near` names a story whose case
    must lie close by."""

    code: str
    family: str
    part: str
    near: str
    steps: tuple[Step, ...]

    @property
    def first_day(self) -> int:
        """The day on which somebody begins to work on it."""
        return self.steps[0].day

    def day_of(self, verb: str) -> int:
        """The day of the first step with this verb; that of the first start when there is none."""
        return next((step.day for step in self.steps if step.verb == verb), 0)


def read_stories() -> list[Story]:
    """Every story, in the order of the files' names and of the stories in them."""
    return [
        _read(row) for path in sorted(STORIES.glob("*.toml")) for row in tomllib.loads(path.read_text("utf-8"))["story"]
    ]


def working_day(today: date, day: int) -> date:
    """The date `day` days after `today`; of a weekend the Friday before, because then nobody is at the desk."""
    then = today + timedelta(days=day)
    return then - timedelta(days=max(0, then.weekday() - _SATURDAY + 1))


def _read(row: dict[str, Any]) -> Story:
    steps = tuple(
        Step(one.pop("day"), one.pop("do"), one.pop("by", "owner"), one)
        for one in (dict(step) for step in row["steps"])
    )
    return Story(row["code"], row["family"], row.get("part", "alive"), row.get("near", ""), steps)
