"""The audit trail cannot be changed unseen."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from tests.factories import make_user
from tracker.staff.audit import record_audit, verify_chain
from tracker.staff.models import AuditEntry

_GUARDS = {
    "sqlite": "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete",
    "postgresql": "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
}


@pytest.fixture
def rows(database: SQLAlchemy) -> list[AuditEntry]:
    """Three kept rows."""
    user = make_user(display_name="Ünal")
    made = [record_audit("looked", f"case {number} «ö»", actor=user) for number in range(3)]
    database.session.commit()
    return made


def without_guards(database: SQLAlchemy) -> None:
    """As somebody could who owns the database file."""
    for statement in _GUARDS[database.engine.dialect.name].split("; "):
        database.session.execute(text(statement))


def test_an_untouched_chain_is_whole(rows: list[AuditEntry], database: SQLAlchemy) -> None:
    database.session.expire_all()
    assert verify_chain() is None


@pytest.mark.parametrize("change", [update(AuditEntry).values(object="other"), delete(AuditEntry)])
def test_the_database_refuses_to_change_or_remove_a_row(
    rows: list[AuditEntry], database: SQLAlchemy, change: object
) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        database.session.execute(change)  # type: ignore[call-overload]


def test_a_row_changed_behind_the_guard_breaks_the_chain_there(rows: list[AuditEntry], database: SQLAlchemy) -> None:
    broken = rows[1].id
    without_guards(database)
    database.session.execute(update(AuditEntry).where(AuditEntry.id == broken).values(actor_name="somebody else"))
    database.session.expire_all()
    assert verify_chain() == broken


def test_a_removed_row_breaks_the_chain_at_the_next(rows: list[AuditEntry], database: SQLAlchemy) -> None:
    removed, following = rows[1].id, rows[2].id
    without_guards(database)
    database.session.execute(delete(AuditEntry).where(AuditEntry.id == removed))
    database.session.expire_all()
    assert verify_chain() == following


def test_an_undone_act_leaves_no_row(database: SQLAlchemy) -> None:
    record_audit("tried", "nothing")
    database.session.rollback()
    assert database.session.scalars(select(AuditEntry)).all() == []
