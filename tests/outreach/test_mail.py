"""Mail goes out once, to one address, with nobody's headers in it; what the server does not take waits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.outreach.mail_server import KeepingServer, running_mail_server
from tests.serving import find_port
from tracker.config import Settings, load_settings
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.jobs import send_mail
from tracker.outreach.mail import Letter, is_mail_on, make_message, one_address
from tracker.outreach.notice_models import Notice, NoticeStatus
from tracker.outreach.notices import (
    FIRST_PAUSE,
    LEASE,
    LONGEST_PAUSE,
    MOST_TRIES,
    pause_after,
    send_waiting,
    write_notices,
)
from tracker.staff.models import User


@pytest.fixture
def post(database: SQLAlchemy) -> Iterator[tuple[KeepingServer, Settings]]:
    """A mail server, and the settings of an installation that uses it."""
    with running_mail_server() as (keeper, port):
        yield keeper, mail_settings(port)


def mail_settings(port: int) -> Settings:
    plain: Settings = current_app.config["SETTINGS"]
    return replace(plain, mail_host="127.0.0.1", mail_port=port, mail_tls="off", mail_from="tracker@example.org")


def ann(**columns: object) -> User:
    return make.make_user(**{"email": "ann@example.org", **columns})


def standing(notice: Notice) -> tuple[NoticeStatus, int]:
    db.session.expire_all()
    return notice.status, notice.tries


def test_a_notice_is_sent_once_to_its_one_person(post: tuple[KeepingServer, Settings]) -> None:
    keeper, settings = post
    notice = make.make_notice(user=ann(), subject="Käse & more", text="Grüße\n.\nend\n")
    db.session.commit()
    for _ in range(2):
        send_mail(settings)
    assert standing(notice) == (NoticeStatus.SENT, 1) and notice.sent_at is not None
    ((to, message),) = keeper.kept
    assert (to, message["To"], message["Subject"]) == (["ann@example.org"], "ann@example.org", "Käse & more")
    assert message["From"] == "tracker@example.org" and message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == "Grüße\n.\nend\n"  # type: ignore[attr-defined]  # its policy has it


def test_while_the_server_is_down_nothing_is_lost_and_no_try_counts(database: SQLAlchemy) -> None:
    notice = make.make_notice(user=ann())
    db.session.commit()
    port = find_port()
    send_mail(mail_settings(port))
    assert standing(notice) == (NoticeStatus.WAITING, 0)
    with running_mail_server(port) as (keeper, _):
        send_mail(mail_settings(port))
        assert len(keeper.kept) == 1 and standing(notice) == (NoticeStatus.SENT, 1)


def test_a_mistake_in_our_own_settings_costs_no_mail(post: tuple[KeepingServer, Settings]) -> None:
    keeper, settings = post
    notice = make.make_notice(user=ann())
    db.session.commit()
    send_mail(replace(settings, mail_from="City <tracker@example.org>"))
    assert standing(notice) == (NoticeStatus.WAITING, 0)
    keeper.wants_sign_in = True
    send_mail(settings)
    assert standing(notice)[0] is NoticeStatus.WAITING and "530" in notice.problem
    keeper.wants_sign_in = False
    notice.next_try_at = make.NOW
    db.session.commit()
    send_mail(settings)
    assert standing(notice)[0] is NoticeStatus.SENT and len(keeper.kept) == 1


def test_who_is_unknown_has_failed_and_who_comes_after_gets_hers(post: tuple[KeepingServer, Settings]) -> None:
    keeper, settings = post
    keeper.refused = {"gone@example.org"}
    unknown = make.make_notice(user=ann(email="gone@example.org"))
    left = make.make_notice(user=ann(disabled_at=make.NOW))
    nobody = make.make_notice(user=ann(email=""))
    two = make.make_notice(address="a@example.org, b@example.org")
    good = make.make_notice(address="resident@example.org")
    db.session.commit()
    send_mail(settings)
    failed = [standing(notice)[0] for notice in (unknown, left, nobody, two)]
    assert failed == [NoticeStatus.FAILED] * 4 and "550 No such person" in unknown.problem
    assert standing(good)[0] is NoticeStatus.SENT and [to for to, _ in keeper.kept] == [["resident@example.org"]]


def test_what_the_server_delays_is_tried_again_later_and_given_up_in_the_end(
    post: tuple[KeepingServer, Settings],
) -> None:
    keeper, settings = post
    keeper.answers = ["451 Busy"]
    notice = make.make_notice(user=ann())
    db.session.commit()
    with time_machine.travel(make.NOW, tick=False):
        send_mail(settings)
        assert standing(notice) == (NoticeStatus.WAITING, 1) and "451 Busy" in notice.problem
        assert notice.next_try_at == make.NOW + FIRST_PAUSE
        send_mail(settings)
        assert standing(notice) == (NoticeStatus.WAITING, 1)
    with time_machine.travel(make.NOW + FIRST_PAUSE, tick=False):
        send_mail(settings)
    assert standing(notice) == (NoticeStatus.SENT, 2)
    keeper.answers = ["451 Busy"]
    last = make.make_notice(user=ann(), tries=MOST_TRIES - 1)
    db.session.commit()
    send_mail(settings)
    assert standing(last) == (NoticeStatus.GIVEN_UP, MOST_TRIES)


def test_two_workers_never_send_the_same_notice(post: tuple[KeepingServer, Settings]) -> None:
    keeper, settings = post
    make.make_notice(user=ann())
    db.session.commit()
    with time_machine.travel(make.NOW, tick=False):
        first = send_waiting(10, settings)
        next(first)
        db.session.commit()  # it is the first worker's now
        send_mail(settings)  # the second one comes while the first is sending
        assert keeper.kept == []
        for _ in first:
            db.session.commit()
    assert len(keeper.kept) == 1


def test_a_worker_that_was_killed_leaves_its_notice_to_the_next(post: tuple[KeepingServer, Settings]) -> None:
    keeper, settings = post
    notice = make.make_notice(user=ann())
    db.session.commit()
    with time_machine.travel(make.NOW, tick=False):
        killed = send_waiting(10, settings)
        next(killed)
        db.session.commit()
        killed.close()
        send_mail(settings)
    assert keeper.kept == []
    with time_machine.travel(make.NOW + LEASE, tick=False):
        send_mail(settings)
    assert len(keeper.kept) == 1 and standing(notice) == (NoticeStatus.SENT, 2)


def test_a_key_is_told_once_and_without_a_server_nothing_is_sent(database: SQLAlchemy) -> None:
    rows = [{"key": "once", "address": "a@example.org", "subject": "Two\nlines", "text": "x"}]
    assert (write_notices(rows), write_notices(rows)) == (1, 0)
    notice = db.session.scalars(db.select(Notice)).one()
    assert notice.subject == "Two lines"
    off = replace(mail_settings(1), mail_host="")
    assert not is_mail_on(off) and list(send_waiting(10, off)) == []


@pytest.mark.parametrize(
    "text",
    ["", "ann", "ann@", "@example.org", "a@b, c@d", "a@example.org\nBcc: b@example.org", "Ann <a@example.org>",
     "a@exam ple.org", "a@example.org\x00", "a@@example.org", "ä@example.org"],
)  # fmt: skip
def test_what_is_not_exactly_one_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is not an email address"):
        one_address(text)


@settings(max_examples=80)
@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_that_is_typed_becomes_a_header(subject: str, body: str) -> None:
    letter = Letter("n", "ann@example.org", f"{subject}\r\nBcc: x@example.org", f"{body}\r\n\r\nTo: y@example.org")
    try:
        message = make_message(letter, "tracker@example.org", make.NOW)
    except UnicodeEncodeError:
        return  # half a character, which no database keeps
    expected = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
    head = message.as_bytes().split(b"\n\n", 1)[0]
    names = [line.split(b":")[0].decode() for line in head.splitlines() if not line[:1].isspace()]
    assert [name for name in names if not name.startswith("Content-") and name != "MIME-Version"] == expected[:-1]


def test_pauses_grow_up_to_a_third_of_a_day() -> None:
    pauses = [pause_after(tries) for tries in range(1, MOST_TRIES + 1)]
    assert pauses[0] == FIRST_PAUSE and pauses[-1] == LONGEST_PAUSE and pauses == sorted(pauses)
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=4)


def test_a_misspelled_encryption_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="starttls, tls, off"):
        load_settings({"TRACKER_MAIL_TLS": "none", "TRACKER_SECRET_KEY": "x"})
    with pytest.raises(ValueError, match="TRACKER_DIGEST_HOUR is an hour from 0 to 23, not 24"):
        load_settings({"TRACKER_DIGEST_HOUR": "24", "TRACKER_SECRET_KEY": "x"})
