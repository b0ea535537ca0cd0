"""One file, from its first byte to its last row: first what it is, then what its rows say. Pure: no database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from ...places.addresses import NormalizedAddress, normalize_address
from .drafts import CallDraft, DraftReader
from .files import open_calls
from .mapping import ColumnMap
from .records import Refusal
from .survey import CityFacts, Survey, records_of, survey_file

ROWS = 5_000
REMEMBERED = 200_000
"""Different texts of addresses that are kept in mind, so that memory does not grow with the file."""


@dataclass(frozen=True, slots=True)
class Task:
    """Which file to read, how, for which city; `load_hint` is the command that would load the file's own city."""

    path: Path
    mapping: ColumnMap
    city: CityFacts
    now: datetime
    load_hint: str


@dataclass(slots=True)
class Portion:
    """The next rows of a file: how many they are, what they say, and those among them that say nothing usable.

    `addresses`: the drafts' texts that did not come before, each with what it means.
    """

    rows: int
    drafts: list[CallDraft] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    addresses: dict[str, NormalizedAddress] = field(default_factory=dict)


def survey_task(task: Task) -> Survey:
    """The first pass. Raises `ImportRefused` for a file that cannot be this city's."""
    return survey_file(task.path, task.mapping, task.city, task.load_hint)


def read_portions(task: Task, survey: Survey) -> Iterator[Portion]:
    """The second pass: every row of the file, in portions that fit in memory."""
    reader = DraftReader(task.mapping, survey.positions, len(survey.header), task.city.zone, task.now)
    seen: set[str] = set()
    with open_calls(survey.path, survey.encoding) as file:
        if survey.delimiter:
            file.text.readline(2_000_000)  # the header
        records = records_of(file.text, survey.delimiter, survey.header)
        while chunk := list(islice(records, ROWS)):
            portion = Portion(len(chunk))
            for item in reader.read(chunk):
                if isinstance(item, Refusal):
                    portion.refusals.append(item)
                else:
                    portion.drafts.append(item)
            portion.addresses = _read_new(portion.drafts, seen, task.city.localities)
            yield portion


def _read_new(drafts: list[CallDraft], seen: set[str], localities: frozenset[str]) -> dict[str, NormalizedAddress]:
    if len(seen) > REMEMBERED:
        seen.clear()
    new = {draft.address for draft in drafts} - seen
    seen |= new
    return {text: normalize_address(text, localities=localities) for text in new}
