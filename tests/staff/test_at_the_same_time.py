"""Several people at the same moment, in real threads on the real database."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_user
from tracker.extensions import db
from tracker.staff.audit import record_audit, verify_chain
from tracker.staff.passwords import hash_password


def test_guesses_sent_all_at_once_are_counted_one_at_a_time(app: Flask, database: SQLAlchemy) -> None:
    make_user(sign_in_name="ana", password_hash=hash_password("lantern walrus copper"))
    database.session.commit()

    def guess(number: int) -> int:
        form = {"sign_in_name": "ana", "password": f"guess {number}"}
        return app.test_client().post("/staff/sign-in", data=form).status_code

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(guess, range(16))) == {403: 5, 429: 11}


def test_audit_rows_written_at_once_make_one_chain(app: Flask, database: SQLAlchemy) -> None:
    def write(number: int) -> None:
        with app.app_context():
            record_audit("tried", str(number))
            db.session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    assert verify_chain() is None
