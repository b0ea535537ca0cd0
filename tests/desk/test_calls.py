"""The page of a call, its corrections, and the unlocated queue."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories as make
from tests.cases.world import FAR, World, calls_in, is_loose
from tracker.calls.models import Placement, ServiceRequest
from tracker.extensions import db
from tracker.places.models import AddressSource
from tracker.staff.models import LogEntry, Role, User
from tracker.staff.permissions import OFFICE

SignIn = Callable[..., User]
QUEUE = "/staff/unlocated"


@pytest.fixture
def oak(world: World) -> None:
    """7 Oak St lies a kilometre north."""
    make.make_address(lat=make.ORIGIN[0] + FAR, key="7 OAK ST", display="7 Oak St", street_key="OAK ST", number=7)


def lost_call(world: World, text: str = "7 Oak Street") -> ServiceRequest:
    """A call without a place."""
    key = "7 OAK ST" if "Oak" in text else ""
    return make.make_call(service_type=world.service_type, lat=None, address=text, address_key=key, is_taken=True)


def page(call: ServiceRequest, action: str = "") -> str:
    """The address of a call's page, or of a correction."""
    return f"/staff/calls/{call.service_request_id}{'/' + action if action else ''}"


def fresh(call: ServiceRequest) -> ServiceRequest:
    """The call as the database has it now."""
    db.session.expire_all()
    return call


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_a_call_shows_what_was_said_and_where_it_counts(
    role: Role, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    call = db.session.get(ServiceRequest, min(calls_in(case)))
    assert call is not None
    sign_in(role)
    text = client.get(page(call)).text
    assert "As it was said" in text and case.public_id in text
    assert ("Withdraw it" in text) == (role in {Role.AIDE, Role.CONTACT, Role.SUPERVISOR, Role.ADMINISTRATOR})


def test_a_caller_is_never_named_on_the_page(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    call = world.call(caller=make.make_caller(name="Zelda Quill", phone="555 0100"))
    sign_in()
    text = client.get(page(call)).text
    assert "Left a name or number" in text and "Zelda" not in text and "555 0100" not in text


def test_a_call_is_retyped_placed_withdrawn_and_restored(
    world: World, oak: None, client: FlaskClient, sign_in: SignIn
) -> None:
    call, other = world.call(), make.make_service_type(service_name="Trash", family=make.make_rule().family)
    world.take()
    sign_in()
    seen = 0
    for action, values, check in (
        ("retype", {"service_type": other.id, "reason": "Heard wrong."}, lambda: call.service_type == other),
        ("place", {"address": "7 Oak St"}, lambda: call.placement is Placement.STAFF and (call.y_dm or 0) > 10_000),
        ("withdraw", {"reason": "Called back."}, lambda: call.withdrawn_at is not None and not is_loose(call)),
        ("restore", {"reason": "Did not."}, lambda: call.withdrawn_at is None and is_loose(call)),
    ):
        form = {f"{action}-{name}": value for name, value in {"seen": seen, **values}.items()}
        answer = client.post(page(call, action), data=form)
        assert answer.status_code == 302, (action, answer.text)
        fresh(call)
        assert check(), action
        seen = max(db.session.scalars(db.select(LogEntry.id).where(LogEntry.subject_kind == "call")))
    text = client.get(page(call)).text
    assert "Retyped from" in text and "Withdrawn: Called back." in text and "Stands again." in text


def test_the_second_of_two_corrections_is_refused_and_keeps_what_was_typed(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    call = world.call()
    sign_in()
    form = {"withdraw-seen": 0, "withdraw-reason": "It was a test."}
    assert client.post(page(call, "withdraw"), data=form).status_code == 302
    other = {"place-seen": 0, "place-lat": "42.351", "place-long": "-71.061"}
    answer = client.post(page(call, "place"), data=other)
    assert answer.status_code == 409 and "Somebody corrected this call" in answer.text and "42.351" in answer.text


@pytest.mark.parametrize(
    ("action", "values", "words"),
    [
        ("withdraw", {"reason": ""}, "Write a reason"),
        ("retype", {"service_type": "0"}, "Choose what it is about"),
        ("place", {"address": "nowhere"}, "Nothing known is called"),
        ("place", {"lat": "1", "long": "1"}, "outside Testville"),
    ],
)
def test_a_correction_that_cannot_be_used_is_refused(
    action: str, values: dict[str, str], words: str, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    call = world.call()
    sign_in()
    form = {f"{action}-{name}": value for name, value in {"seen": "0", **values}.items()}
    answer = client.post(page(call, action), data=form)
    assert answer.status_code == 400 and words in answer.text and "Nothing was changed" in answer.text


def test_the_unlocated_queue_offers_what_the_gazetteer_knows_and_goes_on(
    world: World, oak: None, client: FlaskClient, sign_in: SignIn
) -> None:
    second, first = lost_call(world, "By the pond"), lost_call(world)
    sign_in()
    text = client.get(QUEUE).text
    assert "2 waiting" in text and "7 Oak St (100 % sure" in text
    address = f"{QUEUE}/{first.service_request_id}/place"
    answer = client.post(address, data={"place-seen": 0, "place-offer": "7 Oak St"}, follow_redirects=True)
    assert "By the pond" in answer.text and "1 call placed" in answer.text
    assert fresh(first).placement is Placement.STAFF and is_loose(first)
    assert fresh(second).placement is Placement.UNLOCATED


def test_three_placed_calls_make_a_case(world: World, oak: None, client: FlaskClient, sign_in: SignIn) -> None:
    calls = [lost_call(world) for _ in range(3)]
    sign_in()
    for call in calls:
        client.post(f"{QUEUE}/{call.service_request_id}/place", data={"place-seen": 0, "place-address": "7 oak st"})
    assert "7 Oak St" in client.get("/staff/cases?status=open").text


def test_remembering_a_place_places_every_waiting_call_of_the_same_text(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    one, same, other = lost_call(world), lost_call(world), lost_call(world, "By the pond")
    sign_in()
    form = {"place-seen": 0, "place-lat": 42.36, "place-long": -71.06, "place-remember": "y"}
    answer = client.post(f"{QUEUE}/{one.service_request_id}/place", data=form, follow_redirects=True)
    assert "2 calls placed" in answer.text
    assert fresh(same).placement is Placement.STAFF and fresh(other).placement is Placement.UNLOCATED
    address = db.session.scalars(db.select(make.Address).where(make.Address.key == "7 OAK ST")).one()
    assert address.source is AddressSource.STAFF


def test_a_call_that_cannot_be_placed_leaves_the_queue_with_a_reason(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    call = lost_call(world, "somewhere")
    sign_in()
    address = f"{QUEUE}/{call.service_request_id}/give-up"
    refused = client.post(address, data={"give-up-seen": 0, "give-up-reason": ""})
    assert refused.status_code == 400 and "Write a reason" in refused.text
    answer = client.post(address, data={"give-up-seen": 0, "give-up-reason": "No such place."}, follow_redirects=True)
    assert "No call waits here" in answer.text
    assert "Cannot be placed: No such place." in client.get(page(call)).text


def test_two_people_place_one_call_and_the_second_is_told(
    world: World, oak: None, client: FlaskClient, sign_in: SignIn
) -> None:
    call = lost_call(world)
    sign_in()
    address = f"{QUEUE}/{call.service_request_id}/place"
    assert client.post(address, data={"place-seen": 0, "place-offer": "7 Oak St"}).status_code == 302
    answer = client.post(address, data={"place-seen": 0, "place-address": "9 Oak St"})
    assert answer.status_code == 409 and "9 Oak St" in answer.text
