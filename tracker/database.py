"""What both engines share: the declarative base, the instant type, connection settings, append-only tables."""

import sqlite3
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, String, Table, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import DDL
from sqlalchemy.types import TypeDecorator

from .clock import attach_utc

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER
OrderedText = String().with_variant(String(collation="C"), "postgresql")  # by code point, on every engine


class Base(DeclarativeBase):
    """Every table's parent. A typed base of our own, because mypy rejects `db.Model`."""

    metadata = MetaData(naming_convention=NAMING)


_TWO_DIGITS = [f"{number:02}" for number in range(100)]


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC; SQLite drops the zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """For SQLite the text it stores, in one step: an import writes a quarter of a million instants."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def write(value: datetime | None) -> str | None:
            return None if value is None else _spell(value if value.tzinfo is UTC else _in_utc(value))

        return write

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; hand UTC to the driver."""
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the zone back on what SQLite returns."""
        if value is None:
            return None
        return attach_utc(value) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone: every stored instant is aware")
    return value.astimezone(UTC)


def _spell(utc: datetime) -> str:
    """«2011-07-01 05:32:33.000000», as `isoformat` writes it, in half the time."""
    two, year, fraction = _TWO_DIGITS, utc.year, utc.microsecond
    return (
        f"{two[year // 100]}{two[year % 100]}-{two[utc.month]}-{two[utc.day]} "
        f"{two[utc.hour]}:{two[utc.minute]}:{two[utc.second]}.{f'{fraction:06}' if fraction else '000000'}"
    )


class EnumText(TypeDecorator[StrEnum]):
    """A `StrEnum` stored as its value: readable in the database, and a new member needs no migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def bind_processor(self, dialect: Dialect) -> Callable[[StrEnum | str | None], str | None]:
        """Look a member's text up: an import writes the same few members a hundred thousand times."""
        texts: dict[StrEnum | str | None, str] = {member: member.value for member in self.enum}

        def write(value: StrEnum | str | None) -> str | None:
            return texts.get(value) or self.process_bind_param(value, dialect)

        return write

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        """Only members of the enum reach the database."""
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The member again."""
        return None if value is None else self.enum(value)


_PRAGMAS = (
    "journal_mode=WAL",
    "wal_autocheckpoint=4000",  # 16 MB: an import writes each page of an index back once, not for every chunk
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "cache_size=-65536",
)


def set_up_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    """Make every SQLite connection durable and strict.

    `synchronous=FULL`, because NORMAL lost every acknowledged write in a simulated power cut. The driver's own
    transaction handling is switched off (`isolation_level = None`), so that `begin_immediate` decides.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)
"""True while a request that cannot change anything (GET, HEAD, OPTIONS) is served; `staff/guard.py` sets it."""


def begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock when a writing transaction starts, so that it never fails half-way as «locked».

    While `only_reading` is set the transaction begins plainly and never waits for a writer.
    """
    if connection.dialect.name != "sqlite":
        return
    if only_reading.get():  # straight to the driver: each page does it, and it waits for nobody and cannot fail
        cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def guard_engine(engine: Engine) -> None:
    """Attach the settings above to an engine."""
    event.listen(engine, "connect", set_up_sqlite)
    event.listen(engine, "begin", begin_immediate)


_SQLITE_GUARD = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"""
_POSTGRES_GUARD = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()"""


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The DDL that makes the database itself refuse UPDATE and DELETE on `table`. Models and migrations both use it."""
    guard = _SQLITE_GUARD if dialect == "sqlite" else _POSTGRES_GUARD
    guards = [guard.format(table=table, verb=verb, VERB=verb.upper()) for verb in ("update", "delete")]
    return guards if dialect == "sqlite" else [_POSTGRES_FUNCTION, *guards]


def make_append_only(table: Table) -> None:
    """Whenever `table` is created, guard it."""
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_statements(table.name, dialect):
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves DDL untyped
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
