"""Letters: merged by a short table of fields, read before they are kept, and kept as they were sent."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests import factories as make
from tracker.cases.file.letters.merging import FIELDS, check_fields, merge
from tracker.cases.file.letters.models import CaseLetter, LetterChannel, LetterTemplate
from tracker.cases.file.letters.templates import (
    TemplateEntry,
    add_starters,
    add_template,
    change_template,
    starters,
)
from tracker.cases.file.letters.wording import write_day, write_reports
from tracker.cases.file.letters.writing import (
    Recipient,
    mailable_letter,
    mark_posted,
    mark_printed,
    preview_letter,
    recipient_of,
    write_letter,
)
from tracker.cases.file.privacy import Privacy
from tracker.cases.models import ProblemCase
from tracker.errors import Conflict, Invalid, NotFound
from tracker.extensions import db
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
VALUES = dict.fromkeys(FIELDS, "known")


def letters(case: ProblemCase, rest: str = "new") -> str:
    return f"/staff/cases/{case.public_id}/letters/{rest}"


# ---- merging


@hypothesis_settings(max_examples=60)
@given(st.lists(st.one_of(st.sampled_from(sorted(FIELDS)), st.text("ab {}%$<\n", max_size=6)), max_size=8))
def test_a_template_merges_or_is_refused_and_no_field_is_ever_left(parts: list[str]) -> None:
    text = "".join(f"{{{{ {part} }}}}" if part in FIELDS else part for part in parts)
    try:
        check_fields(text)
    except Invalid:
        with pytest.raises(Invalid):
            merge(text, VALUES)
    else:
        merged = merge(text, VALUES)
        assert "{{" not in merged and merged.count("known") == sum(part in FIELDS for part in parts)


def test_what_a_value_holds_is_not_merged_again() -> None:
    assert merge("{{address}}!", {"address": "{{city}} {{nope}}", "city": "X"}) == "{{city}} {{nope}}!"


def test_an_unknown_field_is_named_with_all_there_are() -> None:
    with pytest.raises(Invalid, match=r"no field \{\{caller\}\}.*case_number.*due_date"):
        check_fields("Dear {{ caller }}")
    with pytest.raises(Invalid, match="not closed"):
        check_fields("Dear {{address")


def test_a_field_without_a_value_says_what_to_do() -> None:
    with pytest.raises(Invalid, match="Give the day by which"):
        merge("By {{due_date}}", {**VALUES, "due_date": ""})


def test_no_field_is_about_callers() -> None:
    assert [name for name in FIELDS if "caller" in name or "phone" in name] == []


def test_days_and_counts_are_written_in_both_languages() -> None:
    assert (write_day(date(2026, 6, 3), "en"), write_day(date(2026, 6, 3), "es")) == (
        "June 3, 2026",
        "3 de junio de 2026",
    )
    assert [write_reports(count, "en") for count in (1, 2, 3, 1200)] == [
        "reports",
        "reports",
        "3 reports",
        "1,200 reports",
    ], "one report is somebody's"
    assert [write_reports(count, "es") for count in (1, 12)] == ["reportes", "12 reportes"]


def test_every_starter_merges_in_both_languages(case: ProblemCase, worker: User) -> None:
    assert add_starters(actor=worker) == len(starters()) and add_starters(actor=worker) == 0
    for template in db.session.scalars(select(LetterTemplate)):
        for language in ("en", "es"):
            said = preview_letter(case, template, Recipient("Pat Doe", language=language), due_on=date(2026, 7, 1))
            assert "{{" not in said.body and case.public_id in said.body and said.subject


# ---- writing


def test_a_letter_is_kept_once_as_it_was_sent(case: ProblemCase, worker: User) -> None:
    template = make.make_letter_template()
    person = make.make_participant(case=case, name="Zora Canary", language="es", address="9 Hidden Ln")
    letter = write_letter(case, template, recipient_of(person), actor=worker, key="k")
    assert letter is not None and letter.body == "Estimado Zora Canary: 12 reportes."
    template.body_es = "Otra cosa."
    assert (letter.recipient_address, letter.template_version, letter.subject) == ("9 Hidden Ln", 1, "Sobre 1 Elm St")
    assert write_letter(case, template, recipient_of(person), actor=worker, key="k") is None
    entry = history_of("case", case.id)[0]
    assert entry.verb == "letter_written" and entry.data == {"key": "k", "letter_id": letter.id}
    assert "Zora" not in entry.text and "a participant (tenant)" in entry.text


def test_a_letter_by_mail_is_handed_to_outreach(case: ProblemCase, worker: User) -> None:
    template = make.make_letter_template()
    to = Recipient("Pat Doe", email="pat@example.org")
    letter = write_letter(case, template, to, actor=worker, key="k", channel=LetterChannel.MAIL)
    assert letter is not None
    entry = history_of("case", case.id)[0]
    assert (entry.verb, entry.data) == ("letter_mailed", {"key": "k", "letter_id": letter.id})
    mail = mailable_letter(letter.id)
    assert (mail.to_address, mail.subject, mail.body) == ("pat@example.org", letter.subject, letter.body)
    for mark in (mark_printed, mark_posted):
        with pytest.raises(Conflict, match="by e-mail"):
            mark(letter, actor=worker)
    assert (letter.printed_at, letter.posted_at) == (None, None)
    with pytest.raises(Conflict):
        mailable_letter(make.make_letter(case=case).id)
    with pytest.raises(NotFound):
        mailable_letter(0)


@pytest.mark.parametrize(
    ("to", "channel", "words"),
    [
        (Recipient("Pat Doe"), LetterChannel.MAIL, "No e-mail address"),
        (Recipient(" "), LetterChannel.PRINT, "who the letter is for"),
    ],
)
def test_a_letter_that_reaches_nobody_is_refused(
    to: Recipient, channel: LetterChannel, words: str, case: ProblemCase, worker: User
) -> None:
    with pytest.raises(Invalid, match=words):
        write_letter(case, make.make_letter_template(), to, actor=worker, key="k", channel=channel)


@pytest.mark.parametrize("missing", ["subject_es", "body_es"])
def test_a_template_without_the_readers_language_gives_a_letter_that_is_english_throughout(
    missing: str, case: ProblemCase, worker: User
) -> None:
    words = {"body_en": "Dear {{recipient_name}}, {{reports}} until {{due_date}}.", missing: ""}
    letter = write_letter(
        case, make.make_letter_template(**words), Recipient("Pat Doe", language="es"), actor=worker, key="k",
        due_on=date(2026, 7, 1),
    )  # fmt: skip
    assert letter is not None
    assert (letter.language, letter.subject) == ("en", "About 1 Elm St")
    assert letter.body == "Dear Pat Doe, 12 reports until July 1, 2026."


def test_a_spanish_letter_has_a_spanish_subject(worker: User) -> None:
    entry = TemplateEntry("notice", "Notice", "Yard", "Dear neighbor", body_es="Estimado vecino")
    with pytest.raises(Invalid, match="no subject"):
        add_template(entry, actor=worker)
    with pytest.raises(Invalid, match="no subject"):
        change_template(make.make_letter_template(code="notice"), entry, actor=worker, seen_version=1)


def test_a_subject_that_grew_by_merging_is_refused_when_no_letter_holds_it(case: ProblemCase, worker: User) -> None:
    template = make.make_letter_template(subject_en="{{recipient_name}}: " * 3)
    with pytest.raises(Invalid, match="at most 200"):
        write_letter(case, template, Recipient("Pat Doe " * 9), actor=worker, key="k")
    assert write_letter(case, template, Recipient("Pat Doe " * 8), actor=worker, key="k") is not None


def test_no_letter_is_made_of_a_retired_template(case: ProblemCase, worker: User) -> None:
    template = make.make_letter_template(retired_at=make.NOW)
    with pytest.raises(Invalid, match="No new letters"):
        write_letter(case, template, Recipient("Pat Doe"), actor=worker, key="k")


# ---- pages


def test_a_letter_is_read_mended_kept_printed_and_posted(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    template = make.make_letter_template(code="notice", body_en="Dear {{recipient_name}}, by {{due_date}}.")
    person = make.make_participant(case=case, name="Zora Canary", address="9 Hidden Ln")
    sign_in(Role.CONTACT)
    assert "Zora Canary (tenant)" in client.get(letters(case)).text
    form = {"template": "notice", "participant": person.id, "channel": "print", "privacy": "workers",
            "language": "en", "key": "k"}  # fmt: skip
    early = client.post(letters(case, "preview"), data=form)
    assert early.status_code == 400 and "Give the day by which" in early.text
    form["due_on"] = "2026-07-01"
    read = client.post(letters(case, "preview"), data=form)
    assert read.status_code == 200 and "Dear Zora Canary, by July 1, 2026." in read.text
    assert db.session.scalars(select(CaseLetter)).all() == [], "reading keeps nothing"
    form |= {"subject": "About your yard", "body": "Dear Zora, please call me."}
    first, second = (client.post(letters(case), data=form) for _ in range(2))
    assert first.status_code == second.status_code == 302
    letter = db.session.scalars(select(CaseLetter)).one()
    assert (letter.subject, letter.body, letter.template) == ("About your yard", "Dear Zora, please call me.", template)
    page = client.get(first.location).text
    assert "Testville" in page and "9 Hidden Ln" in page and "please call me" in page
    for done in ("printed", "posted", "posted"):
        assert client.post(letters(case, f"{letter.id}/{done}")).status_code == 302
    assert client.post(letters(case, f"{letter.id}/burned")).status_code == 404
    assert [entry.verb for entry in history_of("case", case.id)] == [
        "letter_posted",
        "letter_printed",
        "letter_written",
    ]
    assert "Posted" in client.get(first.location).text


def test_what_was_mended_is_not_lost_when_the_letter_is_refused(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    make.make_letter_template(code="notice")
    sign_in(Role.CONTACT)
    form = {"template": "notice", "participant": 0, "recipient_name": "Pat", "channel": "mail", "privacy": "workers",
            "language": "en", "key": "k", "subject": "Yard", "body": "My own words"}  # fmt: skip
    answer = client.post(letters(case), data=form)
    assert answer.status_code == 400 and "No e-mail address" in answer.text and "My own words" in answer.text


def test_a_letter_is_shown_to_who_may_know_its_recipient(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    hidden = make.make_participant(case=case, privacy=Privacy.WORKERS)
    closed = make.make_letter(case=case, participant=hidden, privacy=Privacy.EVERYONE, recipient_name="Zora Canary")
    opened = make.make_letter(case=case, privacy=Privacy.EVERYONE)
    sign_in(Role.AIDE)
    assert [client.get(letters(case, str(one.id))).status_code for one in (closed, opened)] == [404, 200]
    for page in (f"/staff/cases/{case.public_id}", f"/staff/cases/{case.public_id}/file"):
        text = client.get(page).text
        assert "Pat Doe" in text and "Zora" not in text and "1 letter or document is shown only" in text
    assert client.get(letters(make.make_case(), str(opened.id))).status_code == 404


def test_how_a_recipient_is_reached_is_told_only_to_who_works_cases(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    known = {"case": case, "privacy": Privacy.EVERYONE, "recipient_address": "9 Hidden Ln\nTestville"}
    plain = make.make_letter(**known, body="Dear Pat Doe of Testville, please look at 1 Elm St.")
    by_mail = {**known, "channel": LetterChannel.MAIL, "recipient_email": "pat@example.org"}
    mailed = make.make_letter(**by_mail, mailed_at=make.NOW)
    back = make.make_letter(**by_mail, mail_problem="550 <pat@example.org>")
    merged = make.make_letter(**known, body="To: 9  Hidden\nLn, Testville")
    theirs = {**known, "recipient_address": f"{case.address}\nTestville"}
    at_the_place = make.make_letter(**theirs, body=f"About {case.address}.")
    assert [one.level for one in (merged, at_the_place)] == [Privacy.WORKERS, Privacy.EVERYONE]
    for role, sees in ((Role.AIDE, False), (Role.CONTACT, True)):
        sign_in(role)
        texts = [client.get(letters(case, str(one.id))).text for one in (plain, mailed, back)]
        assert ["9 Hidden Ln" in text for text in texts] == [sees] * 3
        assert ["pat@example.org" in text for text in texts] == [False, sees, sees]
        assert client.get(letters(case, str(merged.id))).status_code == (200 if sees else 404)


def test_templates_are_taken_over_changed_and_retired_by_who_sets_rules(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.SUPERVISOR)
    pages = "/staff/letter-templates"
    assert "Take over the starter templates" in client.get(pages).text
    assert client.post(f"{pages}/starters").status_code == 302
    assert "Take over the starter templates" not in client.get(pages).text
    page = f"{pages}/owner-notice"
    assert "{{recipient_name}}" in client.get(page).text
    form = {"seen": "1", "name": "Notice", "subject_en": "Yard", "body_en": "Dear {{caller}}"}
    refused = client.post(page, data=form)
    assert refused.status_code == 400 and "{{caller}}" in refused.text and "recipient_address" in refused.text
    assert client.post(page, data={**form, "body_en": "Dear {{recipient_name}}"}).status_code == 302
    for seen in ("1", "9" * 5_000, "²"):
        late = client.post(page, data={**form, "name": "Other", "seen": seen})
        assert late.status_code == 409 and "Now it is: Notice" in late.text
    whole = {**form, "seen": "2", "body_en": "Dear {{recipient_name}}"}
    assert client.post(page, data={**whole, "do": "retire"}).status_code == 302
    assert "Retired" in client.get(pages).text
    new = {**whole, "code": "owner-notice"}
    assert client.post(f"{pages}/new", data=new).status_code == 409
    assert client.post(f"{pages}/new", data={**new, "code": "new"}).status_code == 400
    assert client.post(f"{pages}/new", data={**new, "code": "other"}).status_code == 302


def test_without_templates_the_page_says_what_to_do(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    assert "There are no letter templates yet" in client.get(letters(case)).text
