"""What an address text is read as."""

from enum import StrEnum
from typing import NamedTuple

from .titles import write_for_people


class AddressKind(StrEnum):
    """What sort of place a text names."""

    ADDRESS = "address"
    BLOCK = "block"
    INTERSECTION = "intersection"
    STREET = "street"
    PLACE = "place"
    UNREADABLE = "unreadable"


class NormalizedAddress(NamedTuple):
    """An address read from text; `key` is equal for every spelling of the same place and leaves the unit out.

    `number` is the low number of a range and a block's hundred; None where there is none (and for 0).
    `street` of an intersection is the first in the order of the alphabet, `cross_street` the second.
    """

    kind: AddressKind
    key: str = ""
    number: int | None = None
    number_high: int | None = None
    street: str = ""
    cross_street: str = ""
    unit: str = ""
    place_name: str = ""
    postcode: str = ""
    locality: str = ""

    @property
    def display(self) -> str:
        """The key as people write it: "123 Elm St", "Elm St & Oak Ave", "100 block of Elm St"; "" when unreadable."""
        if self.kind is AddressKind.BLOCK:
            return f"{self.number} block of {write_for_people(self.street)}"
        return write_for_people(self.key)

    @property
    def hundred(self) -> int | None:
        """The hundred block of the number: 123 -> 100, 7 -> 0; None without a number."""
        return None if self.number is None else self.number // 100 * 100
