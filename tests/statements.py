"""What the database was asked: every statement while a block runs, and how the engine would go about one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event

from tracker.extensions import db


class Statement(NamedTuple):
    """What was sent to the database at once; `is_many` if it was sent with many sets of parameters."""

    text: str
    parameters: Any
    is_many: bool


@contextmanager
def asked_statements() -> Iterator[list[Statement]]:
    """Every statement that is sent to the database while the block runs, in order; the list grows as they are sent."""
    asked: list[Statement] = []
    engine = db.engine  # kept, for at the block's end the application's context may be another

    def note(connection: Any, cursor: Any, text: str, parameters: Any, context: Any, is_many: bool) -> None:
        asked.append(Statement(text, parameters, is_many))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan_of(statement: Statement) -> list[str]:
    """The lines of the engine's plan, made in the session's own transaction: what is set there holds for it."""
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    rows = db.session.connection().exec_driver_sql(f"{explain} {statement.text}", statement.parameters)
    return [str(row[-1]) for row in rows]
