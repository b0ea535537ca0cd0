"""The one search box: every kind of thing is found by what people have at hand, and only by who may see it."""

import unicodedata
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World
from tracker.calls.callers import add_caller_note
from tracker.calls.models import ServiceRequest
from tracker.cases.decisions import add_note
from tracker.desk.searching import EACH, ids_meant, search
from tracker.extensions import db
from tracker.jobs import index_words
from tracker.staff.models import Role, User
from tracker.staff.permissions import OFFICE
from tracker.word_index import WordMark

SignIn = Callable[..., User]


def found(typed: str, role: Role = Role.AIDE, kind: str = "") -> dict[str, list[object]]:
    """Kind to what was found."""
    return {group.kind: list(group.rows) for group in search(typed, role, kind=kind).groups}


@pytest.mark.parametrize("indexed", [False, True])
def test_a_call_is_found_by_its_number_address_and_words(indexed: bool, world: World) -> None:
    call = world.call(service_request_id="7K3D-9QXZ-0MHT-4B2V", source="boston", source_id="101004130295",
                      description="Señora says the swing is broken", address="12 Elm Street",
                      address_key="12 ELM ST")  # fmt: skip
    world.call(description="Something else", address="99 Oak Ave", address_key="99 OAK AVE")
    if indexed:
        index_words()
    for typed in ("7k3d-9qxz-0mht-4b2v", "7K3D9QXZOMHT4B2V", " 7k3d 9qxz 0mht 4b2v ", "101004130295"):
        assert found(typed)["call"] == [call], typed
    for typed in ("12 elm", "12 Elm St", "12 ELM STREET"):
        assert found(typed)["address"] == [call], typed
    for typed in ("swing", "SENORA broken", unicodedata.normalize("NFD", "Señora"), "brok", '"swing" OR *', "swing;--"):
        expected = [] if " OR " in typed else [call]
        assert found(typed).get("said", []) == expected, typed


def test_a_case_is_found_by_its_number_its_address_and_what_people_wrote(world: World) -> None:
    case = make.make_case(rule=world.rule, public_id="CASE-SHVT-0000-0001", address="17 Bluebird Lane")
    add_note(case, text="The lessor promised a lock", actor=world.person)
    assert found("case-shvt-oooo-oool")["case"] == [case]
    assert found("CASE-SH")["case"] == [case]
    assert found("bluebird lan")["place"] == found("Bluebird Lane")["place"] == [case]
    (note,) = found("lessor lock")["notes"]
    assert (note.label, note.endpoint) == ("Case CASE-SHVT-0000-0001", "cases.show_case")  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["585-555-0142", "+1 (585) 555 0142", "5550142", "0142", "555 0142"])
def test_a_caller_is_found_by_phone_however_much_of_it_is_known(typed: str, world: World) -> None:
    caller = make.make_caller(name="Ann", phone="585.555.0142")
    make.make_caller(name="Bob", phone="585-555-0999")
    assert found(typed)["people"] == [caller]


def test_a_caller_is_found_by_her_name_in_any_spelling(world: World) -> None:
    caller = make.make_caller(name="Zoë O'Neil-Müller", phone="")
    for typed in ("zoe", "ONEIL zoe", "muller zoe\u0308", "o\u2019neil", "mull"):
        assert found(typed)["people"] == [caller], typed
    assert "people" not in found("zoe smith")
    assert "people" not in found("zo")


@pytest.mark.parametrize("role", list(Role))
def test_people_and_notes_about_them_are_only_for_roles_that_may_see_them(role: Role, world: World) -> None:
    caller = make.make_caller(name="Zelda Quill", phone="585-555-0142")
    add_caller_note(caller, "Quarrels with the xylophone next door", actor=world.person)
    allowed = role in {Role.AIDE, Role.CONTACT, Role.SUPERVISOR, Role.ADMINISTRATOR}
    for typed in ("zelda", "585-555-0142", "0142", "xylophone"):
        assert bool(found(typed, role)) == allowed, typed


def test_each_kind_is_bounded_and_says_that_there_is_more(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    calls = [world.call(description=f"A swing, number {n}") for n in range(EACH + 2)]
    (group,) = [one for one in search("swing", Role.AIDE).groups if one.kind == "said"]
    assert list(group.rows) == calls[: -EACH - 1 : -1] and group.has_more
    sign_in()
    assert "More of these calls" in client.get("/staff/search?q=swing").text
    assert ids_meant("swing", limit=99) == [call.id for call in reversed(calls)]
    assert ids_meant(calls[0].service_request_id, limit=99) == [calls[0].id]


def test_a_group_by_itself_shows_more_people(world: World) -> None:
    for number in range(EACH + 3):
        make.make_caller(name=f"Ann Lee {number}")
    assert len(found("ann lee")["people"]) == EACH
    assert {kind: len(rows) for kind, rows in found("ann lee", kind="people").items()} == {"people": EACH + 3}


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "*", '"', "''", "a AND (b", "NEAR(a b)", "words:x", "a\u202eb", "x" * 5000, "%", "_", "\\", "<b>x</b>",
     "1' OR '1'='1", "{{7*7}}", ":*", "!x & y | (z", "日本語", "9" * 40, "-", "a-b-c", "& elm", "elm &", "0", "+",
     "()"],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_the_search(
    typed: str, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    world.call(description="plain words")
    index_words()
    sign_in()
    answer = client.get("/staff/search", query_string={"q": typed, "kind": typed})
    assert answer.status_code == 200
    assert "<b>x</b>" not in answer.text and ">49<" not in answer.text
    assert client.get("/staff/calls", query_string={"q": typed}).status_code == 200


def test_the_box_stands_on_every_staff_page_and_takes_the_key(client: FlaskClient, sign_in: SignIn) -> None:
    make.make_city()
    for role in OFFICE:
        sign_in(role)
        text = client.get("/staff").text
        assert 'action="/staff/search"' in text and 'data-key="/"' in text
        assert "Type what you have" in client.get("/staff/search").text


def test_the_search_lags_behind_openly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.word_index.NEWEST", 1)
    for _ in range(3):
        world.call(description="swing")
    assert search("swing", Role.AIDE).is_behind
    index_words()
    results = search("swing", Role.AIDE)
    assert not results.is_behind
    assert [len(group.rows) for group in results.groups if group.kind == "said"] == [3]


def test_a_case_that_was_taken_back_is_not_shown(world: World) -> None:
    case = make.make_case(rule=world.rule, address="17 Bluebird Lane")
    index_words()
    db.session.delete(case)
    db.session.flush()
    assert "place" not in found("bluebird")
    assert db.session.get(ServiceRequest, 0) is None


def test_the_worker_keeps_each_portion_it_has_read(database: SQLAlchemy) -> None:
    """Whoever writes meanwhile waits for one portion at most, and what was read is not read again."""
    make.make_city()
    make.make_call(description="A fallen linden tree")
    database.session.commit()
    index_words()
    database.session.rollback()
    assert set(database.session.scalars(select(WordMark.upto).where(WordMark.upto > 0)))
