"""Find records by words of their texts: FTS5 on SQLite, tsvector with GIN on PostgreSQL, behind one class.

Only texts that never change are indexed, in the order of their numbers, by the worker; what is newer than its mark is
read and compared at the time of the search (docs/decisions/0015). Words are folded by `words.py` alone, so both engines
agree with each other and with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    String,
    TableClause,
    Text,
    bindparam,
    cast,
    column,
    event,
    func,
    insert,
    select,
    table,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, QueryableAttribute, mapped_column

from .database import Base, BigId
from .extensions import db
from .words import LONGEST_TEXT, Wanted, words_of

PORTION = 5_000
"""Numbers that one step of the worker reads: writing them takes a fraction of a second, in which others must wait."""
LOOK_BACK = 5_000
"""PostgreSQL gives numbers before it commits: a step looks for stragglers among so many numbers before its mark."""
NEWEST = 2_000
"""Numbers past the mark that a search reads by itself."""
INDEXES = ("call_words", "case_words", "note_words")
_PREFIXES = "3 4 5 6 7 8"
"""Beginnings of so many letters are kept ready; longer ones are rare enough to be gathered."""


class WordMark(Base):
    """How far an index has read: everything up to this number."""

    __tablename__ = "word_marks"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    upto: Mapped[int] = mapped_column(BigId, default=0)


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of records, newest first, and whether newer ones are still waiting to be indexed."""

    ids: list[int]
    is_behind: bool


@dataclass(frozen=True, slots=True)
class Portion:
    """The next records of an index, (number, texts): those after the mark `start`, up to `end` of the `newest`."""

    start: int
    end: int
    newest: int
    rows: list[tuple[Any, ...]]

    def words(self) -> list[tuple[int, list[str]]]:
        """Each number with the words of its texts. Takes longer than all else, and needs no database."""
        return [
            (number, list(dict.fromkeys(word for one in texts for word in words_of(one))))
            for number, *texts in self.rows
        ]


@dataclass(frozen=True, slots=True)
class IndexedTexts:
    """Texts of one table under their index; each is written once and stays."""

    name: str
    id: QueryableAttribute[int]
    texts: tuple[QueryableAttribute[str], ...]
    only: tuple[ColumnElement[bool], ...] = ()

    def next_portion(self) -> Portion:
        """What comes after the mark, to be added once its words are read."""
        mark, newest = self._mark(), self._newest()
        end = min(mark + PORTION, newest)
        start = mark if _is_sqlite() else max(mark - LOOK_BACK, 0)
        return Portion(mark, end, newest, self._read(self.id > start, self.id <= end, self._is_missing()))

    def add(self, portion: Portion, words: Sequence[tuple[int, list[str]]]) -> bool:
        """Put a portion into the index, if nobody did meanwhile; True while there is more. Flushes."""
        mark = db.session.get(WordMark, self.name, with_for_update=True)
        if mark is None:
            mark = WordMark(name=self.name, upto=0)
            db.session.add(mark)
            db.session.flush()
        if mark.upto != portion.start:
            return True
        _add(self.name, words)
        mark.upto = max(portion.end, mark.upto)
        db.session.flush()
        return portion.end < portion.newest

    def find(self, wanted: Wanted, *, limit: int) -> Found:
        """The newest records that hold the words."""
        mark, newest = self._mark(), self._newest()
        start = max(mark, newest - NEWEST)
        fresh = [row[0] for row in self._read(self.id > start) if wanted.is_in(*row[1:])]
        ids = [*reversed(fresh), *_find(self.name, wanted, limit)]
        return Found(list(dict.fromkeys(ids))[:limit], start > mark)

    def _mark(self) -> int:
        return db.session.scalar(select(WordMark.upto).where(WordMark.name == self.name)) or 0

    def _newest(self) -> int:
        return db.session.scalar(select(func.max(self.id))) or 0

    def _read(self, *conditions: ColumnElement[bool]) -> list[tuple[Any, ...]]:
        """Number and texts, in the order of the numbers."""
        texts = [func.substr(one, 1, LONGEST_TEXT) for one in self.texts]
        query = select(self.id, *texts).where(*conditions, *self.only).order_by(self.id)
        return [tuple(row) for row in db.session.execute(query)]

    def _is_missing(self) -> ColumnElement[bool]:
        if _is_sqlite():
            return true()  # one writer: numbers are committed in their order
        return self.id.not_in(select(_table(self.name).c.id))


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


def _table(name: str) -> TableClause:
    """An index as the engine at hand has it."""
    return table(name, column("rowid" if _is_sqlite() else "id", BigInteger), column("words"), column(name))


def _add(name: str, rows: Sequence[tuple[int, list[str]]]) -> None:
    """Put records of (number, words) into an index."""
    values = [{"number": record, "said": " ".join(words) if _is_sqlite() else words} for record, words in rows]
    if not values:
        return
    index, number = _table(name), bindparam("number", type_=BigInteger)
    if _is_sqlite():
        db.session.execute(insert(index).values(rowid=number, words=bindparam("said")), values)
    else:
        vector = func.array_to_tsvector(bindparam("said", type_=postgresql.ARRAY(Text)))
        db.session.execute(postgresql.insert(index).values(id=number, words=vector).on_conflict_do_nothing(), values)


def _find(name: str, wanted: Wanted, limit: int) -> list[int]:
    """Numbers in an index, largest first. The words are letters and digits only, and quoted: no syntax gets through."""
    index = _table(name)
    if _is_sqlite():
        terms = [f'"{word}"' for word in wanted.words] + [f'"{wanted.beginning}" *'] * bool(wanted.beginning)
        number, is_meant = index.c.rowid, index.c[name].op("MATCH")(" AND ".join(terms))
    else:
        terms = [f"'{word}'" for word in wanted.words] + [f"'{wanted.beginning}':*"] * bool(wanted.beginning)
        asked = cast(" & ".join(terms), postgresql.TSQUERY)
        number, is_meant = index.c.id, index.c.words.op("@@")(asked)
    return list(db.session.scalars(select(number).where(is_meant).order_by(number.desc()).limit(limit)))


def index_statements(dialect: str) -> list[str]:
    """The DDL of every index. Models and migrations both use it."""
    if dialect == "sqlite":
        return [
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING"
            f" fts5(words, content='', detail=none, tokenize='ascii', prefix='{_PREFIXES}')"
            for name in INDEXES
        ]
    return [
        statement
        for name in INDEXES
        for statement in (
            f"CREATE TABLE IF NOT EXISTS {name} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
            f"CREATE INDEX IF NOT EXISTS ix_{name} ON {name} USING gin (words)",
        )
    ]


def is_word_index(table: str) -> bool:
    """Whether a table of the database belongs to an index, so that no migration is written for it."""
    return table.startswith(INDEXES)


@event.listens_for(WordMark.__table__, "after_create")
def _create_indexes(target: object, connection: Connection, **options: object) -> None:
    """The indexes come with the table of their marks."""
    for statement in index_statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


@event.listens_for(WordMark.__table__, "before_drop")
def _drop_indexes(target: object, connection: Connection, **options: object) -> None:
    """And go with it."""
    for name in INDEXES:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
