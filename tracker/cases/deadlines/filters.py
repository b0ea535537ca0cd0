"""What the list of late cases can be narrowed by, as it stands in its address. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...calls.filters import number_of, one_of
from .kinds import ASKED

LATE, SOON, BOTH = "late", "soon", "both"
WHICH = {BOTH: "Late and soon late", LATE: "Late", SOON: "Soon late"}
KINDS = {kind.value: words for kind, words in ASKED.items()}


@dataclass(frozen=True, slots=True)
class LateFilters:
    """One narrowing of the list; empty values do not narrow. Unknown values in an address are ignored."""

    which: str = BOTH
    center: int | None = None
    contact: int | None = None
    kind: str = ""
    family: int | None = None

    def as_query(self) -> dict[str, Any]:
        """The values that differ from the defaults, as they go into an address."""
        plain = asdict(LateFilters())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


def read_late_filters(values: Mapping[str, str]) -> LateFilters:
    """The filters that an address asks for."""
    return LateFilters(
        which=one_of(values.get("which"), WHICH, BOTH),
        center=number_of(values.get("center")),
        contact=number_of(values.get("contact")),
        kind=one_of(values.get("kind"), KINDS, ""),
        family=number_of(values.get("family")),
    )
