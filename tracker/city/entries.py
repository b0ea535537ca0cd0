"""Read one entry of a profile by the table of its keys: nothing unknown, nothing missing, nothing of a wrong kind."""

import difflib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..errors import ProfileError
from .reading import shown, suggest

Check = Callable[[Any], Any]
"""Returns the value as it is kept; raises ValueError with «must be ...» otherwise."""

REQUIRED: Any = object()
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]*")
_COLOR = re.compile(r"[a-z]{3,20}|#[0-9a-fA-F]{6}")
_SIGN_IN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,119}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()]{1,64}@[A-Za-z0-9.-]{1,180}")
_WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that an entry may have; without a `default` it must have it."""

    name: str
    check: Check
    default: Any = REQUIRED


def read_entry(entry: object, keys: Sequence[Key], where: str) -> dict[str, Any]:
    """The entry's values by key name, defaults filled in. `where` names file and entry for messages."""
    if not isinstance(entry, dict):
        raise ProfileError(f"{where}: must be a table of keys and values, not {shown(entry)}")
    names = [key.name for key in keys]
    for name in entry:
        if name not in names:
            raise ProfileError(f"{where}: unknown key {shown(name)}{suggest(name, names)}")
    return {key.name: _read_value(entry, key, where) for key in keys}


def read_properties(properties: dict[str, Any], keys: Sequence[Key], where: str) -> dict[str, Any]:
    """The same for a GeoJSON feature, where maps carry columns of their own: passed over unless misspelled."""
    names = [key.name for key in keys]
    for name in properties:
        missed = [known for known in names if known not in properties]
        if name not in names and difflib.get_close_matches(name.lower(), missed, n=1, cutoff=0.8):
            raise ProfileError(f"{where}: unknown property {shown(name)}{suggest(name.lower(), missed)}")
    return read_entry({name: properties[name] for name in names if properties.get(name) is not None}, keys, where)


def _read_value(entry: dict[str, Any], key: Key, where: str) -> Any:
    if key.name not in entry:
        if key.default is REQUIRED:
            raise ProfileError(f"{where}: the key {key.name} is missing")
        return key.default
    try:
        return key.check(entry[key.name])
    except ValueError as error:
        raise ProfileError(f"{where}: {key.name} {error}, not {shown(entry[key.name])}") from error


def text(longest: int, *, may_be_empty: bool = False) -> Check:
    """One line of printable text, outer blanks cut off."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not (may_be_empty or value.strip()):
            raise ValueError("must be a text")
        if len(value) > longest or _UNPRINTABLE.search(value):
            raise ValueError(f"must be one line of at most {longest} characters")
        return value.strip()

    return check


def prose(longest: int, *, may_be_empty: bool = False) -> Check:
    """Printable text that may have several lines, outer blanks cut off."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not (may_be_empty or value.strip()):
            raise ValueError("must be a text")
        if len(value) > longest or _UNPRINTABLE.search(value.replace("\n", "")):
            raise ValueError(f"must be a text of at most {longest} printable characters")
        return value.strip()

    return check


def web_address(value: Any) -> str:
    """An address of a page, or nothing."""
    if value != "" and not (isinstance(value, str) and len(value) <= 400 and _WEB_ADDRESS.fullmatch(value)):
        raise ValueError('must be an address such as "https://example.org/page", or empty')
    return str(value)


def code(longest: int = 60) -> Check:
    """Lower-case letters, digits, - and _: what other files and addresses of pages refer to."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or not _CODE.fullmatch(value):
            raise ValueError(f"must be at most {longest} lower-case letters, digits, - and _")
        return value

    return check


def digits(longest: int) -> Check:
    """A text of digits, such as a telephone prefix."""

    def check(value: Any) -> str:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= longest):
            raise ValueError(f"must be a text of at most {longest} digits")
        return value

    return check


def color(value: Any) -> str:
    """A color's English name or #rrggbb."""
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise ValueError('must be a color such as "blue" or "#3366cc"')
    return value


def sign_in_name(value: Any) -> str:
    """What a staff member types to sign in."""
    if not isinstance(value, str) or not _SIGN_IN_NAME.fullmatch(value):
        raise ValueError("must be letters, digits and . _ @ + - without blanks")
    return value


def email(value: Any) -> str:
    """A mail address of the plain kind, or nothing."""
    if value != "" and not (isinstance(value, str) and _EMAIL.fullmatch(value)):
        raise ValueError("must be a mail address or empty")
    return str(value)


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return check


def number(low: float, high: float) -> Check:
    """A finite number from `low` to `high`."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return float(value)

    return check


def money(value: Any) -> int:
    """An amount that is not negative, in cents."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10_000_000:
        raise ValueError("must be an amount such as 85 or 85.50")
    if abs(value * 100 - round(value * 100)) > 1e-6:
        raise ValueError("must be an amount with at most two decimals, such as 85.50")
    return round(value * 100)


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def words(longest: int) -> Check:
    """A list of texts, none twice."""
    one = text(longest)

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError('must be a list such as ["one", "two"]')
        try:
            return tuple(dict.fromkeys(one(word) for word in value))
        except ValueError as error:
            raise ValueError(f"must be a list of texts of at most {longest} characters") from error

    return check


def choice(enum: type[StrEnum]) -> Check:
    """One of the enum's values."""

    def check(value: Any) -> StrEnum:
        if value not in [member.value for member in enum]:
            raise ValueError(f"must be one of {', '.join(enum)}")
        return enum(value)

    return check


def entries(value: Any) -> list[Any]:
    """A list of tables, read by their own keys later."""
    if not isinstance(value, list):
        raise ValueError("must be a list of tables (write [[...]] above each)")
    return value


def table(value: Any) -> dict[str, Any]:
    """A table, read by its own keys later."""
    if not isinstance(value, dict):
        raise ValueError("must be a table (write [...] above it)")
    return value


def point(value: Any) -> tuple[float, float]:
    """[latitude, longitude] in degrees."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("must be [latitude, longitude]")
    lat, long = value
    if any(isinstance(part, bool) or not isinstance(part, int | float) or not math.isfinite(part) for part in value):
        raise ValueError("must be [latitude, longitude]")
    return float(lat), float(long)
