"""How values are written for people and for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from unicodedata import normalize
from zoneinfo import ZoneInfo

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\Z")


def neutralize_cell(value: object) -> str:
    """A cell that no spreadsheet runs as a formula: an apostrophe is put before what could start one; numbers stay."""
    text = "" if value is None else str(value)
    bare = text.lstrip("'")
    if bare.startswith(_DANGEROUS) and not _NUMBER.match(text):
        return "'" + text
    return text


def restore_cell(text: str) -> str:
    """What `neutralize_cell` was given: takes its apostrophe off again."""
    if text.startswith("'") and text.lstrip("'").startswith(_DANGEROUS):
        return text[1:]
    return text


def csv_line(cells: Iterable[object], zone: ZoneInfo) -> str:
    """One line of a CSV file, its instants on the city's clocks; no cell can be run as a formula."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([neutralize_cell(_cell(cell, zone)) for cell in cells])
    return buffer.getvalue()


def _cell(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def plural(count: int, noun: str, plural_noun: str = "") -> str:
    """«1 call», «2 calls», «1,200 calls»."""
    return f"{count:,} {noun if count == 1 else plural_noun or noun + 's'}"


def fold(text: str) -> str:
    """A name as it is compared: white space folded, case ignored, an accent the same in one character or in two."""
    return normalize("NFC", " ".join(text.split()).casefold())


def show_hidden(text: str) -> str:
    """The text with characters that turn it around or take no room (Unicode's bidirectional controls, zero widths)
    written out as [U+202E]: what a stranger typed must not read as something else than it is."""
    return text if text.isascii() else _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
