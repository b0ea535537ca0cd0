"""`check-photos` says what the database and the folders of photos and papers do not agree on."""

import json
import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.calls.pictures import draw, photo
from tracker.calls.photos import clean_photo, keep_photo, photo_path


def test_a_missing_file_fails_and_a_stray_one_is_named(app: Flask, database: SQLAlchemy) -> None:
    make.make_city()
    call = make.make_call()
    whole, gone = (keep_photo(call, clean_photo(photo("PNG", draw((9, 9 + number))))) for number in range(2))
    run = app.test_cli_runner().invoke
    assert run(args=["check-photos", "--json"]).exit_code == 0
    stray = photo_path(whole.id).with_name("STRAY.jpg")
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    photo_path(gone.id).unlink()
    paper = make.make_paper()
    result = run(args=["check-photos", "--json"])
    assert json.loads(result.stdout) == {
        "files_gone": [gone.id], "papers_gone": [paper.id], "files_without_photo": [str(stray)],
        "files_without_paper": [],
    }  # fmt: skip
    assert result.exit_code == 1 and "1 photo and 1 paper without a file" in result.stderr
