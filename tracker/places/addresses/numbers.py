"""House numbers: "123", "123-125", "12A", "43-10"."""

import re
from dataclasses import dataclass
from functools import lru_cache

_GRID_NUMBER = re.compile(r"[NSEW]\d{1,5}[NSEW](\d{1,6})")
_NUMBER = re.compile(r"(\d{1,9})-?([A-Z])?(?:-(\d{1,9})([A-Z])?)?")


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number as it stands in a key, with its low and high number (high only for a range)."""

    text: str
    low: int
    high: int | None = None


@lru_cache(maxsize=16_384)
def read_number(word: str) -> HouseNumber | None:
    """The house number that a word is, or None.

    A second number that is smaller is no range: "43-10" is one house in a city that numbers by cross streets, and it is
    kept as written; "125-123" is a range turned round. "W156N9762" is a number on a county's grid.
    """
    match = _NUMBER.fullmatch(word)
    if not match:
        grid = _GRID_NUMBER.fullmatch(word)
        return HouseNumber(word, int(grid[1])) if grid else None
    low, letter, high, high_letter = int(match[1]), match[2] or "", match[3], match[4] or ""
    if high is None:
        return HouseNumber(f"{low}{letter}", low)
    if (int(high), high_letter) == (low, letter):
        return HouseNumber(f"{low}{letter}", low)
    if int(high) < low and len(high) < 3:
        return HouseNumber(f"{low}{letter}-{high}{high_letter}", low)
    ends = sorted(((low, letter), (int(high), high_letter)))
    text = "-".join(f"{number}{sign}" for number, sign in ends)
    return HouseNumber(text, ends[0][0], ends[1][0] if ends[1][0] > ends[0][0] else None)
