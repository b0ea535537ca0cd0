"""What a playbook's step can be, and which facts each kind needs or may have: one table. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """What applying a step makes."""

    WORK_ORDER = "work_order"
    TASK = "task"
    LETTER = "letter"
    VISIT = "visit"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class KindRule:
    """How a kind is called, which facts it needs, which it may have besides, and what its title becomes on a case."""

    name: str
    needs: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()
    as_title: str = "{title}"


KINDS: dict[StepKind, KindRule] = {
    StepKind.WORK_ORDER: KindRule(
        "Work order", needs=frozenset({"skill", "minutes"}), may_have=frozenset({"people", "needs", "after"})
    ),
    StepKind.TASK: KindRule("Task", may_have=frozenset({"details"})),
    StepKind.LETTER: KindRule("Letter", may_have=frozenset({"details", "template"}), as_title="Send letter: {title}"),
    StepKind.VISIT: KindRule("Visit", may_have=frozenset({"details"}), as_title="Visit: {title}"),
    StepKind.PARTNER: KindRule("Partner", needs=frozenset({"partner"}), may_have=frozenset({"details"})),
}
DEPENDENT = ("skill", "minutes", "people", "needs", "after", "details", "template", "partner")
"""The facts that only some kinds have."""


def missing_facts(kind: StepKind, given: frozenset[str]) -> list[str]:
    """What the kind needs and was not given, in the table's order."""
    return [name for name in DEPENDENT if name in KINDS[kind].needs - given]


def idle_facts(kind: StepKind, given: frozenset[str]) -> list[str]:
    """What was given and means nothing for the kind."""
    return [name for name in DEPENDENT if name in given - KINDS[kind].needs - KINDS[kind].may_have]


def title_on_case(kind: StepKind, title: str) -> str:
    """What the step is called once it is a task of a case."""
    return KINDS[kind].as_title.format(title=title)
