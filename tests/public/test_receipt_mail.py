"""Who left a mail address with her report gets her number and link by mail: once, in her language, and nothing more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.outreach.mail_server import KeepingServer, running_mail_server
from tests.public.reporting_world import make_reporting_city, number_in, secret_in, send, web_calls
from tracker.clock import utc_now
from tracker.config import Settings
from tracker.extensions import db
from tracker.jobs import send_mail, write_mail
from tracker.outreach.notice_models import Notice
from tracker.outreach.receipt_mail import MOST_TO_ONE

ADDRESS = "https://cases.example.org"
Post = tuple[KeepingServer, Settings]


@pytest.fixture
def post(app: Flask, database: SQLAlchemy) -> Iterator[Post]:
    """A city that takes reports, a mail server, and the settings of an installation that mails."""
    make_reporting_city()
    database.session.commit()
    with running_mail_server() as (keeper, port):
        settings: Settings = app.config["SETTINGS"]
        sending = {"mail_host": "127.0.0.1", "mail_port": port, "mail_tls": "off", "mail_from": "t@example.org"}
        yield keeper, replace(settings, address=ADDRESS, **sending)


def wanted() -> list[str]:
    """The texts of the notices."""
    return list(db.session.scalars(select(Notice.text).order_by(Notice.id)))


def test_the_receipt_is_mailed_once_with_number_and_link_and_nothing_that_she_wrote(
    client: FlaskClient, app: Flask, post: Post
) -> None:
    keeper, settings = post
    answer = send(client, app, name="Jo Doe", email="jo@example.org")
    number, secret = number_in(answer), secret_in(answer)
    for _ in range(2):
        write_mail(settings, utc_now())
        send_mail(settings)
    (((to,), mail),) = keeper.kept
    text = str(mail.get_payload(decode=True), "utf-8")
    assert to == "jo@example.org" and number in mail["Subject"] and f"{ADDRESS}/track?number={number}" in text
    assert f"{ADDRESS}/reports/{secret}" in text and "What happens next" in text
    assert not any(said in f"{mail.as_string()}{text}" for said in ("Elm", "137", "blue door", "Jo Doe", "lamp"))
    assert secret not in wanted()[0], "what waits holds no secret"


def test_it_is_written_in_her_language(client: FlaskClient, app: Flask, post: Post) -> None:
    client.get("/report?lang=es")
    send(client, app, email="jo@example.org")
    call = web_calls()[0]
    db.session.execute(db.text("UPDATE sent_reports SET language = 'es'"))
    write_mail(post[1], utc_now())
    assert "Qué sigue" in wanted()[0] and call.service_request_id in wanted()[0]


@pytest.mark.parametrize("typed", ["", "jo", "jo@example.org, him@example.org"])
def test_where_nothing_can_be_sent_nothing_is_written(client: FlaskClient, app: Flask, post: Post, typed: str) -> None:
    send(client, app, name="Jo Doe", email=typed)
    write_mail(post[1], utc_now())
    assert wanted() == []


def test_what_is_withdrawn_or_old_or_without_a_mail_server_is_not_told(
    client: FlaskClient, app: Flask, post: Post, database: SQLAlchemy
) -> None:
    settings = post[1]
    send(client, app, email="jo@example.org")
    web_calls()[0].withdrawn_at = utc_now()
    write_mail(settings, utc_now())
    send(client, app, email="jo@example.org")
    write_mail(settings, utc_now() + timedelta(days=4))
    send(client, app, email="jo@example.org")
    write_mail(replace(settings, mail_host=""), utc_now())
    write_mail(settings, utc_now())
    assert wanted() == [] and len(web_calls()) == 3


def test_nobody_is_flooded_with_receipts_that_others_ask_for(client: FlaskClient, app: Flask, post: Post) -> None:
    for number in range(MOST_TO_ONE + 2):
        send(client, app, email="Jo@example.org" if number % 2 else "jo@example.org")
    write_mail(post[1], utc_now())
    assert len(wanted()) == MOST_TO_ONE
