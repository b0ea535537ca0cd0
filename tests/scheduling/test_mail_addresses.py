"""What is taken for a mail address, and that no text keeps the pattern busy: a length that would take hours."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from tracker.scheduling.appointments.appointment_forms import ResidentForm
from tracker.staff.forms import InviteForm

Form = Callable[..., FlaskForm]
POISON = f"a@{'.b' * 1_000_000}@"


@pytest.mark.once
@pytest.mark.parametrize("form", [ResidentForm, InviteForm])
@pytest.mark.parametrize(("typed", "is_one"), [
    ("jane@example.org", True), ("j.r.roe+city@mail.example.co.uk", True), ("jane@example", False), ("jane", False),
    ("jane@@example.org", False), ("a b@example.org", False), ("jane@example.", False), ("jane@.org", False),
    (f"{'a' * 243}@example.org", False), (POISON, False),
], ids=lambda value: str(value)[:30])  # fmt: skip
def test_an_address_is_told_from_what_is_none(app: Flask, form: Form, typed: str, is_one: bool) -> None:
    with app.test_request_context():
        filled = form(MultiDict({"email": typed}), meta={"csrf": False})
        filled.validate()
        assert (not filled.email.errors) is is_one
