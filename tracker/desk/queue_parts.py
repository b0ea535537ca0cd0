"""What a queue is made of: lines to work through, figures, and the one thing to do first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..calls.models import ServiceRequest
from ..cases.contacts import Load
from ..cases.models import ProblemCase
from ..cases.workload.day import DueSteps
from .work_counts import WorkCounts


@dataclass(frozen=True, slots=True)
class Section:
    """One line to work through: its first cases or calls, how many in all, and the endpoint of the whole list."""

    title: str
    total: int
    cases: Sequence[ProblemCase] = ()
    calls: Sequence[ServiceRequest] = ()
    endpoint: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    empty: str = ""
    one: str = ""
    """The title in words of a figure, where it counts a single one."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to what it counts, in words; `one` are those for a single one, where they are others."""

    number: int
    label: str
    endpoint: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    one: str = ""

    @property
    def words(self) -> str:
        """What the number counts, said for so many."""
        return self.one if self.one and self.number == 1 else self.label


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do first."""

    title: str
    text: str
    button: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A page from which work goes on."""

    label: str
    endpoint: str


@dataclass(slots=True)
class Queue:
    """What a person sees first in the morning."""

    since: datetime | None
    next: Next | None = None
    figures: list[Figure] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    new: dict[int, int] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)
    work: WorkCounts | None = None
    hint: str = ""
    due: DueSteps | None = None
    """What is due of the person herself, today or before."""
    today: date | None = None
    links: list[Link] = field(default_factory=list)
