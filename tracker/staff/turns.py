"""One after the other: a turn that is held until the transaction ends."""

from sqlalchemy import text

from ..extensions import db


def take_turn(key: int) -> None:
    """Wait until no other transaction holds the turn `key`, then hold it; on SQLite there is only one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
