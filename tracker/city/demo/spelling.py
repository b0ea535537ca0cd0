"""How callers and other systems write an address: plainly, in full, in capitals, with typos, or hardly at all."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from .plan import CITY_NAME

FULL_ENDINGS = {
    "St": "Street", "Ave": "Avenue", "Rd": "Road", "Dr": "Drive", "Ln": "Lane", "Pl": "Place", "Ct": "Court",
    "Ter": "Terrace", "Cres": "Crescent", "Way": "Way", "Blvd": "Boulevard", "Pkwy": "Parkway", "Aly": "Alley",
}  # fmt: skip
VAGUE = (
    "", "unknown", "by the gas station", "behind the school", "near the old mill", "on the bridge",
    "next to the ball field", "the corner with the laundromat", "caller does not know the street", "bus stop",
    "the alley", "downtown somewhere",
)  # fmt: skip
"""Addresses that nobody can place."""


def _plain(number: str, street: str, zipcode: str, chance: float) -> str:
    return f"{number} {street}"


def _in_full(number: str, street: str, zipcode: str, chance: float) -> str:
    name, ending = street.rsplit(" ", 1)
    return f"{number} {name} {FULL_ENDINGS[ending]}"


def _in_capitals(number: str, street: str, zipcode: str, chance: float) -> str:
    return f"{number} {street}".upper()


def _with_city(number: str, street: str, zipcode: str, chance: float) -> str:
    return f"{number} {street}, {CITY_NAME}" + (f" {zipcode}" if chance < 0.5 else "")


def _without_ending(number: str, street: str, zipcode: str, chance: float) -> str:
    return f"{number} {street.rsplit(' ', 1)[0]}".lower()


def _with_unit(number: str, street: str, zipcode: str, chance: float) -> str:
    unit = 1 + int(chance * 24)
    return f"{number} {street} Apt {unit}" if unit % 2 else f"{number} {street} #{unit}"


def _with_blanks(number: str, street: str, zipcode: str, chance: float) -> str:
    return f" {number}  {street}  "


def _misspelled(number: str, street: str, zipcode: str, chance: float) -> str:
    name, ending = street.rsplit(" ", 1)
    return f"{number} {misspell(name, chance)} {ending}"


def misspell(name: str, chance: float) -> str:
    """One slip of the finger in the longest word: a letter lost, doubled or exchanged with the next, never the first.

    `chance` lies in [0, 1); words of three letters or fewer are left alone.
    """
    word = max(name.split(), key=len)
    if len(word) < 4:
        return name
    at = 1 + int(chance * 997) % (len(word) - 2)
    exchanged = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    slips = (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], exchanged)
    return name.replace(word, slips[int(chance * 31) % 3], 1)


HOUSE_STYLES: tuple[tuple[float, Callable[[str, str, str, float], str]], ...] = (
    (0.54, _plain),
    (0.12, _in_full),
    (0.10, _in_capitals),
    (0.09, _with_city),
    (0.04, _without_ending),
    (0.05, _with_unit),
    (0.02, _with_blanks),
    (0.04, _misspelled),
)
CROSSING_STYLES = (
    "{0} & {1}", "{0} & {1}", "{1} & {0}", "{0} and {1}", "{1} and {0}", "INTERSECTION of {0} & {1}", "{0} / {1}",
    "{0} at {1}", "Corner of {0} and {1}",
)  # fmt: skip

_LIMITS = list(accumulate(share for share, _ in HOUSE_STYLES))


def say_house(number: int, street: str, zipcode: str, style: float, chance: float) -> str:
    """A house's address in the style that `style` in [0, 1) picks."""
    pick = min(bisect_right(_LIMITS, style), len(HOUSE_STYLES) - 1)
    return HOUSE_STYLES[pick][1](str(number), street, zipcode, chance)


def say_crossing(streets: tuple[str, ...], style: float, chance: float) -> str:
    """A crossing by two of its streets; both numbers lie in [0, 1)."""
    first = int(chance * (len(streets) - 1))
    text = CROSSING_STYLES[int(style * len(CROSSING_STYLES))].format(streets[first], streets[first + 1])
    return text.upper() if chance > 0.93 else text


def say_nothing(chance: float) -> str:
    """A text that names no place."""
    return VAGUE[int(chance * len(VAGUE))]
