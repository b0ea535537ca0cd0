"""Work on many rows with few statements: chunks for IN lists, and inserts that leave what is there alone."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Insert, Table, Update
from sqlalchemy.dialects import postgresql, sqlite

from ..extensions import db

Value = TypeVar("Value")

CHUNK = 500
"""Values per IN list: far below what either engine allows, and few enough to plan quickly."""


def in_chunks(values: Iterable[Value], size: int = CHUNK) -> Iterator[list[Value]]:
    """Lists of at most `size` values, in order."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_missing(table: Table, unique: Sequence[str], rows: Sequence[dict[str, Any]]) -> int:
    """Insert `rows` but for those whose `unique` columns are taken, now or by another process; how many went in.

    Every row gives the same columns, in values that the driver knows: see `run_many`.
    """
    if not rows:
        return 0
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return run_many(insert(table).on_conflict_do_nothing(index_elements=list(unique)), rows)


def run_many(statement: Insert | Update, rows: Sequence[dict[str, Any]]) -> int:
    """Run an INSERT or UPDATE once per row and return how many rows it wrote.

    SQLAlchemy compiles it once and the driver gets the values as they are, which takes half the time of `execute`; so
    they must be plain ones: an enum's value and not its member.
    """
    if not rows:
        return 0
    connection = db.session.connection()
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    names = getattr(compiled, "positiontup", None)
    values = rows if names is None else [tuple(row[name] for name in names) for row in rows]
    return connection.exec_driver_sql(str(compiled), values).rowcount
