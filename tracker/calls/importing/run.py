"""The import of one file, from its first byte to its last recorded call; grouping comes after, in cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ...clock import utc_now
from ...extensions import db
from ...places.city import city_zone, the_city
from ..models import CallImport
from ..placing import Placer
from ..types import TypeBook
from .drafts import CallDraft, DraftReader
from .files import open_calls
from .mapping import ColumnMap
from .recording import Recorder
from .records import Refusal, read_records
from .rejects import RejectsFile
from .survey import Survey, survey_file

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows read so far, of how many."""

    rows: int
    total: int


def start_import(path: Path, mapping: ColumnMap, load_hint: str) -> tuple[CallImport, Survey]:
    """Survey the file and open its `CallImport` row. Raises `ImportRefused` for a file that cannot be this city's."""
    survey = survey_file(path, mapping, the_city(), load_hint)
    run = CallImport(
        file_name=path.name[:255], source=mapping.source, encoding=survey.encoding, started_at=utc_now(), rows=0,
        accepted=0, duplicates=0, updated=0, rejected=0,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    return run, survey


def record_file(
    run: CallImport, survey: Survey, mapping: ColumnMap, placer: Placer, rejects: RejectsFile
) -> Iterator[Progress]:
    """Record the file chunk by chunk. After each chunk the caller commits; memory does not grow with the file."""
    drafts = DraftReader(mapping, survey.positions, len(survey.header), city_zone(the_city()), utc_now())
    recorder = Recorder(run, placer, TypeBook())
    with open_calls(survey.path, survey.encoding) as file:
        file.text.readline(2_000_000)  # the header
        records = read_records(file.text, survey.delimiter, len(survey.header))
        while chunk := list(islice(records, CHUNK)):
            recorder.record(_drafts_of(drafts.read(chunk), run, rejects))
            run.rows += len(chunk)
            yield Progress(run.rows, survey.rows)
    yield Progress(run.rows, survey.rows)


def _drafts_of(read: list[CallDraft | Refusal], run: CallImport, rejects: RejectsFile) -> list[CallDraft]:
    """The drafts among what was read; the refusals go to the rejects file."""
    drafts = []
    for item in read:
        if isinstance(item, Refusal):
            rejects.add(item)
            run.rejected += 1
        else:
            drafts.append(item)
    return drafts
