"""Records of a JSON array of objects, such as GeoReport's requests: one at a time, however long the file is. Pure.

Where one object ends is found by its brackets alone, before anybody reads it: so a broken one costs itself only. In
place of a line each has its number in the array, from 1: such files often are one line.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from ...errors import ImportRefused
from .files import CUT_OFF
from .records import MAX_CELL, Record, Refusal

_BLOCK = 1 << 16
_LONGEST = 2_000_000
_START = re.compile(r'[\ufeff\s]*(?:\{\s*"[a-z_]{1,40}"\s*:\s*)?\[\s*')
"""A bare array, or one under a single name, as some servers wrap it."""
_MARK = re.compile(r'"(?>[^"\\]+|\\.)*+"|["\[\]{},]', re.DOTALL)
"""A whole text, or a sign that says where an element begins or ends. A quotation mark alone: its text goes on."""
_NEXT = re.compile(r"[\s,]*")
_AFRESH = re.compile(r"\}\s*,\s*(?=\{)")
_TOO_LONG = f"the record is more than {_LONGEST:,} characters long, or its brackets or quotation marks do not match"
_ENDS_EARLY = "the file ends in the middle of this record"
_HALF_LETTER = re.compile("[\ud800-\udfff]")


class _Text:
    """The file as far as it has been read, and where in it one stands; what lies before is let go."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.buffer, self.at = "", 0
        self.is_at_end = False

    def read_more(self) -> bool:
        """Add a block; False at the end."""
        try:
            block = "" if self.is_at_end else self._file.read(_BLOCK)
        except CUT_OFF:
            block = ""
        self.is_at_end = not block
        self.buffer, self.at = self.buffer[self.at :] + block, 0
        return bool(block)

    @property
    def left(self) -> int:
        """Characters that have been read and not yet used."""
        return len(self.buffer) - self.at


def read_json_records(file: TextIO, columns: Sequence[str]) -> Iterator[Record | Refusal]:
    """Every element of the array in order, with the texts of `columns`; raises `ImportRefused` where there is none."""
    text = _Text(file)
    _skip_start(text)
    number = 0
    while _skip_to_next(text):
        number += 1
        length = _length_of_element(text)
        if length:
            start, text.at = text.at, text.at + length
            yield _read_record(text.buffer[start : text.at], number, columns)
            continue
        reason = _ENDS_EARLY if text.is_at_end else _TOO_LONG
        yield Refusal(number, reason, [text.buffer[text.at : text.at + MAX_CELL]])
        _skip_broken(text)


def _skip_start(text: _Text) -> None:
    text.read_more()
    found = _START.match(text.buffer)
    if found is None:
        raise ImportRefused("The file is no JSON array of requests: it must begin with «[».")
    text.at = found.end()


def _skip_to_next(text: _Text) -> bool:
    """Whether there is one more element; what stands before it is let go."""
    while True:
        found = _NEXT.match(text.buffer, text.at)
        text.at = found.end() if found else text.at
        if text.left:
            return text.buffer[text.at] != "]"
        if not text.read_more():
            return False


def _length_of_element(text: _Text) -> int:
    """How long the next element is, reading on as needed; 0 where it has no end."""
    depth, place = 0, 0
    while True:
        while mark := _MARK.search(text.buffer, text.at + place):
            if mark[0] == '"':
                place = mark.start() - text.at
                break
            before, depth = depth, depth + _STEP.get(mark[0], 0)
            place = mark.end() - text.at
            if not before and depth <= 0 and mark[0] in ",]}":
                return max(1, place - 1)  # no object at all: it ends before the sign
            if before and not depth:
                return place
        if text.left > _LONGEST or not text.read_more():
            return 0


_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def _skip_broken(text: _Text) -> None:
    """Go on where the next object seems to begin; to the end of the file where none does."""
    while True:
        found = _AFRESH.search(text.buffer, text.at)
        if found:
            text.at = found.end()
            return
        text.at = max(text.at, len(text.buffer) - _BLOCK)
        if not text.read_more():
            text.at = len(text.buffer)
            return


def _read_record(raw: str, number: int, columns: Sequence[str]) -> Record | Refusal:
    try:
        found = json.loads(raw, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return Refusal(number, "the record is no JSON", [raw[:MAX_CELL]])
    if not isinstance(found, dict):
        return Refusal(number, "the record is no object of names and values", [raw[:MAX_CELL]])
    folded = {str(name).casefold(): value for name, value in found.items()}
    values = [folded.get(name.casefold()) for name in columns]
    for name, value in zip(columns, values, strict=True):
        if isinstance(value, dict | list):
            return Refusal(number, f"{name} is neither a text nor a number", [raw[:MAX_CELL]])
    cells = [_cell(value) for value in values]
    if any(map(_HALF_LETTER.search, cells)):
        return Refusal(number, "a text holds half a letter (a lone surrogate)", [ascii(raw)[1:-1][:MAX_CELL]])
    return Record(number, cells, is_odd=any("\0" in cell or len(cell) > MAX_CELL for cell in cells))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
