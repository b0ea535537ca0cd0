"""Many rows with one statement: what is the same in all of them is told once, and reads back the same."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import null, select

from tracker.batches import Same, insert_columns, insert_missing_columns, update_columns
from tracker.calls.models import Family, ServicePace, ServiceType
from tracker.extensions import db
from tracker.staff.log import append_log_rows
from tracker.staff.models import LogEntry

FEW, MANY = 12, 612
TYPES = ServiceType.__table__


def _fill(count: int) -> dict[str, Any]:
    """Types of which some columns are the same in every row, said in either way, and some nearly are."""
    insert_columns(Family.__table__, {"code": ["it's 50 %"], "name": ["Of: %s, it's said"]})
    family_id = db.session.scalars(select(Family.id)).one()
    columns: dict[str, Any] = {
        "service_code": [f"c{number}" for number in range(count)],
        "service_name": Same("It's 50 % :done %s"),
        "group": [""] * count,
        "description": ["", *["'"] * (count - 1)],
        "family_id": Same(family_id),
        "weight": [3] * count,
        "due_days": [None] * count,
        "is_public": [True] * count,
        "is_test": [False] * (count - 1) + [True],
        "pace": Same(ServicePace.BATCH),
    }
    assert insert_missing_columns(TYPES, ["service_code"], columns) == count  # type: ignore[arg-type]  # a declarative table is a Table
    assert insert_missing_columns(TYPES, ["service_code"], columns) == 0  # type: ignore[arg-type]
    return columns


def _stored(*names: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(select(*(TYPES.c[name] for name in names)).order_by(TYPES.c.id))]


@pytest.mark.parametrize("count", [FEW, MANY])
def test_rows_read_back_as_they_were_given_however_much_is_the_same_in_them(app: Flask, count: int) -> None:
    with app.app_context():
        given = _fill(count)
        whole = [[values.value] * count if isinstance(values, Same) else values for values in given.values()]
        assert _stored(*given) == list(zip(*whole, strict=True))
        assert set(_stored("keywords", "default_priority", "is_unsorted")) == {("", 3, False)}, "the models' defaults"


@pytest.mark.parametrize("count", [FEW, MANY])
def test_only_the_rows_that_are_named_are_updated(app: Flask, count: int) -> None:
    with app.app_context():
        _fill(count)
        ids = [number for (number,) in _stored("id")]
        changed = {"id": ids[1:], "due_days": list(range(1, count)), "pace": Same(ServicePace.REALTIME),
                   "is_public": [False] * (count - 1), "group": Same("")}  # fmt: skip
        assert update_columns(TYPES, changed) == count - 1
        first, *others = _stored("due_days", "pace", "is_public")
        assert first == (None, ServicePace.BATCH, True)
        assert others == [(days, ServicePace.REALTIME, False) for days in range(1, count)]


def test_nothing_is_the_same_nothing_however_many_rows_say_it(app: Flask) -> None:
    """A log entry without data holds what one alone would hold: JSON has a word of its own for nothing."""
    with app.app_context():
        for count in (1, MANY):
            append_log_rows(
                {"subject_kind": "case", "subject_id": count, "verb": "opened", "text": "", "data": None}
                for _ in range(count)
            )
        entries = db.session.execute(select(LogEntry.data, LogEntry.data.is_(null()))).all()
        assert len(entries) == 1 + MANY
        assert len({tuple(entry) for entry in entries}) == 1
