"""Small notes that a page leaves while it only reads: when somebody was last seen, when a calendar was last read."""

from sqlalchemy import Update
from sqlalchemy.exc import OperationalError

from ..database import only_reading
from ..extensions import db

_PATIENCE_MS = 200
"""How long a page that only reads waits for a writer before it leaves such a note away."""


def write_apart(*updates: Update) -> None:
    """Make the notes on a connection of their own; in a busy database they are skipped, the next page makes them."""
    mark = only_reading.set(False)
    try:
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            on_sqlite = connection.dialect.name == "sqlite"
            if on_sqlite:
                before = driver.execute("PRAGMA busy_timeout").fetchone()[0]  # type: ignore[union-attr]  # it is connected
                driver.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")  # type: ignore[union-attr]  # as above
            try:
                for update in updates:
                    connection.execute(update)
                connection.commit()
            except OperationalError:
                connection.rollback()
            finally:
                if on_sqlite:
                    driver.execute(f"PRAGMA busy_timeout={before}")  # type: ignore[union-attr]  # as above
    finally:
        only_reading.reset(mark)
