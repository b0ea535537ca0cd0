"""A selection of cases as it stands in addresses and forms: «12-3» is case 12 in the version 3 that was seen. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...calls.filters import number_of

MOST = 200
"""Cases that are worked on at once."""


@dataclass(frozen=True, slots=True)
class Selected:
    """One case, and the version of it that was seen when it was ticked."""

    case_id: int
    version: int

    def __str__(self) -> str:
        return f"{self.case_id}-{self.version}"


def read_selection(values: Iterable[str]) -> list[Selected]:
    """The cases that an address or a form names, each once, the first mention counting; rubbish is left out."""
    found: dict[int, Selected] = {}
    for value in values:
        case_id, _, version = value.partition("-")
        numbers = number_of(case_id), number_of(version)
        if numbers[0] is not None and numbers[1] is not None:
            found.setdefault(numbers[0], Selected(numbers[0], numbers[1]))
    return list(found.values())
