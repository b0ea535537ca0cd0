"""Work on many rows with few statements: chunks for IN lists, and inserts that leave what is there alone."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect, FromClause, Insert, Table, Update, bindparam, insert, literal_column, update
from sqlalchemy.dialects import postgresql, sqlite

from .extensions import db

Value = TypeVar("Value")

CHUNK = 500
"""Values per IN list: far below what either engine allows, and few enough to plan quickly."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for reference cycles rarely while rows are built by the thousand: an import is a sixth faster for it.

    For commands that have the process to themselves. What was there before is not looked at again at all.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@dataclass(frozen=True, slots=True)
class Same:
    """A column that has one value in every row."""

    value: Any


Columns = Mapping[str, Sequence[Any] | Same]
"""Rows to write, column by column: lists of equal length, at least one of them."""

_MANY = 500
"""From so many rows on it pays to look for what is the same in all of them."""


def in_chunks(values: Iterable[Value], size: int = CHUNK) -> Iterator[list[Value]]:
    """Lists of at most `size` values, in order."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_missing(table: Table, unique: Sequence[str], rows: Sequence[dict[str, Any]]) -> int:
    """Insert `rows` but for those whose `unique` columns are taken, now or by another process; how many went in.

    Every row gives the same columns.
    """
    return insert_missing_columns(table, unique, _columns_of(rows)) if rows else 0


def insert_missing_columns(table: Table, unique: Sequence[str], columns: Columns) -> int:
    """The same for rows given column by column, which takes a third of the time of building a mapping per row."""
    return _run_columns(_insert_or_skip(table, tuple(unique), db.session.get_bind().dialect.name), columns)


@lru_cache
def _insert_or_skip(table: Table, unique: tuple[str, ...], dialect: str) -> Insert:
    insert_or_skip = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert_or_skip(table).on_conflict_do_nothing(index_elements=list(unique))


def insert_rows(table: FromClause, rows: Sequence[dict[str, Any]]) -> int:
    """Insert complete rows (every row gives the same columns; a column left out gets the database's own default)."""
    return run_many(_insert(cast(Table, table)), rows)


@lru_cache
def _insert(table: Table) -> Insert:
    return insert(table)


def insert_columns(table: FromClause, columns: Columns) -> int:
    """The same for rows given column by column."""
    return _run_columns(_insert(cast(Table, table)), columns)


def update_rows(table: FromClause, rows: Sequence[dict[str, Any]]) -> int:
    """Update rows by their `id`; every row gives the same columns."""
    return update_columns(table, _columns_of(rows)) if rows else 0


def update_columns(table: FromClause, columns: Columns) -> int:
    """The same for rows given column by column, `id` among the columns."""
    names = tuple(name for name in columns if name != "id")
    return _run_columns(_update(cast(Table, table), names), {**columns, "row_id": columns["id"]})


@lru_cache
def _update(table: Table, names: tuple[str, ...]) -> Update:
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(table).where(table.c.id == bindparam("row_id")).values(changed)


def run_many(statement: Insert | Update, rows: Sequence[dict[str, Any]]) -> int:
    """Run an INSERT or UPDATE once per row and return how many rows it wrote."""
    return _run_columns(statement, _columns_of(rows)) if rows else 0


def _columns_of(rows: Sequence[dict[str, Any]]) -> Columns:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _run_columns(statement: Insert | Update, columns: Columns) -> int:
    """Run an INSERT or UPDATE once per row of the columns.

    It is compiled once, and each value goes through its column's own type, which takes half the time of `execute`:
    there SQLAlchemy builds the parameters of every row anew.
    """
    count = next(len(values) for values in columns.values() if not isinstance(values, Same))
    if not count:
        return 0
    connection = db.session.connection()
    dialect = connection.dialect
    fixed = _fixed(statement.table, columns, count, dialect) if count >= _MANY else {}
    bound = tuple(name for name in columns if name not in fixed)
    statement_text, names, by_position = _compiled(statement, bound, tuple(fixed.items()), dialect)
    prepared = [_prepared(statement.table.c.get(name), columns.get(name), count, dialect) for name in names]
    values: Any = list(zip(*prepared, strict=True))
    if not by_position:
        values = [dict(zip(names, row, strict=True)) for row in values]
    return connection.exec_driver_sql(statement_text, values).rowcount


def _fixed(table: FromClause, columns: Columns, count: int, dialect: Dialect) -> dict[str, str]:
    """The columns that say the same plain thing in every row, each with its SQL: the driver need not bind it again.

    SQLite's driver takes longer over a None or a boolean than over a text, for it looks for an adapter first.
    """
    fixed: dict[str, str] = {}
    for name, values in columns.items():
        value = values.value if isinstance(values, Same) else values[0]
        is_plain = value is None or value == "" or isinstance(value, int | StrEnum)
        is_same = is_plain and (isinstance(values, Same) or values.count(value) == count)
        if is_same and name in table.c and (in_sql := _in_sql(table.c[name], value, dialect)):
            fixed[name] = in_sql
    return fixed


def _in_sql(column: Any, value: Any, dialect: Dialect) -> str | None:
    """A plain value as SQL says it; None for a type that has words of its own for nothing, as JSON has."""
    kind = column.type.dialect_impl(dialect)
    if value is None:
        write = kind.bind_processor(dialect)
        return "NULL" if write is None or write(None) is None else None
    spell = kind.literal_processor(dialect)
    return spell(value) if spell else None


@lru_cache
def _compiled(
    statement: Insert | Update, columns: tuple[str, ...], fixed: tuple[tuple[str, str], ...], dialect: Dialect
) -> tuple[str, list[str], bool]:
    """The text, its bound names in order, and whether they are bound by order. Compiling costs more than running."""
    if fixed:
        statement = statement.values({name: literal_column(in_sql) for name, in_sql in fixed})
    compiled = statement.compile(dialect=dialect, column_keys=list(columns) if statement.is_insert else None)
    positions = getattr(compiled, "positiontup", None)
    return str(compiled), positions or list(compiled.params), positions is not None


def _prepared(column: Any, values: Sequence[Any] | Same | None, count: int, dialect: Dialect) -> Iterable[Any]:
    """One column of all rows, as the driver wants it; a bound name that is no column is handed on as it is.

    A column that the rows leave out has a default in its model, or SQLAlchemy would not have bound it.
    """
    if values is None:
        values = Same(column.default.arg(None) if column.default.is_callable else column.default.arg)
    processor = None if column is None else column.type.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(values, Same):
        return [processor(values.value) if processor else values.value] * count
    return [processor(value) for value in values] if processor else values
