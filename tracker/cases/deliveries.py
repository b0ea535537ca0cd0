"""A whole file from its first line to its last case, in steps between which the caller commits."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..calls.arriving import being_read, broken_imports, claim_import, inherit_calls
from ..calls.importing.beside import open_reading
from ..calls.importing.mapping import ColumnMap
from ..calls.importing.rejects import RejectsFile
from ..calls.importing.run import reading_task, record_portions, start_import
from ..calls.learning import finish_import
from ..calls.masking import count_unmasked
from ..calls.models import CallImport, SinkCandidate
from ..calls.placing import Placer
from ..extensions import db
from ..places.city import the_city
from .grouping import compile_kernel
from .intake import Taken, families_waiting, mask_waiting, take_families, take_in_steps

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a delivery is: `done` of `total` units of the named stage, and rows read so far."""

    stage: str
    done: int
    total: int
    rows: int


class Delivery:
    """Imports one file. Iterate over `steps()` and commit after each; then read the results."""

    def __init__(self, path: Path, mapping: ColumnMap, rejects_path: Path, load_hint: str) -> None:
        self._path = path
        self._mapping = mapping
        self._rejects_path = rejects_path
        self._load_hint = load_hint
        self.run: CallImport
        self.cases_opened = 0
        self.candidates: list[SinkCandidate] = []

    def steps(self) -> Iterator[Step]:
        """Record, learn, mask, group. What a step wrote stays if a later one fails.

        Then the worker goes on from there, or `scan`, or another import of the source.
        """
        placer = Placer(the_city())
        task = reading_task(self._path, self._mapping, self._load_hint)
        with open_reading(task, meanwhile=compile_kernel) as reading:
            survey = reading.survey()
            self.run = start_import(survey, self._mapping)
            with being_read(self.run) as check:
                with RejectsFile(self._rejects_path, survey.header) as rejects:
                    for progress in record_portions(self.run, reading.portions(), survey.rows, placer, rejects):
                        check()
                        yield Step("reading", progress.rows, progress.total, progress.rows)
                inherit_calls(self.run)
                self.candidates = finish_import(self.run, placer.normalize)
                yield Step("learning", 1, 1, self.run.rows)
        yield from self._take(placer, self.run.rows)

    def _take(self, placer: Placer, rows: int) -> Iterator[Step]:
        masked, unmasked = 0, count_unmasked()
        for portion in mask_waiting(placer.by_key):
            masked += portion
            yield Step("masking", masked, max(masked, unmasked), rows)
        done, total = 0, len(families_waiting())
        for taken in take_families():
            done += taken.families
            self.cases_opened += len(taken.opened)
            yield Step("grouping", done, max(done, total), rows)


def catch_up() -> Iterator[Taken]:
    """Finish what broken imports began, then take what waits, in steps between which the caller commits.

    An import that cannot be finished is logged, and tried again the next time.
    """
    try:
        for _ in finish_broken_imports():
            yield Taken()
    except Exception:  # whatever it is: other calls are not to wait for it
        db.session.rollback()
        log.exception("A broken import could not be finished")
    yield from take_in_steps()


def finish_broken_imports() -> Iterator[CallImport]:
    """Learn what imports that were broken off would have learned; the grouping of their calls is up to the caller.

    One that is at work is left alone. The caller commits after each.
    """
    for run in broken_imports():
        if claim_import(run):
            finish_import(run, Placer(the_city()).normalize)
            yield run
