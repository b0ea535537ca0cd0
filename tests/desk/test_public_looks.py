"""The staff see what strangers see, decide about photos, and write for residents; all of it can be taken back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.calls.pictures import draw, photo
from tests.factories import NOW
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tracker.calls.models import ServiceRequest
from tracker.calls.photos import clean_photo, decision_mark, hold_photo, keep_photo, release_photo
from tracker.calls.photos.models import CallPhoto
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.telling_public import take_back_word, tell_public
from tracker.desk.photo_looks import unseen_photos
from tracker.errors import Conflict, Invalid, NotFound
from tracker.extensions import db
from tracker.published.withheld import why_call_is_hidden, why_case_is_hidden
from tracker.staff.log import append_log, history_of
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
SHOWN = {"public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1],
         "public_day": NOW.date().toordinal(), "public_updated_day": NOW.date().toordinal()}  # fmt: skip


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make.make_city()
    set_as_of_now()


@pytest.fixture
def case() -> ProblemCase:
    return make_public_case(public_id="7K3D-9QXZ-0MHT-4B2V", family=make_public_family(name="Dark streets"))


@pytest.fixture
def picture(case: ProblemCase) -> CallPhoto:
    return make_photo(case)


def make_photo(case: ProblemCase, width: int = 60) -> CallPhoto:
    """A photo of a public call that is linked to the case."""
    kind = make.make_service_type(family=case.family, is_public=True, service_name="Lamp out")
    call = make.make_call(service_type=kind, address="137 Elm St", **SHOWN)
    make.make_case_call(case=case, call=call)
    return keep_photo(call, clean_photo(photo(image=draw((width, 40)))))


def decide(client: FlaskClient, one: CallPhoto, decision: str, **fields: str) -> int:
    form = {"text": "Two dark lamps", "seen": decision_mark(one), "decision": decision, **fields}
    return client.post(f"/staff/photos/{one.id}/look", data=form).status_code


def test_a_photo_is_looked_at_released_and_taken_back(
    client: FlaskClient, case: ProblemCase, picture: CallPhoto, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    case_page, call_page = f"/staff/cases/{case.public_id}", f"/staff/calls/{picture.call.service_request_id}"
    look = f"/staff/photos/{picture.id}/look"
    assert look in client.get("/staff/photos").text
    assert look in client.get(case_page).text and look in client.get(call_page).text
    assert f'src="/staff/photos/{picture.id}"' in client.get(look).text
    assert decide(client, picture, "release", text=" ") == 400 and not picture.is_released
    assert decide(client, picture, "release") == 302 and picture.is_released
    assert "No photo waits" in client.get("/staff/photos").text
    assert "Take it back" in client.get(look).text and "residents see it" in client.get(case_page).text
    assert decide(client, picture, "hold") == 302 and not picture.is_released
    assert "No photo waits" in client.get("/staff/photos").text, "somebody has looked at it"
    assert [entry.verb for entry in history_of("call", picture.call_id)] == [
        "photo_held", "photo_released", "photo_added",
    ]  # fmt: skip


def test_of_two_who_decide_the_second_is_told(client: FlaskClient, picture: CallPhoto, sign_in: SignIn) -> None:
    me = sign_in(Role.CONTACT)
    seen = decision_mark(picture)
    hold_photo(picture, actor=me)
    assert decide(client, picture, "release", seen=seen) == 409 and not picture.is_released
    for text, refusal in ((" ", Invalid), ("x" * 301, Invalid)):
        with pytest.raises(refusal):
            release_photo(picture, text, actor=me)
    with pytest.raises(Conflict):
        hold_photo(picture, actor=me, seen=seen)


def test_deciding_twice_is_deciding_once(picture: CallPhoto, sign_in: SignIn) -> None:
    me = sign_in(Role.CONTACT)
    for _ in range(2):
        release_photo(picture, "Two dark lamps", actor=me)
    for _ in range(2):
        hold_photo(picture, actor=me)
    assert len(history_of("call", picture.call_id)) == 3


def test_from_the_line_one_goes_on_to_the_next(client: FlaskClient, case: ProblemCase, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    first, second = make_photo(case, 50), make_photo(case, 70)
    second.added_at = first.added_at + timedelta(seconds=1)
    assert [one.photo.id for one in unseen_photos()] == [first.id, second.id]
    form = {"text": "A lamp", "seen": "", "decision": "release", "back": "queue"}
    answer = client.post(f"/staff/photos/{first.id}/look", data=form)
    assert answer.location == f"/staff/photos/{second.id}/look?back=queue"
    assert client.post(f"/staff/photos/{second.id}/look", data=form).location == "/staff/photos"


def test_photos_of_what_strangers_do_not_see_do_not_wait(case: ProblemCase, picture: CallPhoto) -> None:
    assert [one.photo.id for one in unseen_photos()] == [picture.id]
    case.status = CaseStatus.DISMISSED
    assert unseen_photos() == []


def test_the_staff_see_word_for_word_what_strangers_see(
    client: FlaskClient, case: ProblemCase, sign_in: SignIn
) -> None:
    sign_in(Role.AIDE)
    case.call_count = 12
    append_log("case", case.id, "told", "A new lamp is ordered.", is_public=True)
    told = client.get(f"/cases/{case.public_id}?lang=en").text
    seen = client.get(f"/staff/cases/{case.public_id}/public").text
    story = re.search(r'<section class="card-box case-story".*?</section>', told, re.DOTALL)
    assert story is not None and story[0] in seen
    assert case.address in seen and "12 calls" in seen and "Told is «10 to 19 calls»" in seen
    assert "Tell residents" not in seen, "an aide looks only"


def test_why_a_case_is_hidden_is_said(client: FlaskClient, case: ProblemCase, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    assert why_case_is_hidden(case) == []
    kind = make.make_service_type(family=case.family, is_public=False, service_name="Family trouble")
    make.make_case_call(case=case, call=make.make_call(service_type=kind))
    case.is_public = False
    case.public_label = None
    slow = make.make_service_type(family=case.family, is_public=True, publish_after_days=3)
    said = " ".join(why_case_is_hidden(case))
    for text in ("not public are linked to it: Family trouble", "not masked yet", "held back for 3 days",
                 "from 18 Jun 2026"):  # fmt: skip
        assert text in said, text
    page = client.get(f"/staff/cases/{case.public_id}/public")
    assert page.status_code == 200 and "Strangers see nothing of it" in page.text
    case.status = CaseStatus.DISMISSED
    slow.family = make.make_family()
    for one in db.session.scalars(db.select(type(slow)).where(type(slow).family_id == case.family_id)):
        one.is_public = False
    said = " ".join(why_case_is_hidden(case))
    assert "dismissed" in said and "No type of the family «Dark streets» is public." in said
    case.status = CaseStatus.MERGED
    assert "merged" in why_case_is_hidden(case)[0]


def test_what_strangers_see_of_a_call_and_why_not(client: FlaskClient, picture: CallPhoto, sign_in: SignIn) -> None:
    me = sign_in(Role.CONTACT)
    call = picture.call
    release_photo(picture, "Two dark lamps", actor=me)
    address = f"/staff/calls/{call.service_request_id}/public"
    page = client.get(address).text
    assert "100 block of Elm St" in page and "Two dark lamps" in page and why_call_is_hidden(call) == []
    reasons = {
        "confidential": lambda: setattr(call.service_type, "is_confidential", True),
        "is for tests": lambda: setattr(call.service_type, "is_test", True),
        "withdrawn": lambda: setattr(call, "withdrawn_at", NOW),
        "outside the city": lambda: setattr(call, "is_outside", True),
        "held back for 2 days": lambda: setattr(call.service_type, "publish_after_days", 2),
        "not masked yet": lambda: setattr(call, "public_day", None),
        "no place yet": lambda: setattr(call, "lat", None),
    }
    for text, happen in reasons.items():
        happen()
        assert text in " ".join(why_call_is_hidden(call)), text
    assert "Strangers see nothing of it" in client.get(address).text


def test_a_call_of_a_later_day_than_the_city_is_hidden() -> None:
    kind = make.make_service_type(is_public=True)
    call: ServiceRequest = make.make_call(service_type=kind, **{**SHOWN, "public_day": SHOWN["public_day"] + 1})  # type: ignore[operator]  # an ordinal
    assert "after the day that the city is shown as of" in why_call_is_hidden(call)[0]


def test_residents_are_told_once_however_often_the_form_is_sent(
    client: FlaskClient, case: ProblemCase, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    address = f"/staff/cases/{case.public_id}/public"
    assert "Tell residents" in client.get(address).text
    for _ in range(2):
        sent = client.post(f"{address}/words", data={"text": "A new lamp is ordered.", "key": "one-key"})
        assert sent.status_code == 302
    told = [entry for entry in history_of("case", case.id) if entry.verb == "told"]
    assert len(told) == 1 and "A new lamp is ordered." in client.get(f"/cases/{case.public_id}").text
    assert client.post(f"{address}/words", data={"text": " ", "key": "other"}).status_code == 400
    assert client.post(f"{address}/words/{told[0].id}/back").status_code == 302
    assert "A new lamp is ordered." not in client.get(f"/cases/{case.public_id}").text
    assert client.post(f"{address}/words/999999/back").status_code == 404


def test_words_that_cannot_be_told_are_refused(case: ProblemCase, sign_in: SignIn) -> None:
    me = sign_in(Role.CONTACT)
    for text in (" \n", "x" * 601):
        with pytest.raises(Invalid):
            tell_public(case, text, actor=me)
    other = append_log("case", case.id, "noted", "A note.", actor=me)
    db.session.flush()
    with pytest.raises(NotFound):
        take_back_word(case, other.id, actor=me)
    for status in (CaseStatus.DISMISSED, CaseStatus.MERGED):
        case.status = status
        with pytest.raises(Conflict):
            tell_public(case, "Said too late.", actor=me)
