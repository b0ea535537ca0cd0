"""The import of one file, from its first byte to its last recorded call; grouping comes after, in cases."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...clock import utc_now
from ...extensions import db
from ...places.city import city_zone, the_city
from ..models import CallImport
from ..placing import Placer
from ..types import TypeBook
from .mapping import ColumnMap
from .reading import Portion, Task
from .recording import Recorder
from .rejects import RejectsFile
from .survey import CityFacts, Survey


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows read so far, of how many."""

    rows: int
    total: int


def reading_task(path: Path, mapping: ColumnMap, load_hint: str) -> Task:
    """What it takes to read a file for the city of this database."""
    city = the_city()
    facts = CityFacts(
        name=city.name, south=city.south, west=city.west, north=city.north, east=city.east,
        zone=city_zone(city), localities=frozenset(city.localities),
    )  # fmt: skip
    return Task(path.absolute(), mapping, facts, utc_now(), load_hint)


def start_import(survey: Survey, mapping: ColumnMap) -> CallImport:
    """Open the `CallImport` row of a file that was surveyed."""
    run = CallImport(
        file_name=survey.path.name[:255], source=mapping.source, encoding=survey.encoding, started_at=utc_now(),
        rows=0, accepted=0, duplicates=0, updated=0, rejected=0,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    return run


def record_portions(
    run: CallImport, portions: Iterable[Portion], total: int, placer: Placer, rejects: RejectsFile
) -> Iterator[Progress]:
    """Record a file portion by portion. After each the caller commits; memory does not grow with the file."""
    recorder = Recorder(run, placer, TypeBook())
    for portion in portions:
        placer.remember(portion.addresses)
        for refusal in portion.refusals:
            rejects.add(refusal)
        run.rejected += len(portion.refusals)
        recorder.record(portion.drafts)
        run.rows += portion.rows
        yield Progress(run.rows, total)
    yield Progress(run.rows, total)
