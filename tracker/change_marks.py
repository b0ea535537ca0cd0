"""Marks that the database itself leaves when a table changes of which every process keeps a copy.

Who keeps a copy asks for the marks with each request, which costs next to nothing, and reads the tables again when they
are others. A mark is left by whatever writes: a page, a command, another process, somebody at the engine's own prompt.
Marks are drawn by lot, so that work that was rolled back is never mistaken for other work with as many changes.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, Table, event, func, literal_column, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from .database import Base, BigId
from .extensions import db

VERBS = ("insert", "update", "delete")
_SQLITE_MARK = """CREATE TRIGGER {table}_marks_{verb} AFTER {VERB} ON {table}
BEGIN INSERT INTO change_marks (mark) VALUES (abs(random() % 1000000000)); END"""
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION leave_change_mark() RETURNS trigger AS $$
BEGIN INSERT INTO change_marks (mark) VALUES (floor(random() * 1000000000)); RETURN NULL; END $$ LANGUAGE plpgsql"""
_POSTGRES_MARK = """CREATE TRIGGER {table}_marks_{verb} AFTER {VERB} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION leave_change_mark()"""


class ChangeMark(Base):
    """Something in a table that is kept by processes has changed."""

    __tablename__ = "change_marks"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mark: Mapped[int] = mapped_column(BigId)


def first_of(query: Select[*tuple[Any, ...]], count: int) -> Select[*tuple[Any, ...]]:
    """The first `count` of it, the number written out: a bound one is spelled anew with every request."""
    return query.limit(literal_column(str(count))).offset(literal_column("0"))


_TABLE: Table = ChangeMark.__table__  # type: ignore[assignment]  # a declarative table is a Table
Marks = tuple[int | None, int | None]
_latest = first_of(select(ChangeMark.mark).order_by(ChangeMark.id.desc()), 100).subquery()
MARKS = (select(func.max(ChangeMark.id)).scalar_subquery(), select(func.sum(_latest.c.mark)).scalar_subquery())
"""The two columns of `Marks`: the newest number, and the sum of the latest marks, for one may be committed after a
newer. Only the latest are read, however many there are."""
_ASKED = select(*MARKS)
Copy = TypeVar("Copy")


def current_marks() -> Marks:
    """The marks as this transaction sees them, its own changes among them."""
    db.session.flush()
    newest, total = db.session.connection().execute(_ASKED).one()
    return newest, total


class Kept(Generic[Copy]):
    """The latest copy that `read` made in this process, good while the marks are the same."""

    def __init__(self, read: Callable[[], Copy]) -> None:
        self._read = read
        self._latest: tuple[Marks, Copy] | None = None

    def get(self, marks: Marks) -> Copy:
        """The copy as of `marks`, which are those of this transaction."""
        latest = self._latest  # once: another thread may put a newer one there
        if latest is None or latest[0] != marks:
            latest = self._latest = (marks, self._read())
        return latest[1]


def change_mark_statements(table: str, dialect: str) -> list[str]:
    """The DDL that makes the database mark every change of `table`. Models and migrations both use it."""
    mark = _SQLITE_MARK if dialect == "sqlite" else _POSTGRES_MARK
    marks = [mark.format(table=table, verb=verb, VERB=verb.upper()) for verb in VERBS]
    return marks if dialect == "sqlite" else [_POSTGRES_FUNCTION, *marks]


def mark_changes(*models: type[Base]) -> None:
    """Whenever the table of one of `models` is created, have its changes marked."""
    for model in models:
        table: Table = model.__table__  # type: ignore[assignment]  # a declarative table is a Table
        table.add_is_dependent_on(_TABLE)
        for dialect in ("sqlite", "postgresql"):
            for statement in change_mark_statements(table.name, dialect):
                ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves DDL untyped
                event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
