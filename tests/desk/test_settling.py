"""What supervisors settle on pages: types, sinks, contacts."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories as make
from tests.cases.world import World
from tracker.calls.models import SinkCandidate
from tracker.cases.contacts import contact_of, find_contact
from tracker.cases.models import Absence
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.staff.models import Role, User

SignIn = Callable[..., User]


def test_a_type_is_filed_into_a_family_on_the_page(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    unsorted = make.make_service_type(family=make.make_rule().family, service_name="Odd smell", is_unsorted=True)
    world.call(service_type=unsorted)
    sign_in(Role.SUPERVISOR)
    text = client.get("/staff/unsorted").text
    assert "Odd smell" in text and "1 call" in text
    prefix = f"type-{unsorted.id}"
    form = {f"{prefix}-family": world.family.id, f"{prefix}-weight": 2, f"{prefix}-is_public": "y"}
    answer = client.post(f"/staff/unsorted/{unsorted.id}", data=form, follow_redirects=True)
    assert "Odd smell is filed under Graffiti" in answer.text and "Every type has its family" in answer.text
    late = client.post(f"/staff/unsorted/{unsorted.id}", data=form)
    assert late.status_code == 409


def test_a_type_is_not_filed_under_a_family_that_nobody_chose(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    unsorted = make.make_service_type(family=make.make_rule().family, is_unsorted=True)
    sign_in(Role.SUPERVISOR)
    prefix = f"type-{unsorted.id}"
    page = client.get("/staff/unsorted").text
    assert page.index("Choose a family") < page.index(f">{world.family.name}</option>")
    refused = client.post(f"/staff/unsorted/{unsorted.id}", data={f"{prefix}-family": -1, f"{prefix}-weight": 1})
    assert refused.status_code == 400 and "Choose the family that its calls belong to" in refused.text
    db.session.expire_all()
    assert unsorted.is_unsorted


def test_a_new_family_needs_a_name(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    make.make_rule(family=None).family_id = None
    unsorted = make.make_service_type(family=make.make_rule().family, is_unsorted=True)
    sign_in(Role.SUPERVISOR)
    prefix = f"type-{unsorted.id}"
    form = {f"{prefix}-family": 0, f"{prefix}-weight": 1, f"{prefix}-harm_weight": 4}
    refused = client.post(f"/staff/unsorted/{unsorted.id}", data=form)
    assert refused.status_code == 400 and "Give the new family a name" in refused.text
    form[f"{prefix}-new_name"] = "Smells"  # type: ignore[assignment]  # a form takes text too
    assert client.post(f"/staff/unsorted/{unsorted.id}", data=form).status_code == 302
    db.session.expire_all()
    assert (unsorted.family.name, unsorted.family.harm_weight) == ("Smells", 4)


def test_a_sink_is_judged_with_its_texts_in_sight(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    lat, long = make.ORIGIN
    one, two = (SinkCandidate(lat=lat, long=long, x_dm=x, y_dm=0, calls=30, texts=12, types=6) for x in (0, 50_000))
    db.session.add_all([one, two])
    for _ in range(2):
        world.call(address="City Hall", address_key="CITY HALL", source_lat=lat, source_long=long)
    world.take()
    sign_in(Role.SUPERVISOR)
    text = client.get("/staff/sinks").text
    assert "City Hall" in text and "2 calls" in text
    answer = client.post(f"/staff/sinks/{one.id}/confirm", follow_redirects=True)
    assert "2 without a place" in answer.text and "Sinks so far" in answer.text
    assert "Noted" in client.post(f"/staff/sinks/{two.id}/decline", follow_redirects=True).text
    assert "No point to judge" in client.get("/staff/sinks").text
    assert client.post(f"/staff/sinks/{one.id}/decline").status_code == 409
    assert client.post("/staff/sinks/999/decline").status_code == 404


def test_a_supervisor_sets_up_a_contact_and_her_leave(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    user, center = make.make_user(role=Role.CONTACT, display_name="Gil Park"), make.make_area(name="Mill Center")
    sign_in(Role.SUPERVISOR)
    assert "Gil Park" in client.get("/staff/contacts").text
    address = f"/staff/contacts/{user.id}"
    early = client.post(
        f"{address}/absences", data={"absence-first_day": "2026-08-01", "absence-last_day": "2026-08-02"}
    )
    assert early.status_code == 400 and "Set the center first" in early.text
    form = {"contact-center": center.id, "contact-families": [world.family.id]}
    assert client.post(address, data=form).status_code == 302
    days = {"absence-first_day": "2026-08-20", "absence-last_day": "2026-08-10"}
    assert "before the first" in client.post(f"{address}/absences", data=days).text
    days["absence-last_day"] = "2026-08-22"
    assert client.post(f"{address}/absences", data=days).status_code == 302
    text = client.get("/staff/contacts").text
    assert "Mill Center" in text and "Graffiti" in text and "Away 20 Aug to 22 Aug 2026" in text
    absence_id = db.session.scalars(db.select(Absence.id)).one()
    assert client.post(f"/staff/contacts/absences/{absence_id}/remove").status_code == 302
    assert client.post(f"/staff/contacts/absences/{absence_id}/remove").status_code == 404
    contact = contact_of(user)
    assert contact is not None and contact.center_id == center.id
    with pytest.raises(NotFound):
        find_contact(999)


def test_a_contact_sees_the_team_and_changes_nothing(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    user = make.make_contact().user
    sign_in(Role.CONTACT)
    assert user.display_name in client.get("/staff/contacts").text
    assert client.get(f"/staff/contacts/{user.id}").status_code == 403
