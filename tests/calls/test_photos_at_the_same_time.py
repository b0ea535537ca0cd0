"""Two people add photos to one call at once: no call gets a seventh, and one photo is never kept twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.calls.pictures import draw, photo
from tracker.calls.models import ServiceRequest
from tracker.calls.photos import CleanPhoto, clean_photo, keep_photo, lost_photos
from tracker.calls.photos.models import CallPhoto
from tracker.errors import Conflict
from tracker.extensions import db


def shot(number: int) -> CleanPhoto:
    return clean_photo(photo("PNG", draw((9 + number, 9))))


@pytest.mark.parametrize(("there", "sent", "refused"), [(5, (6, 7, 8, 9), 3), (0, (1, 1, 1, 1), 0)])
def test_who_comes_too_late_is_told_and_nothing_is_kept_twice(
    app: Flask, database: SQLAlchemy, there: int, sent: tuple[int, ...], refused: int
) -> None:
    make.make_city()
    call_id = make.make_call().id
    call = database.session.get(ServiceRequest, call_id)
    assert call is not None
    for number in range(there):
        keep_photo(call, shot(number))
    database.session.commit()
    start = threading.Barrier(len(sent))

    def add(picture: CleanPhoto) -> bool:
        with app.app_context():
            start.wait(timeout=20)
            mine = db.session.get(ServiceRequest, call_id)
            assert mine is not None
            try:
                keep_photo(mine, picture)
                db.session.commit()
            except Conflict:
                db.session.rollback()
                return False
            finally:
                db.session.remove()
        return True

    with ThreadPoolExecutor(len(sent)) as pool:
        done = [pool.submit(Context().run, add, shot(number)) for number in sent]
        assert sum(not one.result(timeout=60) for one in done) == refused
    database.session.expire_all()
    assert database.session.query(CallPhoto).count() == there + len({*sent}) - refused
    assert lost_photos().rows == []
