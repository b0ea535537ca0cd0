"""Schema upgrades that several processes may start at once: one migrates, the others wait and find nothing to do."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, text

from .config import PROJECT, Settings
from .extensions import db

_ADVISORY_LOCK = 8_311_000_001


@contextmanager
def _one_at_a_time(connection: Connection, instance: Path) -> Iterator[None]:
    """Hold the installation's migration lock: an advisory lock on PostgreSQL, a locked file beside SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.commit()
        try:
            yield
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})
            connection.commit()
        return
    with (instance / "migration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def alembic_config() -> Config:
    """Alembic's configuration without an ini file: the scripts live in `migrations/`."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    return config


def upgrade_schema(app: Flask) -> str:
    """Bring the application's database to the newest revision and return its name."""
    settings: Settings = app.config["SETTINGS"]
    with db.engine.connect() as connection, _one_at_a_time(connection, settings.instance):
        command.upgrade(alembic_config(), "head")
        connection.rollback()
        revision = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
    if revision is None:
        raise RuntimeError("the migration ran and left no revision: migrations/ is empty")
    return revision
