"""Subscribing: nobody is told or flooded who has not said yes, nothing is found out, nobody is reached by a trick."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.public.world import make_public_case, set_as_of_now
from tests.statements import asked_statements
from tracker.clock import utc_now
from tracker.config import Settings
from tracker.errors import Invalid, NotFound
from tracker.extensions import db
from tracker.outreach.links import leave_link, subscription_key, with_links
from tracker.outreach.mail import Letter, make_message
from tracker.outreach.notice_models import Notice, NoticeStatus
from tracker.outreach.notices import write_notices
from tracker.outreach.subscriptions.addresses import read_address
from tracker.outreach.subscriptions.confirming import address_of
from tracker.outreach.subscriptions.models import Rhythm, Subscription, SubscriptionKind, Way
from tracker.outreach.subscriptions.subscribing import (
    MOST_A_DAY,
    MOST_OF_HOST,
    Wish,
    change,
    confirm,
    find_subscription,
    forget_old,
    leave,
    secret_for,
    subscribe,
)
from tracker.outreach.subscriptions.wishing import Chosen, open_ways, read_wish

HERS = "her@example.org"


@pytest.fixture
def on(database: SQLAlchemy) -> Settings:
    """The settings of an installation that mails."""
    make.make_city()
    set_as_of_now()
    settings: Settings = current_app.config["SETTINGS"]
    return replace(settings, mail_host="mail.example.org", address="https://cases.example.org")


def everything(address: str = HERS, way: Way = Way.MAIL, language: str = "en") -> Wish:
    return Wish(SubscriptionKind.ALL, way, address, language=language)


def asked() -> list[Notice]:
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def only() -> Subscription:
    return db.session.scalars(select(Subscription)).one()


def test_a_form_that_is_sent_twice_is_one_wish_and_asks_once(on: Settings) -> None:
    for _ in range(2):
        subscribe("form-1", everything(), on)
    (notice,) = asked()
    link = f"https://cases.example.org/subscriptions/{secret_for(only().id, on)}"
    text = with_links(notice.text, notice.key, on)
    assert (notice.address, only().confirmed_at) == (HERS, None)
    assert link in text and "the whole city" in text and secret_for(only().id, on) not in notice.text
    assert leave_link(notice.key, on) == f"{link}/leave" and leave_link("appointment:1:2", on) == ""


def test_the_question_is_asked_in_the_language_that_was_chosen(on: Settings) -> None:
    subscribe("form-1", everything(language="es"), on)
    assert "¿quiere" in asked()[0].subject


def test_nobody_is_asked_more_than_a_few_times_a_day_however_many_want_it(on: Settings) -> None:
    for number in range(MOST_A_DAY + 3):
        subscribe(f"form-{number}", everything(), on)
    subscribe("form-another", everything("him@example.org"), on)
    assert [notice.address for notice in asked()] == [HERS] * MOST_A_DAY + ["him@example.org"]


def test_other_letters_are_the_same_address_and_another_path_the_same_host(on: Settings) -> None:
    for number in range(MOST_A_DAY + 3):
        written = "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate(HERS))
        subscribe(f"form-{number}", everything(written), on)
    assert len(asked()) == MOST_A_DAY
    for number in range(MOST_OF_HOST + 3):
        subscribe(f"hook-{number}", everything(f"https://hooks.example.org/{number}", Way.WEBHOOK), on)
    subscribe("hook-another", everything("https://hooks.example.com/", Way.WEBHOOK), on)
    assert len(asked()) == MOST_A_DAY + MOST_OF_HOST + 1
    for number in range(MOST_A_DAY + 3):
        subscribe(f"again-{number}", everything("https://hooks.example.net/same", Way.WEBHOOK), on)
    assert len(asked()) == 2 * MOST_A_DAY + MOST_OF_HOST + 1, "one address of another system is asked as seldom as hers"


def test_what_ended_is_forgotten_with_as_many_statements_for_many_as_for_one(on: Settings) -> None:
    def forget(count: int) -> int:
        for number in range(count):
            one = make.make_subscription(ended_at=make.NOW, way=Way.TEXT if number % 2 else Way.MAIL)
            key = subscription_key(one.id, "7")
            write_notices([{"key": key, "address": address_of(one), "subject": "x", "text": "x"}])
        other = make.make_subscription(address=one.address, way=one.way)
        key = subscription_key(other.id, "7")
        write_notices([{"key": key, "address": address_of(one), "subject": "x", "text": "y"}])
        with asked_statements() as queries:
            assert forget_old(make.NOW + timedelta(days=31)) == count
        db.session.expire_all()
        assert {one.text for one in asked() if one.address} == {"y"}, "who follows still keeps what she was told"
        return len(queries)

    assert forget(1) == forget(6)


def test_it_is_confirmed_changed_and_left_and_nothing_wakes_it_again(on: Settings) -> None:
    subscribe("form-1", everything(), on)
    subscription = find_subscription(secret_for(only().id, on))
    confirm(subscription)
    first = subscription.confirmed_at
    confirm(subscription)
    assert first is not None and subscription.confirmed_at == first
    change(subscription, rhythm=Rhythm.WEEKLY, language="es", family_id=None)
    assert (subscription.next_rhythm, subscription.language) == (Rhythm.WEEKLY, "es")
    write_notices([{"key": subscription_key(subscription.id, "7"), "address": HERS, "subject": "x", "text": "x"}])
    leave(subscription)
    ended = subscription.ended_at
    leave(subscription)
    change(subscription, rhythm=Rhythm.DAILY, language="en", family_id=None)
    assert ended is not None and subscription.ended_at == ended and subscription.next_rhythm is Rhythm.WEEKLY
    db.session.expire_all()
    assert {notice.status for notice in asked()} == {NoticeStatus.FAILED}, "what waited is not sent"
    with pytest.raises(NotFound):
        find_subscription("guessed")


def test_one_that_was_left_before_it_was_confirmed_cannot_be_confirmed_any_more(on: Settings) -> None:
    subscribe("form-1", everything(), on)
    leave(only())
    confirm(only())
    assert only().confirmed_at is None


def test_what_nobody_confirmed_is_deleted_after_a_week_and_its_number_never_used_again(on: Settings) -> None:
    subscribe("form-1", everything(), on)
    number = only().id
    assert forget_old(utc_now() + timedelta(days=6)) == 0
    assert forget_old(utc_now() + timedelta(days=8)) == 1
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0 and asked() == []
    subscribe("form-2", everything("him@example.org"), on)
    assert only().id > number


def test_what_ended_a_month_ago_has_no_address_any_more_not_even_in_what_was_sent(on: Settings) -> None:
    subscribe("form-1", everything(), on)
    confirm(only())
    leave(only())
    assert forget_old(utc_now() + timedelta(days=29)) == 0
    assert forget_old(utc_now() + timedelta(days=31)) == 1
    db.session.expire_all()
    assert only().address == "" and {(one.address, one.text) for one in asked()} == {("", "")}


@pytest.mark.parametrize(("way", "typed"), [
    (Way.MAIL, "her@example.org\nBcc: him@example.org"), (Way.MAIL, "her@example.org, him@example.org"),
    (Way.MAIL, "her@example.org\r\n"  "X: y"), (Way.MAIL, "her"), (Way.MAIL, "her@localhost"), (Way.MAIL, ""),
    (Way.MAIL, "Her <her@example.org>"), (Way.MAIL, f"{'h' * 250}@example.org"), (Way.TEXT, "555-0137"),
    (Way.TEXT, "585-555-0137, 585-555-0138"), (Way.WEBHOOK, "http://example.org/"), (Way.WEBHOOK, "https://localhost/"),
    (Way.WEBHOOK, "https://127.0.0.1/"), (Way.WEBHOOK, "https://[::1]/"), (Way.WEBHOOK, "https://2130706433/"),
    (Way.WEBHOOK, "https://me:word@example.org/"), (Way.WEBHOOK, "https://example.org:8443/"),
    (Way.WEBHOOK, "https://example.org/a b"), (Way.WEBHOOK, "https://example.org/\r\nHost: x"),
    (Way.WEBHOOK, "https://example.org/#x"), (Way.WEBHOOK, "ftp://example.org/"), (Way.WEBHOOK, "https://example.org:x/"),
    (Way.WEBHOOK, f"https://example.org/{'x' * 240}"), (Way.WEBHOOK, "https://0x7f.1/"),
])  # fmt: skip
def test_what_is_no_single_address_is_refused(database: SQLAlchemy, way: Way, typed: str) -> None:
    with current_app.test_request_context(), pytest.raises(Invalid):
        read_address(way, typed, "1")


@pytest.mark.parametrize(("way", "typed", "kept"), [
    (Way.MAIL, " Her.Name@Example.ORG ", "Her.Name@example.org"), (Way.TEXT, "(585) 555-0137", "+15855550137"),
    (Way.WEBHOOK, "HTTPS://Hooks.Example.org:443", "https://hooks.example.org/"),
    (Way.WEBHOOK, "https://example.org/a?b=c", "https://example.org/a?b=c"),
])  # fmt: skip
def test_an_address_is_kept_in_one_spelling(database: SQLAlchemy, way: Way, typed: str, kept: str) -> None:
    with current_app.test_request_context():
        assert read_address(way, typed, "1") == kept


def test_the_mail_says_how_to_leave_in_headers_that_stay_whole() -> None:
    leave = f"https://cases.example.org/subscriptions/{'x' * 43}/leave"
    message = make_message(Letter("n", HERS, "s\r\nBcc: him@example.org", "t", leave), "a@b.org", make.NOW)
    assert isinstance(message, EmailMessage) and message["Bcc"] is None
    sent = message.as_bytes().decode()
    assert f"<{leave}>" in sent and "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in sent


def test_only_what_the_public_sees_can_be_followed_and_only_by_its_public_point(on: Settings) -> None:
    secret = make_public_case(is_public=False)
    shown = make_public_case()
    chosen = Chosen(SubscriptionKind.CASE, shown.public_id, Way.MAIL, HERS)
    with current_app.test_request_context():
        assert read_wish(chosen, on).case_id == shown.id
        for about in (secret.public_id, "nothing", ""):
            with pytest.raises(Invalid):
                read_wish(replace(chosen, about=about), on)
        call = make.make_call(service_type=make.make_service_type(is_public=False))
        for kind in (SubscriptionKind.REPORT, SubscriptionKind.CENTER, SubscriptionKind.CIRCLE):
            with pytest.raises(Invalid):
                read_wish(replace(chosen, kind=kind, about=call.service_request_id), on)
        with pytest.raises(Invalid):
            read_wish(replace(chosen, way=Way.TEXT, address="585-555-0137"), on)
    assert open_ways(replace(on, address="")) == [] and open_ways(on) == [Way.MAIL, Way.WEBHOOK]
