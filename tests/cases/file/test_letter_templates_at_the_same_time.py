"""Two people at the letter templates at once: no change is lost, and nothing is there twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import replace

from flask import Flask

from tracker.cases.file.letters.templates import (
    TemplateEntry,
    add_starters,
    add_template,
    change_template,
    find_template,
    starters,
)
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.staff.models import User


def at_once(app: Flask, do: Callable[[User], object], who: User) -> list[object]:
    """What comes of doing something twice at once, each in a transaction of its own; None where it came too late."""
    start, number = threading.Barrier(2), who.id
    db.session.commit()

    def one() -> object:
        with app.app_context():
            start.wait(timeout=20)
            me = db.session.get(User, number)
            assert me is not None
            try:
                done = do(me)
                db.session.commit()
                return done
            except Conflict:
                db.session.rollback()
                return None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        return [done.result(timeout=60) for done in [pool.submit(Context().run, one) for _ in range(2)]]


def test_of_two_who_change_or_add_a_template_at_once_one_is_told(app: Flask, worker: User) -> None:
    entry = TemplateEntry("notice", "Notice", "Yard", "Dear neighbor")
    added = at_once(app, lambda me: add_template(entry, actor=me).code, worker)
    assert sorted(added, key=str) == [None, "notice"]

    def change(me: User) -> bool:
        words = replace(entry, name=f"Notice {threading.get_ident()}")
        return change_template(find_template("notice", lock=True), words, actor=me, seen_version=1)

    assert sorted(at_once(app, change, worker), key=str) == [None, True]
    db.session.expire_all()
    assert find_template("notice").version == 2


def test_starters_taken_over_twice_at_once_are_there_once(app: Flask, worker: User) -> None:
    added = at_once(app, lambda me: add_starters(actor=me), worker)
    assert None not in added and sum(added) == len(starters())  # type: ignore[arg-type]
