"""Which violations are one incident: whatever shares the number of a report or of its evidence. Pure."""

import re
from collections.abc import Iterable, Mapping

from ..formatters import fold

_PARTS = re.compile(r"[^\W\d_]+|\d+")


def plain_number(typed: str) -> str:
    """A number as it is compared: «C-77», «c 77» and «C77» are one, «1-12» and «11-2» are not."""
    folded = fold(typed)
    return " ".join(_PARTS.findall(folded)) or folded


def incidents_of(numbers: Mapping[int, Iterable[str]]) -> dict[int, str]:
    """A name of the incident of each violation, from the numbers typed for it: its report's and its evidence's.

    Whoever shares either, if only through a third, is one incident: a slip in one number makes no second one.
    """
    own = {key: {plain_number(typed) for typed in of if typed.strip()} for key, of in numbers.items()}
    together: dict[str, set[str]] = {}
    for mine in own.values():
        joined = mine.union(*(together.get(number, set()) for number in mine))
        together |= dict.fromkeys(joined, joined)
    return {key: min(together[next(iter(mine))]) if mine else "" for key, mine in own.items()}
