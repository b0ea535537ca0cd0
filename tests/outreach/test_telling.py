"""From the log to notices, and the morning mail: who is told what, once, and nobody too much."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import factories as make
from tests.statements import asked_statements
from tracker.cases.assigning import assign_case
from tracker.cases.models import Contact, ProblemCase
from tracker.cases.workload.following import mention_people
from tracker.config import Settings
from tracker.extensions import db
from tracker.jobs import write_mail
from tracker.outreach.digest import write_digests
from tracker.outreach.digest_text import Line, Part, digest_subject, digest_text
from tracker.outreach.notice_models import Notice
from tracker.outreach.notices import choose_mail
from tracker.outreach.telling import MOST_EACH, tell_staff
from tracker.staff.log import append_log, append_log_rows
from tracker.staff.models import LogClaim, Role, User

SignIn = Callable[..., User]
MONDAY = datetime(2026, 6, 15, 11, 5, tzinfo=UTC)
"""Seven in the morning in the test city."""


@pytest.fixture
def on(database: object) -> Settings:
    """The settings of an installation that mails."""
    make.make_city()
    settings: Settings = current_app.config["SETTINGS"]
    return replace(settings, mail_host="mail.example.org", address="https://cases.example.org")


def owned(**columns: object) -> tuple[ProblemCase, Contact]:
    owner = make.make_user(role=Role.CONTACT, email="ann@example.org", display_name="Ann")
    contact = make.make_contact(user=owner)
    usual = {"contact": contact, "queue": "contact", "is_touched": True, "address": "12 Elm St"}
    return make.make_case(**{**usual, **columns}), contact


def told() -> list[tuple[int | None, str]]:
    return [(notice.user_id, notice.subject) for notice in db.session.scalars(select(Notice).order_by(Notice.id))]


def test_what_happened_before_the_first_start_is_never_told(on: Settings) -> None:
    case, _ = owned()
    append_log("case", case.id, "recurred")
    assert not tell_staff(on) and not tell_staff(on) and told() == []
    append_log("case", case.id, "recurred")
    assert not tell_staff(on)
    assert [subject for _, subject in told()] == ["It came back: 12 Elm St"]


def test_each_verb_is_told_to_whom_it_concerns_and_never_to_who_did_it(on: Settings) -> None:
    tell_staff(on)
    case, contact = owned()
    lead = make.make_user(role=Role.SUPERVISOR, email="lead@example.org")
    bob = make.make_user(sign_in_name="bob", email="bob@example.org")
    make.make_user(role=Role.SUPERVISOR)  # without an address
    assign_case(case, contact=contact, reason="Hers.", actor=lead)
    mention_people(case, "@bob @nobody", lead)
    append_log("case", case.id, "escalated", actor=bob)
    append_log("case", case.id, "escalated", actor=lead)
    append_log("case", case.id, "recurred", actor=contact.user)  # her own doing
    append_log("case", 999_999, "recurred")  # a case that is gone
    append_log("call", case.id, "recurred")
    for _ in range(2):
        tell_staff(on)
    assert told() == [
        (contact.user_id, "A case for you: 12 Elm St"),
        (lead.id, "Escalated: 12 Elm St"),
        (bob.id, "You are mentioned: 12 Elm St"),
    ]
    text = db.session.scalars(select(Notice.text)).first()
    assert text is not None and "Hers." not in text
    assert f"https://cases.example.org/staff/cases/{case.public_id}" in text
    assert db.session.scalar(select(func.count()).select_from(LogClaim)) == 6


def test_many_things_at_once_are_one_mail_and_a_large_import_is_read_in_portions(on: Settings) -> None:
    tell_staff(on)
    case, contact = owned()
    rows = {"subject_kind": "case", "subject_id": case.id, "text": ""}
    append_log_rows({**rows, "verb": "linked"} for _ in range(12_000))
    append_log_rows({**rows, "verb": "recurred"} for _ in range(MOST_EACH + 30))
    portions = 1
    while tell_staff(on):
        portions += 1
    assert portions == 3
    assert told() == [(contact.user_id, f"{MOST_EACH + 30} things about your cases")]


def test_while_mail_is_off_nothing_piles_up(on: Settings) -> None:
    off = replace(on, mail_host="")
    case, _ = owned()
    tell_staff(off)
    append_log("case", case.id, "recurred")
    tell_staff(off)
    tell_staff(on)
    assert told() == []
    append_log("case", case.id, "recurred")
    tell_staff(on)
    assert len(told()) == 1


def test_who_wants_no_mail_gets_none(on: Settings, client: FlaskClient, sign_in: SignIn) -> None:
    case, contact = owned()
    tell_staff(on)
    sign_in(user=contact.user)
    assert client.get("/staff/account").text.count("checked") == 2
    assert "Kept." in client.post("/staff/account/mail", data={"notices": "1"}, follow_redirects=True).text
    make.make_task(case=case, owner=contact.user, due_on=date(2026, 6, 1))
    assert write_digests(MONDAY, on) == 0
    choose_mail(contact.user, wants_digest=True, wants_notices=False)
    append_log("case", case.id, "recurred")
    tell_staff(on)
    assert told() == []


def test_the_morning_mail_says_what_changed_and_what_is_due(on: Settings) -> None:
    with time_machine.travel(MONDAY - timedelta(hours=2), tick=False):
        case, contact = owned()
        lead = make.make_user(role=Role.SUPERVISOR, email="lead@example.org", display_name="Lee")
        make.make_task(case=case, owner=contact.user, due_on=date(2026, 6, 12), title="Call the owner")
        make.make_task(case=case, owner=contact.user, due_on=date(2026, 6, 15), title="Write")
        make.make_task(case=case, owner=contact.user, due_on=date(2026, 6, 16), title="Tomorrow")
        assign_case(case, contact=contact, reason="Hers.", actor=lead)
        for _ in range(3):
            make.make_case_call(case=case, call=make.make_call(), linked_at=MONDAY - timedelta(hours=3))
        mention_people(case, f"@{contact.user.sign_in_name}", lead)
        append_log("case", case.id, "recurred", "A new call came.")
        append_log("case", case.id, "escalated", actor=contact.user)
    assert write_digests(MONDAY, on) == 2
    notice = db.session.scalars(select(Notice).where(Notice.user_id == contact.user_id)).one()
    assert notice.subject == "Your cases on Mon 15 Jun: late 1, due today 1, came back 1"
    wanted = [
        "Good morning, Ann.", "Late (1)", "12 Elm St: Call the owner", "12 Elm St: Write",
        "12 Elm St: A new call came.",
        "New for you (1)", "12 Elm St: 3 new calls", "Mentions (1)", "https://cases.example.org/staff/caseload",
    ]  # fmt: skip
    assert [words for words in wanted if words not in notice.text] == []
    assert "Tomorrow" not in notice.text and "Hers." not in notice.text, "what somebody wrote stays in the house"
    lead_mail = db.session.scalars(select(Notice).where(Notice.user_id == lead.id)).one()
    assert "Escalated (1)" in lead_mail.text and "Late" not in lead_mail.text


@pytest.mark.parametrize(
    ("at", "count"),
    [
        (MONDAY, 1),
        (MONDAY - timedelta(hours=1), 0),  # six in the morning
        (MONDAY + timedelta(hours=4), 1),  # the worker was down until eleven
        (MONDAY + timedelta(hours=6), 0),
        (MONDAY - timedelta(days=1), 0),  # a Sunday
    ],
)
def test_it_goes_out_once_on_the_morning_of_a_working_day(on: Settings, at: datetime, count: int) -> None:
    case, contact = owned()
    make.make_task(case=case, owner=contact.user, due_on=date(2026, 6, 1))
    assert write_digests(at, on) == count
    assert write_digests(at + timedelta(minutes=5), on) == 0
    write_mail(on, at + timedelta(minutes=6))
    assert len(told()) == count


def test_nothing_to_tell_is_no_mail_and_the_next_one_begins_where_the_last_ended(on: Settings) -> None:
    case, _ = owned()
    assert write_digests(MONDAY, on) == 0
    make.make_case_call(case=case, call=make.make_call(), linked_at=MONDAY - timedelta(hours=1))
    assert write_digests(MONDAY + timedelta(days=1), on) == 0  # that was before Monday's
    make.make_case_call(case=case, call=make.make_call(), linked_at=MONDAY + timedelta(days=1, hours=1))
    assert write_digests(MONDAY + timedelta(days=2), on) == 1


def test_more_people_are_not_more_queries(on: Settings) -> None:
    counts = []
    for day in (0, 1):
        for _ in range(3):
            case, contact = owned()
            make.make_task(case=case, owner=contact.user, due_on=date(2026, 6, 1))
        db.session.flush()
        with asked_statements() as asked:
            write_digests(MONDAY + timedelta(days=day), on)
        counts.append(len(asked))
    assert counts[1] <= counts[0] and len(told()) == 9


def test_the_words_of_a_long_morning_say_how_much_is_left() -> None:
    parts = [Part("Late", 12, [Line("12 Elm St: Call")]), Part("New calls", 2, [Line("a", "https://x"), Line("b")])]
    text = digest_text("Ann", parts, "")
    assert "... and 11 more." in text and "* a\n  https://x\n* b\n" in text and "caseload" not in text
    assert digest_subject(parts, "Mon 15 Jun") == "Your cases on Mon 15 Jun: late 12, new calls 2"
