"""Photos lie in the instance folder: whole, once, and never without their row unnoticed."""

import os
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.calls.pictures import draw, photo
from tracker.calls.models import ServiceRequest
from tracker.calls.photos import (
    CleanPhoto,
    clean_photo,
    find_photo,
    keep_photo,
    lost_photos,
    photo_path,
    photos_of,
    whole_files,
)
from tracker.errors import Conflict, NotFound
from tracker.staff.log import history_of


@pytest.fixture
def call(database: SQLAlchemy) -> ServiceRequest:
    make.make_city()
    return make.make_call()


def shot(number: int = 1) -> CleanPhoto:
    """Another photo for each number."""
    return clean_photo(photo("PNG", draw((40 + number, 30))))


def age(path: Path) -> None:
    """Let a file be from long ago."""
    os.utime(path, (0, 0))


def test_a_photo_is_kept_with_its_call(app: Flask, call: ServiceRequest) -> None:
    person = make.make_user()
    kept = keep_photo(call, shot(), person)
    path = photo_path(kept.id)
    assert path.read_bytes() == shot().data and len(shot().data) == kept.bytes
    assert path.is_relative_to(app.config["SETTINGS"].instance / "photos") and path.parent.name == kept.id[:2]
    assert path.stat().st_mode & 0o077 == 0, "others on the machine may read it"
    assert (kept.width, kept.height, kept.added_by, kept.is_released) == (41, 30, person, False)
    assert [entry.text for entry in history_of("call", call.id)] == ["A photo was added (41 by 30 pixels)."]
    assert find_photo(kept.id) is kept and list(photos_of(call)) == [kept]


def test_the_same_photo_again_is_the_same_photo(call: ServiceRequest) -> None:
    assert keep_photo(call, shot()) is keep_photo(call, shot())
    assert len(photos_of(call)) == len(history_of("call", call.id)) == 1
    assert keep_photo(make.make_call(), shot()).id != photos_of(call)[0].id


def test_a_call_has_six_photos_at_most(call: ServiceRequest) -> None:
    for number in range(6):
        keep_photo(call, shot(number))
    with pytest.raises(Conflict, match="has 6 photos"):
        keep_photo(call, shot(6))
    keep_photo(call, shot(5))
    assert len(photos_of(call)) == 6


def test_a_row_without_its_file_and_a_file_without_its_row_are_found(
    database: SQLAlchemy, call: ServiceRequest
) -> None:
    whole, gone = keep_photo(call, shot(1)), keep_photo(call, shot(2))
    database.session.commit()
    taken_back = keep_photo(call, shot(3))
    stray = photo_path(taken_back.id)
    database.session.rollback()
    photo_path(gone.id).unlink()
    assert lost_photos().files == [], "its transaction might still have been under way"
    age(stray)
    age(photo_path(whole.id))
    assert (lost_photos().rows, lost_photos().files) == ([gone.id], [stray])


def test_a_photo_that_cannot_be_written_leaves_neither_row_nor_file(
    app: Flask, database: SQLAlchemy, call: ServiceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.session.commit()

    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep_photo(call, shot())
    database.session.rollback()
    assert list(photos_of(call)) == []
    assert [path for path in (app.config["SETTINGS"].instance / "photos").rglob("*") if path.is_file()] == []


def test_a_photo_that_nobody_knows_is_not_found(call: ServiceRequest) -> None:
    with pytest.raises(NotFound):
        find_photo("../secret-key")
