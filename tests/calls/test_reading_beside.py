"""A large file is read by a process of its own: it says the same, and never outlives the one that wanted it."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.calls.csv_files import MAP, import_text, row, table
from tracker.calls.importing import beside, reading
from tracker.calls.importing.beside import Reading, open_reading
from tracker.calls.importing.mapping import load_map
from tracker.calls.importing.reading import Portion, Task
from tracker.calls.importing.survey import CityFacts
from tracker.clock import utc_now
from tracker.errors import ImportRefused, TrackerError

ODD = [
    row(1, notes='two\nlines, "quoted"', closed="2026-03-04 10:00:00", status="Closed"),
    row(2, address="12 Elm St Apt 3", lat="", long=""),
    row(3, address="INTERSECTION of Elm St & Oak Ave", notes="ñ"),
    row("", notes="no id"),
    row(5, opened="yesterday"),
    row(1, notes="the same id"),
    ["only", "three", "cells"],
    row(8, address=""),
]
NOT_HERE = CityFacts("Elsewhere", 10.0, 10.0, 11.0, 11.0, ZoneInfo("America/New_York"), frozenset())
HERE = CityFacts("Here", 42.0, -72.0, 43.0, -70.0, ZoneInfo("America/New_York"), frozenset({"DORCHESTER"}))


@pytest.fixture
def large_files_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as large."""
    monkeypatch.setattr(beside, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def task_for(folder: Path, rows: list[list[str]], city: CityFacts = HERE) -> Task:
    (folder / "map.toml").write_text(MAP, "utf-8")
    path = folder / "calls.csv"
    path.write_text(table(rows), "utf-8")
    return Task(path, load_map(folder / "map.toml"), city, utc_now(), "load it")


def many_rows(count: int) -> list[list[str]]:
    return [row(f"{number:07}", opened="2026-03-01 00:00:00", notes="a long note " * 20) for number in range(count)]


def everything(of: Reading) -> tuple[object, list[Portion]]:
    return of.survey(), list(of.portions())


def wait_for_end_of(pid: int) -> bool:
    """Whether the process ends within a minute; True at once when it has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 60)[0])
    finally:
        os.close(handle)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The numbers of the processes that a test starts."""
    pids: list[int] = []
    start = subprocess.Popen.__init__

    def start_noted(process: subprocess.Popen[bytes], *arguments: object, **options: object) -> None:
        start(process, *arguments, **options)  # type: ignore[call-overload]
        pids.append(process.pid)

    monkeypatch.setattr(subprocess.Popen, "__init__", start_noted)
    yield pids


def test_a_file_says_the_same_wherever_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS", len(ODD) + 10)
    task = task_for(tmp_path, ODD + many_rows(10))
    with open_reading(task) as here:
        expected = everything(here)
    monkeypatch.setattr(beside, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with open_reading(task) as there:
        assert everything(there) == expected
    assert [refusal.line for refusal in expected[1][0].refusals] == [6, 7, 9]
    assert "12 Elm St" in expected[1][0].addresses


@pytest.mark.usefixtures("large_files_only")
def test_an_import_beside_records_and_rejects_as_ever(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table(ODD))
    assert answer.counts == (8, 4, 1, 3)
    assert import_text(city_app, tmp_path, table(ODD)).counts == (8, 0, 5, 3)


@pytest.mark.usefixtures("large_files_only")
def test_a_file_of_another_city_is_refused_in_the_same_words(tmp_path: Path) -> None:
    task = task_for(tmp_path, ODD, NOT_HERE)
    with open_reading(task) as there, pytest.raises(ImportRefused, match=r"lie outside Elsewhere.*load it"):
        there.survey()


@pytest.mark.usefixtures("large_files_only")
def test_leaving_early_ends_the_reading_process(tmp_path: Path, started: list[int]) -> None:
    with open_reading(task_for(tmp_path, many_rows(12_000))) as there:
        there.survey()
        next(there.portions())
    assert len(started) == 1 and wait_for_end_of(started[0])


@pytest.mark.usefixtures("large_files_only")
def test_a_killed_reading_process_is_told_with_what_to_do(tmp_path: Path, started: list[int]) -> None:
    with open_reading(task_for(tmp_path, many_rows(12_000))) as there:
        there.survey()
        os.kill(started[0], signal.SIGKILL)
        with pytest.raises(TrackerError, match="import the file again"):
            list(there.portions())


def test_a_reading_process_never_outlives_its_killed_parent(tmp_path: Path) -> None:
    task_for(tmp_path, many_rows(12_000))
    script = """
import subprocess, sys
from pathlib import Path
from tests.calls import test_reading_beside as t
from tracker.calls.importing import beside
beside.WORTH_A_PROCESS, beside.os.cpu_count = 0, lambda: 2
folder = Path(sys.argv[1])
task = t.Task(folder / "calls.csv", t.load_map(folder / "map.toml"), t.HERE, t.utc_now(), "")
with beside.open_reading(task) as reading:
    reading.survey()
    print(reading._child.pid, flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert wait_for_end_of(pid)
