"""The team's board: columns, moving a card with and without a version, evening out."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World
from tracker.cases.contacts import team_loads
from tracker.cases.models import CaseAssignment, Contact, OwnerQueue, ProblemCase, SaraPhase
from tracker.cases.workload.board import PER_COLUMN, board_by_contact, board_by_phase
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.places.models import Area
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
BOARD = "/staff/board"


@pytest.fixture
def center(world: World) -> Area:
    return make.make_area(name="North")


def owned(world: World, contact: Contact, **columns: object) -> ProblemCase:
    usual = {"contact": contact, "queue": OwnerQueue.CONTACT, "is_touched": True, "center": contact.center}
    return make.make_case(rule=world.rule, public_id=new_identifier(), **{**usual, **columns})


def waiting(world: World, center: Area) -> ProblemCase:
    return make.make_case(rule=world.rule, queue=OwnerQueue.CENTER, is_touched=True, center=center)


def test_a_column_shows_its_most_urgent_cases_and_counts_the_rest(world: World, center: Area) -> None:
    busy, idle = make.make_contact(center=center), make.make_contact(center=center)
    urgent = [owned(world, busy, priority=1) for _ in range(PER_COLUMN)]
    owned(world, busy, priority=5)
    unowned = waiting(world, center)
    owned(world, make.make_contact())  # of another center
    loads = [load for load in team_loads(make.NOW.date(), make.NOW) if load.contact.center_id == center.id]
    board = board_by_contact(center.id, loads, make.NOW)
    by_contact = {column.contact_id: column for column in board.columns}
    assert [case.id for case in by_contact[busy.id].cases] == [case.id for case in urgent]
    assert (by_contact[busy.id].total, by_contact[idle.id].total) == (PER_COLUMN + 1, 0)
    assert [case.id for case in by_contact[0].cases] == [unowned.id]
    assert board.steps[unowned.id].what == "Give it an owner"
    phases = {column.title: column.total for column in board_by_phase(center.id, make.NOW).columns}
    assert phases == {"Scanning": PER_COLUMN + 2, "Analysis": 0, "Response": 0, "Assessment": 0}


def test_a_supervisor_moves_a_card_and_a_stale_card_stays(
    world: World, center: Area, client: FlaskClient, sign_in: SignIn
) -> None:
    giver, taker = make.make_contact(center=center), make.make_contact(center=center)
    case = owned(world, giver)
    sign_in(Role.SUPERVISOR)
    assert 'draggable="true"' in client.get(f"{BOARD}?center={center.id}").text
    sent = {"version": str(case.version), "contact": str(taker.id), "center": str(center.id)}
    address = f"{BOARD}/move/{case.public_id}"
    answer = client.post(address, data=sent)
    assert answer.status_code == 302 and answer.location.endswith(f"#card-{case.id}")
    db.session.expire_all()
    assert case.contact is taker
    assert client.post(address, data=sent).status_code == 409
    again = {**sent, "version": str(case.version)}
    assert client.post(address, data=again).status_code == 400  # it is there already
    assert client.post(address, data={**again, "contact": "0"}).status_code == 302
    db.session.expire_all()
    assert (case.contact, case.queue) == (None, OwnerQueue.CENTER)


def test_who_has_left_gives_and_takes_nothing(world: World, center: Area, client: FlaskClient, sign_in: SignIn) -> None:
    stays, left = make.make_contact(center=center), make.make_contact(center=center)
    case, hers = owned(world, stays), owned(world, left)
    left.user.disabled_at = make.NOW
    sign_in(Role.SUPERVISOR)
    page = client.get(f"{BOARD}?center={center.id}").text
    assert hers.public_id in page and f'<option value="{left.id}">' not in page and "Has left" in page
    sent = {"version": str(case.version), "contact": str(left.id), "center": str(center.id)}
    refused = client.post(f"{BOARD}/move/{case.public_id}", data=sent)
    assert refused.status_code == 400 and "works here no longer" in refused.text


def test_a_contact_looks_at_the_board_and_gives_no_case_away(
    world: World, center: Area, client: FlaskClient, sign_in: SignIn
) -> None:
    contact = make.make_contact(center=center)
    case = owned(world, contact)
    sign_in(user=contact.user)
    for way in ("contact", "phase", "rubbish"):
        page = client.get(f"{BOARD}?by={way}").text
        assert case.public_id in page and ('draggable="true"' in page) is (way == "phase")
    assert client.post(f"{BOARD}/move/{case.public_id}").status_code == 403
    assert client.post(f"{BOARD}/even-out").status_code == 403


def test_agreed_moves_even_the_team_out_once(world: World, center: Area, client: FlaskClient, sign_in: SignIn) -> None:
    giver, taker = make.make_contact(center=center), make.make_contact(center=center)
    case, other = owned(world, giver, priority=1), owned(world, giver, priority=1)
    sign_in(Role.SUPERVISOR)
    assert "To even it out" in client.get(f"{BOARD}?center={center.id}").text
    assert (case.contact, other.contact) == (giver, giver)
    moves = [f"{other.id}-{other.version}-{taker.id}", f"{case.id}-77-{taker.id}", "rubbish", "1-2"]
    for _ in range(2):
        report = client.post(f"{BOARD}/even-out", data={"key": "k", "move": moves}, follow_redirects=True)
        assert "1 done, 1 refused." in report.text
    db.session.expire_all()
    assert (case.contact, other.contact) == (giver, taker)
    assert len(db.session.scalars(select(CaseAssignment)).all()) == 1
    assert "as even as whole cases allow" in client.get(f"{BOARD}?center={center.id}").text
    assert client.post(f"{BOARD}/even-out", data={"key": "k2", "move": "1-1-999"}).status_code in (400, 404)


def test_a_city_without_centers_has_an_empty_board(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.SUPERVISOR)
    assert "No center yet" in client.get(BOARD).text


def test_a_card_moves_between_phases_by_the_rule_of_the_case(
    world: World, center: Area, client: FlaskClient, sign_in: SignIn
) -> None:
    case = owned(world, make.make_contact(center=center))
    sign_in(Role.CONTACT)
    page, address = f"{BOARD}?center={center.id}&by=phase", f"{BOARD}/phase/{case.public_id}"
    text = client.get(page).text
    assert 'draggable="true"' in text and 'data-to="analysis"' in text and address in text
    form = {"version": str(case.version), "to": "analysis", "reason": "Because I know.", "center": str(center.id)}
    gate = client.post(address, data=form)
    assert gate.status_code == 400 and "Before analysis:" in gate.text and "Because I know." in gate.text
    assert "open><summary>Move" in gate.text and '<option value="analysis" selected>' in gate.text
    skipping = client.post(address, data={**form, "to": "response"})
    assert skipping.status_code == 409 and "response cannot come before it" in skipping.text
    case.phase = SaraPhase.ANALYSIS
    db.session.commit()
    back = client.post(address, data={**form, "to": "scanning", "reason": ""})
    assert back.status_code == 400 and "Say why the work goes back to scanning" in back.text
    assert "data-asks-why" in back.text
    moved = client.post(address, data={**form, "to": "scanning"})
    assert moved.status_code == 302 and "by=phase" in moved.location
    assert client.post(address, data=form).status_code == 409, "the card was moved meanwhile"
    db.session.expire_all()
    assert case.phase is SaraPhase.SCANNING
    assert "Because I know." in client.get(f"/staff/cases/{case.public_id}").text
    sign_in(Role.AIDE)
    assert client.post(address, data=form).status_code == 403
