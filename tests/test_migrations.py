"""Migrations and models say the same, on both engines, and several processes may migrate at once."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from tests.databases import PostgresServer, close_connections, make_app
from tracker.extensions import db
from tracker.migrating import upgrade_schema
from tracker.staff.log import append_log
from tracker.staff.models import LogEntry
from tracker.word_index import is_word_index

TRIGGERS = {
    "sqlite": "SELECT tbl_name || ':' || name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT event_object_table || ':' || trigger_name FROM information_schema.triggers",
}

FOUR_TIMES = """
import os, sys, tracker.app
from flask.cli import main
children = []
for _ in range(4):
    child = os.fork()
    if not child:
        main()
    children.append(child)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children))
"""
"""The command in four processes, after what takes them seconds to import has been imported once."""

COMPARED = {
    "compare_type": True,
    "include_name": lambda name, kind, parents: kind != "table" or not is_word_index(name or ""),
}


@contextmanager
def application(instance: Path, url: str) -> Iterator[Flask]:
    app = make_app(instance, TRACKER_DATABASE_URL=url)
    with app.app_context():
        yield app
        close_connections()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database("template0") as url:
            yield url


def triggers() -> set[str]:
    return set(db.session.scalars(text(TRIGGERS[db.engine.dialect.name])))


def test_the_migrated_schema_is_the_models_schema(tmp_path: Path, empty_url: str) -> None:
    with application(tmp_path, empty_url) as app:
        upgrade_schema(app)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=COMPARED)
            assert compare_metadata(context, db.metadata) == []
        migrated = triggers()
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
        db.drop_all()
        db.create_all()
        assert migrated == triggers() != set()


def test_the_log_refuses_to_be_changed_or_shortened(tmp_path: Path, empty_url: str) -> None:
    with application(tmp_path, empty_url) as app:
        upgrade_schema(app)
        append_log("case", 1, "opened", "By rule.")
        db.session.commit()
        for statement in ("UPDATE log_entries SET text = 'other'", "DELETE FROM log_entries"):
            with pytest.raises(DBAPIError, match="append-only"):
                db.session.execute(text(statement))
            db.session.rollback()
        assert db.session.query(LogEntry).one().text == "By rule."


def test_migrating_again_changes_nothing(tmp_path: Path, empty_url: str) -> None:
    with application(tmp_path, empty_url) as app:
        first = upgrade_schema(app)
        tables = inspect(db.engine).get_table_names()
        assert upgrade_schema(app) == first
        assert inspect(db.engine).get_table_names() == tables


def test_four_processes_that_start_at_once_all_find_the_newest_schema(tmp_path: Path, empty_url: str) -> None:
    environ = {"TRACKER_INSTANCE": str(tmp_path), "TRACKER_DATABASE_URL": empty_url, "PATH": ""}
    command = [sys.executable, "-c", FOUR_TIMES, "--app", "tracker", "init", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    answers = done.stdout.decode().splitlines()
    assert len(answers) == 4 and len(set(answers)) == 1, answers


def test_every_sqlite_connection_is_durable_and_strict(database: object) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("about SQLite only")
    for _ in range(2):
        with db.engine.connect() as connection:
            read = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("synchronous", "foreign_keys", "journal_mode")
            }
        assert read == {"synchronous": 2, "foreign_keys": 1, "journal_mode": "wal"}
