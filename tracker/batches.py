"""Work on many rows with few statements: chunks for IN lists, and inserts that leave what is there alone."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect, FromClause, Insert, Table, Update, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from .extensions import db

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

    Every row gives the same columns.
    """
    if not rows:
        return 0
    insert_or_skip = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return run_many(insert_or_skip(table).on_conflict_do_nothing(index_elements=list(unique)), rows)


def insert_rows(table: FromClause, rows: Sequence[dict[str, Any]]) -> int:
    """Insert complete rows (every row gives the same columns; a column left out gets the database's own default)."""
    return run_many(insert(cast(Table, table)), rows)


def update_rows(table: FromClause, rows: Sequence[dict[str, Any]]) -> int:
    """Update rows by their `id`; every row gives the same columns."""
    if not rows:
        return 0
    changed: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "id"}
    statement = update(cast(Table, table)).where(table.c.id == bindparam("row_id"))
    return run_many(statement.values(changed), [{"row_id": row["id"], **row} for row in rows])


def run_many(statement: Insert | Update, rows: Sequence[dict[str, Any]]) -> int:
    """Run an INSERT or UPDATE once per row and return how many rows it wrote.

    SQLAlchemy compiles it once and each value goes through its column's own type, which takes half the time of
    `execute`: there SQLAlchemy builds the parameters of every row anew.
    """
    if not rows:
        return 0
    connection = db.session.connection()
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(rows[0]) if statement.is_insert else None)
    names = getattr(compiled, "positiontup", None) or list(compiled.params)
    columns = [_prepared(statement.table.c.get(name), name, rows, dialect) for name in names]
    values: Any = list(zip(*columns, strict=True))
    if getattr(compiled, "positiontup", None) is None:
        values = [dict(zip(names, row, strict=True)) for row in values]
    return connection.exec_driver_sql(str(compiled), values).rowcount


def _prepared(column: Any, name: str, rows: Sequence[dict[str, Any]], dialect: Dialect) -> list[Any]:
    """One column of all rows, as the driver wants it; a bound name that is no column is handed on as it is.

    A column that the rows leave out has a default in its model, or SQLAlchemy would not have bound it.
    """
    if name not in rows[0]:
        default = column.default
        value = default.arg(None) if default.is_callable else default.arg
        rows = [{name: value}] * len(rows)
    processor = None if column is None else column.type.dialect_impl(dialect).bind_processor(dialect)
    if processor is None:
        return [row[name] for row in rows]
    return [processor(row[name]) for row in rows]
