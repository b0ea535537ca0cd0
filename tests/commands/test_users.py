"""`create-user`, as scripts call it."""

import json

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tracker.staff.accounts import find_user
from tracker.staff.models import Role
from tracker.staff.passwords import verify_password

PASSWORD = "lantern walrus copper"


def test_without_a_password_it_prints_a_one_time_path_that_works(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["create-user", "Ana", "--role", "administrator", "--json"])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert (result["sign_in_name"], result["role"]) == ("ana", "administrator")
    assert app.test_client().get(result["invitation_path"]).status_code == 200


def test_it_reads_a_password_from_standard_input(app: Flask, database: SQLAlchemy) -> None:
    args = ["create-user", "ana", "--role", "aide", "--display-name", "Ana E.", "--password-stdin"]
    assert app.test_cli_runner().invoke(args=args, input=PASSWORD + "\n").exit_code == 0
    user = find_user("ana")
    assert user is not None and (user.role, user.display_name) == (Role.AIDE, "Ana E.")
    assert verify_password(user, PASSWORD)


def test_a_taken_name_or_weak_password_is_one_clear_line_and_nothing_is_kept(app: Flask, database: SQLAlchemy) -> None:
    runner = app.test_cli_runner()
    weak = runner.invoke(args=["create-user", "ben", "--role", "aide", "--password-stdin"], input="password1234\n")
    assert weak.exit_code == 1 and weak.stderr.startswith("Error: This password") and weak.stderr.count("\n") == 1
    assert find_user("ben") is None
    database.session.rollback()
    assert runner.invoke(args=["create-user", "ana", "--role", "aide"]).exit_code == 0
    assert runner.invoke(args=["create-user", "ANA", "--role", "aide"]).exit_code == 1
