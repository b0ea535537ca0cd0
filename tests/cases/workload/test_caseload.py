"""A contact's caseload: which case stands where, what wakes a sleeping one, who may look, the file."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, text

from tests import factories as make
from tests.cases.world import World, days_after, verbs_of
from tracker.cases.assigning import accept_case, assign_case
from tracker.cases.deadlines.kinds import PauseReason
from tracker.cases.deadlines.models import CaseDeadline
from tracker.cases.deadlines.pausing import pause_case
from tracker.cases.decisions import add_note
from tracker.cases.models import Contact, ProblemCase, SaraPhase
from tracker.cases.workload.caseload import Reckoning, _section_query, gather_caseload
from tracker.cases.workload.caseload_filters import SECTIONS, CaseloadFilters
from tracker.cases.workload.following import follow_case
from tracker.cases.workload.looks import QUEUE, look_now
from tracker.cases.workload.snoozing import asleep, snooze_case, wake_case
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
TODAY = date(2026, 8, 14)
TOMORROW = TODAY + timedelta(days=1)
PAGE = "/staff/caseload"


@pytest.fixture
def contact(world: World) -> Contact:
    return make.make_contact()


def owned(world: World, contact: Contact, **columns: object) -> ProblemCase:
    case = make.make_case(rule=world.rule, public_id=new_identifier(), **columns)
    assign_case(case, contact=contact, reason="Hers.", actor=world.person)
    accept_case(case, contact.user)
    return case


def places(contact: Contact, today: date = TODAY, filters: CaseloadFilters | None = None) -> dict[int, str]:
    """Case id to section: a case in two sections would be there twice."""
    when = Reckoning(days_after(60), today)
    sections = gather_caseload(contact, filters or CaseloadFilters(), when)
    found = [(row.case.id, section.name) for section in sections for row in section.rows]
    assert len({case_id for case_id, _ in found}) == len(found) == sum(section.total for section in sections)
    return dict(found)


def test_whatever_is_due_puts_a_case_on_top_unless_its_clock_stands_still(world: World, contact: Contact) -> None:
    asked, seen, late, paused = (owned(world, contact) for _ in range(4))
    make.make_partner_request(case=asked, due_on=TODAY)
    make.make_visit(case=seen, planned_on=TODAY, made_at=None)
    pause_case(paused, reason=PauseReason.COURT, words="Heard in May.", actor=contact.user)
    assert places(contact) == {asked.id: "due", seen.id: "due", late.id: "rest", paused.id: "rest"}
    assert places(contact, TODAY + timedelta(days=7))[late.id] == "due", "scanning should have been finished by then"
    assert places(contact, TODAY + timedelta(days=7))[paused.id] == "rest"


def test_each_live_case_stands_in_the_first_section_that_it_fits(world: World, contact: Contact) -> None:
    due, recurred, stale, rest = (owned(world, contact) for _ in range(4))
    called, asleep_one = owned(world, contact), owned(world, contact)
    make.make_task(case=due, due_on=TODAY)
    recurred.recurred_at, recurred.phase = make.NOW, SaraPhase.SCANNING
    make.make_task(case=rest, due_on=TOMORROW)
    look_now(contact.user_id, QUEUE)
    with time_machine.travel(days_after(75), tick=False):
        for case in (rest, recurred, due, called):
            add_note(case, text="Seen.", actor=world.person)
        make.make_case_call(case=called, call=world.call(), linked_at=days_after(75))
        snooze_case(asleep_one, until=date(2026, 9, 30), reason="Waits.", actor=world.person)
        db.session.execute(delete(CaseDeadline))  # they have a test of their own
        found = places(contact, date(2026, 8, 29))
    expected = {due.id: "due", recurred.id: "recurred", called.id: "new", stale.id: "stale", rest.id: "due"}
    assert found == expected | {asleep_one.id: "snoozed"}
    with time_machine.travel(days_after(61), tick=False):
        assert places(contact)[rest.id] == "rest"


@pytest.mark.parametrize("what", ["day", "call", "note", "task", "woken"])
def test_a_sleeping_case_comes_back_when_something_happens(what: str, world: World, contact: Contact) -> None:
    case = owned(world, contact)
    make.make_task(case=case, due_on=TODAY - timedelta(days=2))  # late already: that she knew
    make.make_task(case=case, due_on=TODAY + timedelta(days=3))
    snooze_case(case, until=TODAY + timedelta(days=5), reason="Waits.", actor=contact.user)
    assert places(contact) == {case.id: "snoozed"}
    assert asleep(case) is not None
    today = TODAY
    if what == "call":
        case.call_count += 1
        db.session.flush()
    elif what == "note":
        add_note(case, text="The landlord called.", actor=world.person)
    elif what == "woken":
        wake_case(case, actor=contact.user)
    else:
        today += timedelta(days=5 if what == "day" else 3)
    assert places(contact, today)[case.id] == "due"
    assert asleep(case, today) is None


def test_a_follower_does_not_wake_a_case_and_a_later_snooze_replaces_the_first(world: World, contact: Contact) -> None:
    case = owned(world, contact)
    snooze_case(case, until=TOMORROW, reason="Waits.", actor=contact.user)
    assert follow_case(case, world.person) and not follow_case(case, world.person)
    assert asleep(case) is not None
    later = snooze_case(case, until=TODAY + timedelta(days=9), reason="Waits longer.", actor=contact.user)
    assert asleep(case) is later
    wake_case(case, actor=contact.user)
    with pytest.raises(Conflict, match="awake already"):
        wake_case(case, actor=contact.user)
    assert verbs_of(case)[-4:] == ["snoozed", "followed", "snoozed", "woken"]


@pytest.mark.parametrize(("days", "reason"), [(0, "x"), (-1, "x"), (400, "x"), (3, " ")])
def test_a_snooze_wants_a_day_ahead_and_a_reason(days: int, reason: str, world: World, contact: Contact) -> None:
    with pytest.raises(Invalid):
        snooze_case(owned(world, contact), until=TODAY + timedelta(days=days), reason=reason, actor=contact.user)


@pytest.mark.parametrize("status", ["closed", "dismissed", "merged"])
def test_only_an_open_case_sleeps(status: str, world: World, contact: Contact) -> None:
    case = owned(world, contact)
    case.status = status  # type: ignore[assignment]  # as the database would give it
    db.session.flush()
    db.session.refresh(case)
    with pytest.raises(Conflict, match="only an open case"):
        snooze_case(case, until=TOMORROW, reason="Waits.", actor=contact.user)


def test_a_contact_sees_her_own_caseload_and_a_supervisor_anybodys(
    world: World, contact: Contact, client: FlaskClient, sign_in: SignIn
) -> None:
    mine, other = owned(world, contact, priority=1), owned(world, make.make_contact())
    sign_in(user=contact.user)
    page = client.get(PAGE).text
    assert mine.public_id in page and other.public_id not in page
    assert client.get(f"{PAGE}?contact={other.contact_id}").status_code == 403
    assert mine.public_id not in client.get(f"{PAGE}?priority=5").text
    assert client.get(f"{PAGE}?section=rest&page=2&stale=9999&family=rubbish").status_code == 200
    sign_in(Role.SUPERVISOR)
    assert "You own no cases" in client.get(PAGE).text
    assert other.public_id in client.get(f"{PAGE}?contact={other.contact_id}").text


def test_the_file_says_the_next_step_and_no_cell_runs(
    world: World, contact: Contact, client: FlaskClient, sign_in: SignIn
) -> None:
    case = owned(world, contact, address="=1+1")
    make.make_task(case=case, owner=contact.user, due_on=TODAY, title="@Write")
    sign_in(user=contact.user)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv").text)))
    assert [(row["section"], row["address"], row["next_step"]) for row in rows] == [("Due or late", "'=1+1", "'@Write")]
    assert (rows[0]["due"], rows[0]["late"], rows[0]["owner"]) == ("2026-08-14", "no", contact.user.display_name)


def test_snoozing_by_page_is_done_once_and_refuses_what_is_stale(
    world: World, contact: Contact, client: FlaskClient, sign_in: SignIn
) -> None:
    case = owned(world, contact)
    sign_in(user=contact.user)
    address = f"/staff/cases/{case.public_id}/snooze"
    sent = {"until": TOMORROW.isoformat(), "reason": "Waits.", "key": "once", "version": str(case.version)}
    assert client.get(address).status_code == 200
    assert client.post(address, data={**sent, "version": "1"}).status_code == 409
    assert client.post(address, data={**sent, "reason": ""}).status_code == 400
    assert [client.post(address, data=sent).status_code for _ in range(2)] == [302, 302]
    db.session.expire_all()
    assert verbs_of(case).count("snoozed") == 1
    page = client.get(f"/staff/cases/{case.public_id}").text
    assert "Sleeps until 15 Aug 2026" in page
    assert client.post(f"/staff/cases/{case.public_id}/wake", data={"version": str(case.version)}).status_code == 302
    assert asleep(case) is None


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_a_section_reads_only_the_cases_of_its_owner(section: str, world: World, contact: Contact) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    look_now(contact.user_id, QUEUE)
    query = _section_query(contact, section, CaseloadFilters(), Reckoning(days_after(60), TODAY)).limit(20)
    plain = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {plain}"))]
    assert any("ix_problem_cases_owner (contact_id=?" in line for line in plan), plan
    assert not [line for line in plan if line.startswith("SCAN") and "(subquery" not in line], plan
