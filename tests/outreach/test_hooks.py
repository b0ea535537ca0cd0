"""News to other systems: a question first, never to an address that is not the whole world's, never twice."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.public.world import set_as_of_now
from tracker.clock import utc_now
from tracker.config import Settings
from tracker.extensions import db
from tracker.outreach.links import subscription_key
from tracker.outreach.notice_models import Notice, NoticeStatus
from tracker.outreach.notices import BY_HOOK, has_waiting, write_notices
from tracker.outreach.subscriptions.hook_sending import send_waiting_hooks
from tracker.outreach.subscriptions.hooks import Door, HookRefused, is_public_address, post_to_hook
from tracker.outreach.subscriptions.models import Subscription, SubscriptionKind, Way
from tracker.outreach.subscriptions.subscribing import Wish, subscribe

PUBLIC = "93.184.216.34"
URL = "https://hooks.example.org/news"
Answering = Callable[[dict[str, Any]], tuple[int, str]]


@contextmanager
def stand_in(answering: Answering) -> Iterator[tuple[Door, list[dict[str, Any]]]]:
    """A system on this machine that the door leads to in place of the public one, and what it was sent."""
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append(body)
            status, text = answering(body)
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    port = server.server_address[1]
    yield Door(lambda host: [PUBLIC], lambda address, host: socket.create_connection(("127.0.0.1", port), 5)), heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def on(database: SQLAlchemy) -> Settings:
    make.make_city()
    set_as_of_now()
    settings: Settings = current_app.config["SETTINGS"]
    return replace(settings, address="https://cases.example.org")


def asked(settings: Settings) -> None:
    subscribe("form-1", Wish(SubscriptionKind.ALL, Way.WEBHOOK, URL), settings)
    db.session.commit()


def send(settings: Settings, door: Door) -> None:
    for _ in send_waiting_hooks(10, settings, door):
        db.session.commit()


def stands() -> tuple[bool, bool, list[NoticeStatus]]:
    db.session.expire_all()
    subscription = db.session.scalars(select(Subscription)).one()
    statuses = list(db.session.scalars(select(Notice.status).order_by(Notice.id)))
    return subscription.confirmed_at is not None, subscription.ended_at is not None, statuses


@pytest.mark.parametrize("as_json", [True, False])
def test_a_system_that_answers_with_its_challenge_is_confirmed_and_told(on: Settings, as_json: bool) -> None:
    asked(on)
    assert not has_waiting(utc_now()), "it is no mail"
    with stand_in(
        lambda body: (200, json.dumps({"challenge": body.get("challenge")}) if as_json else body.get("challenge", ""))
    ) as (door, heard):
        send(on, door)
        assert stands() == (True, False, [NoticeStatus.SENT])
        assert heard[0]["manage"].startswith("https://cases.example.org/subscriptions/")
        subscription = db.session.scalars(select(Subscription)).one()
        write_notices(
            [{"key": subscription_key(subscription.id, "9"), "address": BY_HOOK + URL, "subject": "", "text": "{}"}]
        )
        send(on, door)
    assert len(heard) == 2 and stands()[2] == [NoticeStatus.SENT] * 2


@pytest.mark.parametrize("answer", [(200, "hello"), (200, '{"challenge": 7}'), (302, ""), (500, "")])
def test_whoever_does_not_answer_the_question_is_asked_once_and_never_again(
    on: Settings, answer: tuple[int, str]
) -> None:
    asked(on)
    with stand_in(lambda body: answer) as (door, heard):
        send(on, door)
        send(on, door)
    assert len(heard) == 1 and stands() == (False, False, [NoticeStatus.FAILED])


def test_a_system_that_is_gone_leaves_by_saying_so(on: Settings) -> None:
    one = make.make_subscription(way=Way.WEBHOOK, address=URL)
    write_notices([{"key": subscription_key(one.id, "9"), "address": BY_HOOK + URL, "subject": "", "text": "{}"}])
    db.session.commit()
    with stand_in(lambda body: (410, "")) as (door, _):
        send(on, door)
    assert stands()[1]


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::",
    "::127.0.0.1", "240.0.0.1", "not an address", "",
])  # fmt: skip
def test_an_address_that_is_not_the_whole_worlds_is_never_connected_to(address: str) -> None:
    assert not is_public_address(address)
    opened: list[str] = []

    def connect(where: str, host: str) -> socket.socket:
        opened.append(where)
        raise OSError

    for found in ([address], [PUBLIC, address]):
        with pytest.raises(HookRefused):
            post_to_hook(URL, "{}", Door(lambda host, found=found: found, connect))  # type: ignore[misc]
    assert opened == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", f"::ffff:{PUBLIC}"])
def test_a_public_address_is_one(address: str) -> None:
    assert is_public_address(address)


def test_the_name_is_resolved_once_and_that_address_is_the_one_connected_to() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    opened: list[tuple[str, str]] = []

    def connect(where: str, host: str) -> socket.socket:
        opened.append((where, host))
        raise OSError

    with pytest.raises(Exception, match="did not answer"):
        post_to_hook(URL, "{}", Door(lambda host: next(answers), connect))
    assert opened == [(PUBLIC, "hooks.example.org")]
