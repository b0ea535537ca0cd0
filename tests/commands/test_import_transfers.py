"""`import-transfers` as a person types it, and the drop folder as the worker watches it."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.calls.eido_samples import BOMB, eido
from tracker import jobs
from tracker.calls.transfers.drop_folder import QUIET, put_away, whole_files
from tracker.calls.transfers.models import TransferReview
from tracker.clock import utc_now
from tracker.extensions import db


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make.make_city()
    db.session.commit()


def run(app: Flask, *arguments: object) -> tuple[int, str, str]:
    outcome = app.test_cli_runner().invoke(args=["import-transfers", *map(str, arguments)])
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), repr(outcome.exception)
    return outcome.exit_code, outcome.stdout, outcome.stderr


def transfers() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(TransferReview.id))) or 0


def test_the_command_prints_one_json_object_and_says_where_refused_rows_are(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "drop.json"
    path.write_text(json.dumps([eido(1), eido(2), eido(2), eido(3, location=BOMB)]))
    for accepted in (2, 0):
        code, out, error = run(app, path, "--json")
        result = json.loads(out)
        assert (code, result["rows"], result["accepted"], result["rejected"]) == (0, 4, accepted, 1)
        assert result["duplicates"] == 3 - accepted and result["seconds"] >= 0
        assert "drop.json.rejects.csv" in error
    rejects = Path(app.instance_path) / "rejects" / "drop.json.rejects.csv"
    assert "declares XML entities" in rejects.read_text() and rejects.read_text().startswith("line,reason,document\n4,")


@pytest.mark.parametrize(
    ("content", "reason"), [("{", "not JSON"), ("a,b\n", "no column id"), (None, "There is no file")]
)
def test_a_file_that_cannot_be_read_is_one_clear_line(
    app: Flask, tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "odd.csv"
    if content is not None:
        path.write_text(content)
    code, out, error = run(app, path, "--json")
    assert (code, out) == (1, "") and reason in error and len(error.splitlines()) == 1


def test_the_rejects_never_overwrite_what_is_read(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("[]")
    assert run(app, path, "--rejects", path)[0] == 1 and path.read_text() == "[]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "drop"
    found.mkdir()
    return found


def drop(folder: Path, name: str, content: str, *, seconds_ago: float = 60) -> Path:
    path = folder / name
    path.write_text(content)
    then = (utc_now() - timedelta(seconds=seconds_ago)).timestamp()
    os.utime(path, (then, then))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_whole_file_is_taken_in_once_and_moved(folder: Path) -> None:
    drop(folder, "one.json", json.dumps(eido(1)))
    assert jobs.take_in_transfers(folder, utc_now()) == 1
    assert (names(folder), transfers()) == (["done/one.json"], 1)
    drop(folder, "one.json", json.dumps(eido(1)))  # sent again under the same name: neither lost nor counted twice
    assert jobs.take_in_transfers(folder, utc_now()) == 1
    assert (names(folder), transfers()) == (["done/one-2.json", "done/one.json"], 1)
    assert jobs.take_in_transfers(folder, utc_now()) == 0


def test_a_file_that_is_still_written_is_left_alone(folder: Path) -> None:
    young = drop(folder, "young.json", "{", seconds_ago=QUIET.total_seconds() - 5)
    for name in ("a.json.part", ".hidden.json", "b.TMP"):
        drop(folder, name, "{")
    (folder / "link.json").symlink_to(young)
    before = names(folder)
    assert jobs.take_in_transfers(folder, utc_now()) == 0 and names(folder) == before
    assert whole_files(folder, utc_now() + timedelta(minutes=1)) == [young]


def test_a_refused_file_lies_there_with_its_reason_and_the_others_are_taken_in(folder: Path) -> None:
    drop(folder, "a.json", '{"cut": ')
    drop(folder, "b.csv", "id,received_at\nT1,2026-06-15 12:00\n,2026-06-15 12:00\n")
    assert jobs.take_in_transfers(folder, utc_now()) == 2
    assert names(folder) == ["done/b.csv", "done/b.csv.rejects.csv", "refused/a.json", "refused/a.json.reason.txt"]
    assert "not JSON" in (folder / "refused/a.json.reason.txt").read_text()
    assert "the id is empty" in (folder / "done/b.csv.rejects.csv").read_text() and transfers() == 1


def test_a_file_whose_taking_in_fails_for_another_reason_stays_for_the_next_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.json", json.dumps(eido(1)))
    drop(folder, "b.json", json.dumps(eido(2)))
    real = jobs.import_transfers

    def fails(path: Path, rejects: Path) -> object:
        if path.name == "a.json":
            raise OSError("no space left on device")
        return real(path, rejects)

    monkeypatch.setattr(jobs, "import_transfers", fails)
    assert jobs.take_in_transfers(folder, utc_now()) == 1
    assert (names(folder), transfers()) == (["a.json", "done/b.json"], 1)
    monkeypatch.undo()
    assert jobs.take_in_transfers(folder, utc_now()) == 1 and transfers() == 2


def test_broken_off_between_commit_and_move_nothing_counts_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(folder, "a.json", json.dumps([eido(1), eido(2)]))

    def killed(path: Path, where: str, reason: str = "") -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "put_away", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.take_in_transfers(folder, utc_now())
    assert (names(folder), transfers()) == (["a.json"], 2)
    monkeypatch.undo()
    assert jobs.take_in_transfers(folder, utc_now()) == 1
    assert (names(folder), transfers()) == (["done/a.json"], 2)


def test_a_file_that_another_worker_moved_meanwhile_is_no_error(folder: Path) -> None:
    assert put_away(folder / "gone.json", "done") is None


def test_before_a_city_is_loaded_the_files_wait(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "find_city", lambda: None)
    drop(folder, "a.json", json.dumps(eido(1)))
    assert jobs.take_in_transfers(folder, utc_now()) == 0 and names(folder) == ["a.json"]
