"""Following cases, being mentioned in notes, and the list of what one is told."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import FAR, World, days_after, verbs_of
from tests.statements import asked_statements, plan_of
from tracker.cases.decisions import add_note
from tracker.cases.workload.following import follow_case, mention_people, unfollow_case
from tracker.cases.workload.mentions import MOST, mentioned_names
from tracker.cases.workload.models import CaseFollower
from tracker.cases.workload.news import count_news, news_for
from tracker.extensions import db
from tracker.staff.models import Role, User

SignIn = Callable[..., User]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ann look", ["ann"]),
        ("Please, @Ann.Lee and @bob_2: see (@carl-j).", ["ann.lee", "bob_2", "carl-j"]),
        ("@ann @ANN", ["ann"]),
        ("Write to ann@example.org or x.y+z@example.org", []),
        ("@ann@example.org signs in by mail", ["ann@example.org"]),
        ("@@ann @ ann a@ @", []),
        ("https://example.org/@ann", []),
        ("@josé", ["josé"]),
        ("@ann's fence, @bob.", ["ann", "bob"]),
        ("", []),
    ],
)
def test_a_mention_is_an_at_sign_and_a_name(text: str, names: list[str]) -> None:
    assert mentioned_names(text) == names


def test_a_flood_of_mentions_is_cut() -> None:
    assert len(mentioned_names(" ".join(f"@a{number}" for number in range(500)))) == MOST


def test_who_is_mentioned_follows_and_is_told_and_unknown_names_are_named(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    ann = make.make_user(sign_in_name="ann", display_name="Ann Lee")
    gone = make.make_user(sign_in_name="gone", disabled_at=make.NOW)
    writer = sign_in(Role.CONTACT)
    note = {"note-reason": "@ann and @nobody and @gone: a mural?", "note-version": str(case.version), "note-key": "k"}
    for _ in range(2):
        page = client.post(f"/staff/cases/{case.public_id}/note", data=note, follow_redirects=True).text
    assert "a mural?" in page
    assert verbs_of(case).count("mentioned") == verbs_of(case).count("noted") == 1
    assert db.session.scalars(select(CaseFollower.user_id)).all() == [ann.id]
    told = news_for(ann, days_after(0))
    assert [one.entry.verb for one in told if one.mentions_me] == ["mentioned"]
    assert gone.id != ann.id and writer.id != ann.id
    mentioned = mention_people(case, "@nobody @gone", writer)
    assert mentioned.words() == "Nobody here signs in as @nobody, @gone; the note is kept as you wrote it."


def test_following_twice_is_following_once_and_it_can_be_taken_back(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.AIDE)
    address = f"/staff/cases/{case.public_id}"
    assert "Nobody follows the case" in client.get(address).text
    for _ in range(2):
        assert client.post(f"{address}/follow").status_code == 302
    assert "Stop following" in client.get(address).text
    for _ in range(2):
        assert client.post(f"{address}/unfollow").status_code == 302
    assert [verb for verb in verbs_of(case) if "follow" in verb] == ["followed", "unfollowed"]
    assert case.is_touched
    sign_in(Role.SCHEDULER)  # whoever may be mentioned may stop being told
    assert client.post(f"{address}/follow").status_code == 302


def test_the_news_are_what_others_did_in_followed_cases_since_one_looked(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, other = world.case(), world.case(north=FAR)
    me = sign_in(Role.CONTACT)
    follow_case(case, me)
    add_note(case, text="Mine.", actor=me)
    add_note(case, text="The landlord called.", actor=world.person)
    add_note(other, text="Elsewhere.", actor=world.person)
    page = client.get("/staff/news").text
    assert "The landlord called." in page and "Mine." not in page and "Elsewhere." not in page
    assert client.post("/staff/news/seen", follow_redirects=True).text.count("The landlord called.") == 0
    unfollow_case(case, me)
    assert "None. Choose" in client.get("/staff/news").text


def test_news_are_found_from_the_cases_one_follows_not_from_all_that_happened(world: World) -> None:
    """A city of half a million calls writes a million entries about cases; nobody's queue may walk through them."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    ann = make.make_user(sign_in_name="ann")
    with asked_statements() as asked:
        news_for(ann, days_after(0))
        count_news(ann, days_after(0))
    about_log = [one for one in asked if "FROM log_entries" in one.text]
    assert len(about_log) == 2
    for statement in about_log:
        plan = plan_of(statement)
        assert any(line.startswith("SEARCH log_entries") and "subject_id=?" in line for line in plan), plan
