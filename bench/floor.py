"""What the stack itself costs: a bare Flask application that answers one row of one table as JSON.

Measured between the runs of whatever is measured, it tells how fast the machine is just then: a shared machine may be
three times slower than a minute ago, and CPU milliseconds alone would say nothing.
"""

import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

USUAL_MS = 1.2
"""CPU milliseconds of it on the machine on which the targets were set: 1.0 to 1.4."""


class _Base(DeclarativeBase):
    pass


_db = SQLAlchemy(model_class=_Base)


class _Row(_db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy's own class, as its users write it
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def floor_client(folder: Path) -> FlaskClient:
    """A client of that application, whose database lies in `folder`."""
    app = Flask("floor")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'floor.sqlite3'}"
    _db.init_app(app)

    @app.get("/")
    def answer() -> dict[str, str]:
        row = _db.session.get(_Row, 1)
        return {"text": row.text if row else ""}

    with app.app_context():
        _db.create_all()
        _db.session.add(_Row(text="one row"))
        _db.session.commit()
    return app.test_client()


def ask_floor(client: FlaskClient) -> float:
    """CPU milliseconds of one request."""
    began = time.thread_time()
    client.get("/")
    return (time.thread_time() - began) * 1000
