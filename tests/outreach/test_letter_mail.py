"""Letters of cases go out by e-mail once, and say on their page what became of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import current_app
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete, select

from tests import factories as make
from tests.cases.world import verbs_of
from tests.outreach.mail_server import KeepingServer, running_mail_server
from tracker.cases.file.letters.models import CaseLetter, LetterChannel
from tracker.cases.file.letters.writing import recipient_of, write_letter
from tracker.cases.models import ProblemCase
from tracker.clock import utc_now
from tracker.config import Settings
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.jobs import send_mail, write_mail
from tracker.outreach.letter_mail import NO_SERVER, mail_letters, note_letters
from tracker.outreach.notice_models import LogReader, Notice, NoticeStatus
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
Post = tuple[KeepingServer, Settings]


@pytest.fixture
def post(database: SQLAlchemy) -> Iterator[Post]:
    """A mail server, and the settings of an installation that uses it."""
    make.make_city()
    plain: Settings = current_app.config["SETTINGS"]
    with running_mail_server() as (keeper, port):
        yield keeper, replace(plain, mail_host="127.0.0.1", mail_port=port, mail_tls="off", mail_from="t@example.org")


def written(channel: LetterChannel = LetterChannel.MAIL) -> tuple[ProblemCase, CaseLetter]:
    owner = make.make_contact(user=make.make_user(role=Role.CONTACT, email="ann@example.org"))
    case = make.make_case(contact=owner, address="12 Elm St", public_id=new_identifier())
    person = make.make_participant(case=case, email="pat@example.org", name="Pat Doe")
    template = make.make_letter_template(name="Notice")
    letter = write_letter(case, template, recipient_of(person), actor=owner.user, key="k", channel=channel)
    assert letter is not None
    db.session.commit()
    return case, letter


def work(settings: Settings) -> None:
    write_mail(settings, utc_now())
    send_mail(settings)
    db.session.expire_all()


def test_a_letter_is_mailed_once_to_its_recipient_and_says_so(post: Post) -> None:
    keeper, settings = post
    case, letter = written()
    for _ in range(3):
        work(settings)
    [(to, message)] = keeper.kept
    assert to == ["pat@example.org"] and message["Subject"] == "About 12 Elm St"
    assert "Dear Pat Doe" in message.get_content()  # type: ignore[attr-defined]  # of the modern policy
    assert letter.mailed_at is not None and letter.mail_problem == "" and verbs_of(case)[-1] == "letter_sent"


def test_a_log_that_is_read_anew_mails_nothing_twice(post: Post) -> None:
    keeper, settings = post
    written()
    work(settings)
    db.session.execute(delete(LogReader))
    db.session.commit()
    work(settings)
    assert len(keeper.kept) == 1


def test_a_letter_to_be_printed_is_not_mailed(post: Post) -> None:
    keeper, settings = post
    _, letter = written(LetterChannel.PRINT)
    work(settings)
    assert keeper.kept == [] and letter.mailed_at is None and db.session.scalars(select(Notice)).all() == []


def test_what_the_server_refuses_may_be_printed_and_its_owner_is_told(post: Post) -> None:
    keeper, settings = post
    keeper.refused.add("pat@example.org")
    case, letter = written()
    work(settings)
    assert letter.mailed_at is None and "refused it" in letter.mail_problem and letter.goes_on_paper
    assert verbs_of(case)[-1] == "letter_not_mailed" and keeper.kept == []
    work(settings)
    assert [message["Subject"] for _, message in keeper.kept] == ["A letter was not mailed: 12 Elm St"]


def test_a_notice_that_was_given_up_is_said_on_the_letter(post: Post) -> None:
    _, settings = post
    _, letter = written()
    mail_letters(settings)
    notice = db.session.scalars(select(Notice)).one()
    assert note_letters() == 0, "it is still on its way"
    notice.status, notice.problem = NoticeStatus.GIVEN_UP, "no route"
    assert note_letters() == 1 and note_letters() == 0
    assert "three days: no route" in letter.mail_problem


def test_without_a_mail_server_the_page_says_so_before_and_after_the_worker_looks(
    post: Post, client: FlaskClient, sign_in: SignIn
) -> None:
    case, letter = written()
    sign_in(Role.CONTACT)
    page = f"/staff/cases/{case.public_id}/letters/{letter.id}"
    assert "It will not be mailed, because no mail server is set up here" in client.get(page).text
    assert "not mailed: no mail server is set up" in client.get(f"/staff/cases/{case.public_id}/file").text
    work(replace(post[1], mail_host=""))
    assert letter.mail_problem == NO_SERVER
    text = client.get(page).text
    assert "Print and post it instead" in text and "It is posted" in text
    assert client.post(f"{page}/posted").status_code == 302
    work(post[1])
    to = [address for addresses, _ in post[0].kept for address in addresses]
    assert to == ["ann@example.org"], "its owner is told; to its recipient it said that it will not be mailed"
