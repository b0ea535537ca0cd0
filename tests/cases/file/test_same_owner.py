"""The same owner in several cases: known again in any spelling, told without a name, to whoever may know."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tracker.cases.file.people.marks import marks_of
from tracker.cases.file.people.models import CaseParticipant, ParticipantRole
from tracker.cases.file.people.participants import (
    ParticipantEntry,
    add_participant,
    change_participant,
    take_off_participant,
)
from tracker.cases.file.privacy import Privacy
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
OWNER = ParticipantEntry(
    ParticipantRole.OWNER, name="Zora Canary", address="9 Hidden Lane\nTestville", phone="585-555-0142",
    email="zora@example.org",
)  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"email": " ZORA@example.org"},
        {"phone": "+1 (585) 555 0142 x3"},
        {"names": ("zora  canary", ""), "address": "9 HIDDEN LN."},
        {"names": ("", "Canary, Zora", "Zora Canary"), "address": "9 Hidden Ln Apt 2\nTestville"},
    ],
)
def test_she_is_known_again_in_another_spelling(other: dict[str, object]) -> None:
    mine = marks_of(names=(OWNER.name,), address=OWNER.address, phone=OWNER.phone, email=OWNER.email)
    assert mine & marks_of(**other)  # type: ignore[arg-type]  # words by their names


@pytest.mark.parametrize(
    "other",
    [
        {"names": ("Zora Canary",)},  # a name alone
        {"address": "9 Hidden Lane"},  # a house alone
        {"names": ("Zora Canary",), "address": "10 Hidden Lane"},
        {"phone": "555-0142"},  # no area
        {"phone": "call me"},
        {},
    ],
)
def test_what_two_people_may_share_is_no_mark(other: dict[str, object]) -> None:
    mine = marks_of(names=(OWNER.name,), address=OWNER.address, phone=OWNER.phone, email=OWNER.email)
    assert not mine & marks_of(**other)  # type: ignore[arg-type]  # as above


@given(st.text(max_size=30), st.text(max_size=40), st.text(max_size=20), st.text(max_size=30))
def test_whatever_is_typed_gives_marks_that_show_nothing(name: str, address: str, phone: str, email: str) -> None:
    for mark in marks_of(names=(name,), address=address, phone=phone, email=email):
        assert len(mark) == 32 and set(mark) <= set("0123456789abcdef")


def elsewhere(worker: User, entry: ParticipantEntry = OWNER, **columns: object) -> tuple[ProblemCase, CaseParticipant]:
    """A case far from everything that names her too."""
    other = make.make_case(public_id=new_identifier(), lat=make.ORIGIN[0] + 0.05, address="77 Far St", **columns)
    return other, add_participant(other, entry, actor=worker)


def shown(client: FlaskClient, case: ProblemCase) -> str:
    db.session.commit()
    return client.get(f"/staff/cases/{case.public_id}/related").text


def test_those_who_work_cases_are_led_to_the_other_case_and_nobody_is_named(
    case: ProblemCase, worker: User, client: FlaskClient, sign_in: SignIn
) -> None:
    add_participant(case, OWNER, actor=worker)
    manager = replace(OWNER, role=ParticipantRole.MANAGER, name="Z. C.", address="", phone="")
    other, _ = elsewhere(worker, manager)
    sign_in(Role.CONTACT)
    text = shown(client, case)
    assert other.public_id in text and "Same owner" in text and "The owner here is the property manager there" in text
    assert "Zora" not in text and "example.org" not in text and "0142" not in text
    assert case.public_id in shown(client, other)
    sign_in(Role.AIDE)
    assert other.public_id not in shown(client, case), "both are kept for those who work cases"


def test_whoever_only_looks_is_led_by_what_everyone_may_know(
    case: ProblemCase, worker: User, client: FlaskClient, sign_in: SignIn
) -> None:
    add_participant(case, replace(OWNER, privacy=Privacy.EVERYONE), actor=worker)
    opened, _ = elsewhere(worker, replace(OWNER, privacy=Privacy.EVERYONE))
    kept, _ = elsewhere(worker)
    sign_in(Role.AIDE)
    text = shown(client, case)
    assert opened.public_id in text and kept.public_id not in text


def test_who_was_changed_or_taken_off_or_only_lives_there_leads_nowhere(
    case: ProblemCase, worker: User, client: FlaskClient, sign_in: SignIn
) -> None:
    add_participant(case, OWNER, actor=worker)
    left, gone = elsewhere(worker)
    changed, other = elsewhere(worker)
    tenants, _ = elsewhere(worker, replace(OWNER, role=ParticipantRole.TENANT))
    merged, _ = elsewhere(worker)
    take_off_participant(gone, reason="Sold it.", actor=worker)
    anew = ParticipantEntry(ParticipantRole.OWNER, name="Somebody else")
    assert change_participant(other, anew, actor=worker, seen_version=other.version)
    merged.status = CaseStatus.MERGED
    sign_in(Role.CONTACT)
    text = shown(client, case)
    assert [one.public_id in text for one in (left, changed, tenants, merged)] == [False] * 4
