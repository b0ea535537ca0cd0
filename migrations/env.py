"""Runs migrations on the application's own engine, SQLite or PostgreSQL."""

from alembic import context
from sqlalchemy import Connection, DefaultClause
from sqlalchemy.sql.elements import False_

from tracker.database import EnumText, UTCDateTime
from tracker.extensions import db
from tracker.word_index import is_word_index


def _render_type(kind: str, item: object, autogen_context: object) -> str | bool:
    """Our own column types as what they are in the database, so that old migrations never change."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, EnumText):
        return "sa.String(length=40)"
    if kind == "server_default" and isinstance(item, DefaultClause) and isinstance(item.arg, False_):
        return "sa.false()"  # SQLite would have 0 written down, which PostgreSQL refuses for a boolean
    return False


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    """The engines' own indexes of words are no tables of the models."""
    return kind != "table" or not is_word_index(name or "")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render_type,
        include_name=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run_on_sqlite() -> None:
    """With foreign keys off (a table rebuilt under the pragma loses its cascading children), checked afterwards."""
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            _run(connection)
            connection.commit()
            broken = driver.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration left {len(broken)} dangling references, first in {broken[0][0]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def run_migrations_online() -> None:
    """Called by Alembic; there is no offline mode."""
    if db.engine.dialect.name == "sqlite":
        _run_on_sqlite()
        return
    with db.engine.connect() as connection:
        _run(connection)
        connection.commit()


run_migrations_online()
