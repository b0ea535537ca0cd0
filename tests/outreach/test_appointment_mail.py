"""Residents are told about their appointments by mail or text, once, in their language; else they are to be called."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete, func, select

from tests import factories as make
from tests.outreach.mail_server import KeepingServer, running_mail_server
from tests.scheduling.agreeing_world import WEDNESDAY_8, agreed, offered, plain_settings
from tracker.clock import utc_now
from tracker.config import Settings
from tracker.extensions import db
from tracker.jobs import keep_appointments, send_mail, write_mail
from tracker.outreach.notice_models import LogReader, Notice
from tracker.scheduling.appointments.agreeing import cancel_appointment, confirm_appointment
from tracker.scheduling.appointments.contacting import Resident
from tracker.scheduling.appointments.finding import find_by_secret
from tracker.scheduling.appointments.holding import hold_window
from tracker.scheduling.appointments.keeping import ask_to_move, note_called
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus

ANA = Resident("Ana Roe", "ana@example.org", "+1 585 555 0137", "es")
BEN = Resident("Ben Roe", "", "585-555-0137")
EVE = Resident("Eve Roe")
Post = tuple[KeepingServer, Settings]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def post(database: SQLAlchemy) -> Iterator[Post]:
    """A mail server, a crew that works, and the settings of an installation that mails."""
    make.make_city(is_live=True)
    make.make_resource()
    with running_mail_server() as (keeper, port):
        yield keeper, plain_settings(mail_host="127.0.0.1", mail_port=port, mail_tls="off", mail_from="t@example.org",
                                     address="https://cases.example.org")  # fmt: skip


@contextmanager
def texting() -> Iterator[tuple[list[tuple[str, str]], set[int], str]]:
    """A stand-in for a service of text messages: what it was sent, what it answers instead of 200, and its address."""
    kept: list[tuple[str, str]] = []
    answers: set[int] = set()

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.append((self.path, sent["message"]))
            self.send_response(next(iter(answers), 200))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield kept, answers, f"json://127.0.0.1:{server.server_port}/{{phone}}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def work(settings: Settings) -> None:
    keep_appointments(settings, utc_now())
    write_mail(settings, utc_now())
    send_mail(settings)
    db.session.expire_all()


def texts(keeper: KeepingServer) -> list[tuple[str, str]]:
    return [(message["Subject"], message.get_content()) for _, message in keeper.kept]  # type: ignore[attr-defined]  # of the modern policy


def secret_in(text: str) -> str:
    found = re.search(r"https://cases\.example\.org/appointments/([\w-]{43})", text)
    assert found, text
    return found[1]


def test_from_the_offer_to_the_reminder_each_thing_is_mailed_once(post: Post, clock: time_machine.Traveller) -> None:
    keeper, settings = post
    appointment = offered(make.make_work_order(title="Fell the oak"))
    work(settings)
    work(settings)
    [(subject, text)] = texts(keeper)
    assert subject == "Please choose a time" and "Fell the oak" in text and "Hello Jane Q. Canary" in text
    assert find_by_secret(secret_in(text)) is appointment
    assert secret_in(text) not in db.session.scalars(select(Notice.text)).one(), "the secret is not kept"
    hold_window(appointment, WEDNESDAY_8, None, settings)
    confirm_appointment(appointment, None, settings)
    db.session.commit()
    clock.move_to(WEDNESDAY_8 - timedelta(hours=22))
    work(settings)
    db.session.execute(delete(LogReader))
    db.session.commit()
    work(settings)
    assert [subject for subject, _ in texts(keeper)][1:] == [
        "Your appointment: Wednesday, June 17, 8:00 AM to 10:00 AM",
        "Your appointment is near: Wednesday, June 17, 8:00 AM to 10:00 AM",
    ]
    assert "/appointment.ics?lang=en" in texts(keeper)[1][1]
    assert appointment.to_call == "" and appointment.mail_key == ""


def test_in_spanish_changed_not_kept_and_cancelled(post: Post) -> None:
    keeper, settings = post
    appointment = agreed(resident=ANA)
    work(settings)
    hold_window(appointment, WEDNESDAY_8 + timedelta(hours=2), None, settings)
    confirm_appointment(appointment, None, settings)
    work(settings)
    ask_to_move(appointment, "Una tormenta")
    work(settings)
    cancel_appointment(appointment, make.make_user(), settings)
    work(settings)
    said = texts(keeper)
    assert "Su cita: miércoles 17 de junio, de 8:00 a 10:00" in said[0][0], said[0][0]
    assert "nueva hora" in said[1][0] and "de 10:00 a 12:00" in said[1][1]
    assert "No podemos" in said[2][0] and "El motivo: Una tormenta" in said[2][1] and "?lang=es" in said[2][1]
    assert "cancelada" in said[3][0]
    assert len(said) == 4 and all(to == ["ana@example.org"] for to, _ in keeper.kept)


def test_only_what_still_holds_is_told(post: Post) -> None:
    keeper, settings = post
    appointment = agreed()
    ask_to_move(appointment, "A storm")
    work(settings)
    assert [subject for subject, _ in texts(keeper)] == ["We cannot keep your appointment"]


def test_who_has_no_address_gets_a_short_text_that_says_neither_who_nor_where(post: Post) -> None:
    keeper, settings = post
    with texting() as (kept, _, url):
        agreed(resident=BEN, order=make.make_work_order(case=make.make_case(address="12 Elm St")))
        for _ in range(2):
            work(replace(settings, text_url=url))
    [(path, text)] = kept
    assert path == "/+15855550137" and keeper.kept == []
    assert text.startswith("Testville: Your appointment is agreed. Wednesday, June 17, 8:00 AM to 10:00 AM. https://")
    assert "Roe" not in text and "Elm" not in text and len(text) < 220


def test_a_text_that_is_not_taken_is_tried_for_an_hour_and_then_she_is_called(
    post: Post, clock: time_machine.Traveller
) -> None:
    _, settings = post
    appointment = offered(resident=BEN)
    with texting() as (kept, answers, url):
        answers.add(500)
        for _ in range(8):
            work(replace(settings, text_url=url))
            clock.shift(timedelta(hours=1))
    assert len(kept) == 6 and "Nothing reached her" in appointment.to_call


def test_whom_nothing_reaches_is_to_be_called_and_who_knows_already_is_not(post: Post) -> None:
    keeper, settings = post
    alone = offered(resident=EVE)
    on_phone = offered(resident=EVE, on_phone=True)
    chosen = agreed(resident=EVE)
    cancelled = agreed(WEDNESDAY_8 + timedelta(days=1), resident=EVE)
    cancel_appointment(cancelled, None, settings)
    lost = agreed(WEDNESDAY_8 + timedelta(days=2), resident=EVE)
    ask_to_move(lost, "A storm")
    work(settings)
    assert [one.to_call for one in (alone, on_phone, chosen, cancelled, lost)] == [
        "Ask her to choose a time.", "", "", "",
        "Tell her that the agreed time cannot be kept, and find a new one with her.",
    ]  # fmt: skip
    note_called(alone, make.make_user())
    work(settings)
    assert alone.to_call == "" and keeper.kept == []


@pytest.mark.parametrize("missing", ["mail_host", "address"])
def test_without_a_server_or_links_she_is_called_and_not_asked_in_vain(post: Post, missing: str) -> None:
    keeper, settings = post
    appointment = offered()
    work(replace(settings, **{missing: ""}))
    assert appointment.to_call == "Ask her to choose a time." and keeper.kept == []


def test_a_refused_mail_puts_her_on_the_list(post: Post) -> None:
    keeper, settings = post
    keeper.refused.add("ana@example.org")
    appointment = offered(resident=ANA)
    work(settings)
    assert "550" in appointment.to_call and appointment.mail_key == ""


def test_a_mark_that_somebody_writes_leads_to_nobody_elses_appointment(post: Post) -> None:
    keeper, settings = post
    agreed()
    make.make_notice(key="letter:1", address="a@example.org", text="{her own link}")
    db.session.commit()
    work(settings)
    assert sorted("appointments/" in text for _, text in texts(keeper)) == [False, True]


def test_before_a_city_is_loaded_nothing_is_done(database: SQLAlchemy) -> None:
    keep_appointments(plain_settings(), make.NOW)
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 0
    assert AppointmentStatus.OFFERED.label
