"""How calls become cases: the one kernel that serves desk, import, rule lab and cluster."""

from tracker.cases.grouping.arrays import (
    LOOSE_CALL,
    MUTED_CALL,
    Bans,
    CallArrays,
    CaseArrays,
    CaseCode,
    Grouping,
    Rule,
    empty_cases,
)
from tracker.cases.grouping.delivery import compile_kernel, group_calls

__all__ = [
    "LOOSE_CALL",
    "MUTED_CALL",
    "Bans",
    "CallArrays",
    "CaseArrays",
    "CaseCode",
    "Grouping",
    "Rule",
    "compile_kernel",
    "empty_cases",
    "group_calls",
]
