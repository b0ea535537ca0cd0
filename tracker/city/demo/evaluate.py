"""How well cases match the planted problems: the share found (recall), and the share of cases that are one."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

from .truth import DemoTruth

CaseId = TypeVar("CaseId")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`found` of `planted` problems; `matching` of `opened` cases. Nothing planted or opened counts as all right."""

    found: int
    planted: int
    matching: int
    opened: int

    @property
    def recall(self) -> float:
        """Share of the planted problems that were found."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Share of the cases that are a planted problem."""
        return self.matching / self.opened if self.opened else 1.0


def evaluate(cases: Mapping[CaseId, Set[str]], truth: DemoTruth) -> Evaluation:
    """Hold cases (id -> source ids of their calls) against the truth.

    A planted problem is found when one case holds at least half of its calls. A case is planted when at least half
    of its calls belong to one planted problem.
    """
    problem_of = {call: index for index, one in enumerate(truth.planted) for call in one.source_ids}
    found: set[int] = set()
    matching = 0
    for calls in cases.values():
        shared = Counter(problem_of[call] for call in calls if call in problem_of)
        found.update(index for index, held in shared.items() if 2 * held >= len(truth.planted[index].source_ids))
        matching += any(2 * held >= len(calls) for held in shared.values())
    return Evaluation(len(found), len(truth.planted), matching, len(cases))
