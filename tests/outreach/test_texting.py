"""A text message holds a secret link: it goes to one number, whole, or nowhere."""

from dataclasses import replace

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.outreach.test_appointment_mail import BEN, texting
from tests.scheduling.agreeing_world import offered, plain_settings
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.jobs import keep_appointments, send_mail, write_mail
from tracker.outreach.notice_models import Notice
from tracker.outreach.notices import BY_TEXT, write_notices
from tracker.outreach.texting import TextDelayed, TextRefused, send_text
from tracker.scheduling.appointments.contacting import dialed

TWILIO = f"twilio://AC{'0' * 32}:{'0' * 32}@+15855550199/"
HERS = "+15855550137"


@pytest.mark.parametrize(("prefix", "typed", "number"), [
    ("1", "585-555-0137", HERS), ("1", "(585) 555.0137", HERS), ("1", "1 585 555 0137", HERS), ("1", HERS, HERS),
    ("1", "+44 7700 900123", "+447700900123"), ("1", "011 44 7700 900123", "+447700900123"),
    ("44", "07700 900123", "+447700900123"), ("44", "0044 7700 900123", "+447700900123"), ("44", HERS, HERS),
    ("1", "555-0137", ""), ("1", "585-555-013", ""), ("1", "+1 585 555 013", ""), ("1", "585-555-01377", ""),
    ("1", "585-555-0137 x12", ""), ("1", "585-555-0137 / 0138", ""), ("1", "585-555-0137, 585-555-0138", ""),
    ("1", "58555501370138", ""), ("1", "ask Ana, 585-555-0137", ""), ("1", "185-555-0137", ""), ("1", "", ""),
    ("44", "7700 900123", ""), ("44", "+44 (0)7700 900123", ""), ("44", "+447700900123123", ""), ("1", "+444444", ""),
])  # fmt: skip
def test_a_number_is_dialed_with_its_country_or_not_at_all(prefix: str, typed: str, number: str) -> None:
    assert dialed(typed, prefix) == number


@pytest.mark.parametrize("url", [
    TWILIO, f"{TWILIO}{{phone}}/+15855550188", f"{TWILIO}+15855550188", "json://127.0.0.1:9/", "json://127.0.0.1:9/{phone}0",
])  # fmt: skip
def test_nothing_is_sent_where_it_would_go_to_somebody_else(app: Flask, url: str) -> None:
    with app.app_context(), pytest.raises(TextRefused):
        send_text(HERS, "Your link", replace(plain_settings(), text_url=url))


@pytest.mark.parametrize("number", ["5550137", "5855550137", "+158555501371234567", "12", "+12"])
def test_what_is_no_whole_number_goes_nowhere_and_least_of_all_to_the_service_itself(app: Flask, number: str) -> None:
    with app.app_context(), pytest.raises((TextRefused, TextDelayed)):
        send_text(number, "Your link", replace(plain_settings(), text_url=f"{TWILIO}{{phone}}"))


def test_whom_a_message_would_miss_is_called_instead(database: SQLAlchemy, caplog: pytest.LogCaptureFixture) -> None:
    make.make_city(is_live=True)
    appointment = offered(resident=BEN)
    settings = plain_settings(address="https://cases.example.org", text_url=TWILIO)
    keep_appointments(settings, utc_now())
    write_mail(settings, utc_now())
    send_mail(settings)
    keep_appointments(settings, utc_now())
    db.session.expire_all()
    assert "does not take the number" in appointment.to_call
    assert "5550137" not in caplog.text and "5550137" not in appointment.to_call


def test_the_library_tells_the_log_of_the_server_no_number(
    database: SQLAlchemy, caplog: pytest.LogCaptureFixture
) -> None:
    make.make_city(is_live=True)
    with texting() as (kept, answers, url):
        answers.add(500)
        write_notices([{"key": "n", "address": BY_TEXT + HERS, "subject": "", "text": "Hello"}])
        db.session.commit()
        send_mail(plain_settings(text_url=url))
    assert len(kept) == 1 and db.session.query(Notice).one().tries == 1
    assert "5550137" not in caplog.text and "apprise" not in caplog.text
