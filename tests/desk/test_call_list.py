"""The list of calls: filters, pages by key, CSV, and ticked calls put into a case."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from tests import factories as make
from tests.cases.world import FAR, World, calls_in, link_of
from tracker.calls.filters import CallFilters
from tracker.calls.models import CallStatus, Channel, ServiceRequest
from tracker.cases.linking import link_call
from tracker.desk import call_listing
from tracker.desk.call_listing import call_page, read_key, write_key
from tracker.extensions import db
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
LIST = "/staff/calls"
ZONE = ZoneInfo("America/New_York")


def numbers_in(text: str, *calls: ServiceRequest) -> list[bool]:
    """Which of the calls stand in a page."""
    return [f'href="/staff/calls/{call.service_request_id}"' in text for call in calls]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [True, True]),
        ("q={one.service_request_id}", [True, False]),
        ("q=oak+ave", [False, True]),
        ("q=swing", [True, False]),
        ("q=%25", [False, False]),
        ("type={one.service_type_id}", [True, False]),
        ("family={other.service_type.family_id}", [False, True]),
        ("channel=phone", [True, False]),
        ("channel=import", [False, True]),
        ("channel=walk_in", [False, False]),
        ("center={other.center_id}", [False, True]),
        ("status=closed", [False, True]),
        ("placement=unlocated", [False, True]),
        ("placement=source", [True, False]),
        ("linked=yes", [True, False]),
        ("linked=no", [False, True]),
        ("caller={other.caller_id}", [False, True]),
        ("since=2026-06-15", [True, False]),
        ("until=2026-06-14", [False, True]),
        ("since=2026-06-14&until=2026-06-14", [False, True]),
        ("since=2027-01-01", [False, False]),
        (
            "status=x&placement=x&linked=x&since=x&until=2026-02-30&sort=x&after=x&family=9999999999999",
            [True, True],
        ),
    ],
)
def test_each_filter_narrows_the_list(
    query: str, expected: list[bool], world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    one = world.call(description="The swing is broken")
    other = make.make_call(
        lat=None, address="7 Oak Ave", channel=Channel.IMPORT, status=CallStatus.CLOSED, center_id=make.make_area().id,
        caller_id=make.make_caller().id, requested_datetime=make.NOW - timedelta(hours=13),
    )  # fmt: skip
    link_call(make.make_case(rule=world.rule), one, reason="", actor=world.person)
    sign_in()
    answer = client.get(f"{LIST}?{query.format(one=one, other=other)}")
    assert answer.status_code == 200
    assert numbers_in(answer.text, one, other) == expected


def test_only_who_may_see_callers_narrows_by_one(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    for role, status in ((Role.AIDE, 200), (Role.SCHEDULER, 403), (Role.EMERGENCY_MANAGER, 403)):
        sign_in(role)
        for page in (LIST, f"{LIST}.csv"):
            assert client.get(f"{page}?caller=1").status_code == status
            assert client.get(page).status_code == 200


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_pages_by_key_show_every_call_once_in_order(world: World, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_listing, "PER_PAGE", 3)
    calls = [world.call(day) for day in (0, 0, 0, 0, -1, -2, -2, 3)]
    seen, after = [], None
    for _ in range(9):
        page = call_page(CallFilters(sort=sort), ZONE, after)
        seen += page.calls
        after = read_key(write_key(page.after) or "")
        if after is None:
            break
    ordered = sorted(calls, key=lambda call: (call.requested_datetime, call.id), reverse=sort == "newest")
    assert seen == ordered


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_a_page_looks_through_a_bounded_number_and_goes_on_where_it_stopped(
    world: World, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_listing, "LOOKED_THROUGH", 3)
    calls = [world.call(day, status=CallStatus.CLOSED if day in (0, 7) else CallStatus.OPEN) for day in range(8)]
    seen, after, cuts = [], None, []
    for _ in range(9):
        page = call_page(CallFilters(status="closed", sort=sort), ZONE, after)
        seen += page.calls
        cuts.append(page.is_cut)
        after = page.after
        if after is None:
            break
    assert seen == ([calls[7], calls[0]] if sort == "newest" else [calls[0], calls[7]])
    assert cuts == [True, True, False]


def test_a_page_that_found_nothing_yet_says_how_to_go_on(
    world: World, client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_listing, "LOOKED_THROUGH", 1)
    for day in range(3):
        world.call(day)
    sign_in()
    text = client.get(f"{LIST}?status=closed").text
    assert "None among these" in text and "Look further on" in text
    assert "No call is stored" not in text


def test_the_csv_has_the_same_calls_and_no_cell_that_runs(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    world.call(address="=HYPERLINK(1)", description='@SUM(1)\n"quoted"', channel=Channel.WEB)
    sign_in()
    answer = client.get(f"{LIST}.csv?channel=web")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["address"], row["said"], row["case"]) == ("'=HYPERLINK(1)", '\'@SUM(1)\n"quoted"', "")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{LIST}.csv?linked=yes").text)))
    assert {row["case"] for row in rows} == {case.public_id} and len(rows) == 3
    assert rows[0]["requested"] == "2026-06-15 12:00-04:00"


def ticks_in(text: str) -> list[str]:
    """The values of the boxes that can be ticked, in the order of the list."""
    return re.findall(r'name="call" value="([^"]+)"', text)


def test_ticked_calls_are_linked_and_each_one_is_told(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = make.make_case(rule=world.rule, public_id="CASE-0000-0000-0001")
    calls = [world.call(day, north=FAR) for day in (2, 1, 0)]
    sign_in()
    ticks = ticks_in(client.get(LIST).text)
    data = {"call": ticks[:2], "bulk-case": case.public_id.lower(), "bulk-reason": "One wall"}
    answer = client.post(f"{LIST}/link", data=data)
    assert answer.status_code == 200 and "2 of 2 linked" in answer.text
    assert calls_in(case) == {calls[0].id, calls[1].id}
    assert link_of(calls[0]).is_pinned and link_of(calls[0]).reason == "One wall"
    again = client.post(f"{LIST}/link", data=data)
    assert again.status_code == 409 and "0 of 2 linked" in again.text
    assert calls_in(case) == {calls[0].id, calls[1].id}


def test_a_call_that_somebody_linked_meanwhile_is_told_by_line_and_the_rest_is_linked(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = make.make_case(rule=world.rule, public_id="CASE-0000-0000-0001")
    elsewhere = make.make_case(rule=world.rule, public_id="CASE-0000-0000-0002")
    first, second, withdrawn = (world.call(day, north=FAR) for day in (2, 1, 0))
    sign_in()
    ticks = ticks_in(client.get(LIST).text)
    link_call(elsewhere, first, reason="", actor=world.person)
    withdrawn.withdrawn_at = make.NOW
    answer = client.post(f"{LIST}/link", data={"call": ticks, "bulk-case": case.public_id})
    assert answer.status_code == 200 and "1 of 3 linked" in answer.text
    assert f"it is in case {elsewhere.public_id} now" in answer.text and "It is withdrawn" in answer.text
    assert calls_in(case) == {second.id} and calls_in(elsewhere) == {first.id}
    assert answer.text.count(" checked") == 1  # the withdrawn one; the other stands elsewhere now: look again first


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"bulk-case": "C1"}, "Tick the calls"),
        ({"call": ["1.0"], "bulk-case": ""}, "Give the number of the case"),
        ({"call": ["1.0"], "bulk-case": "NONE"}, "There is no case NONE"),
        ({"call": ["x"], "bulk-case": "{case}"}, "cannot be read"),
        ({"call": ["9" * 30 + ".0"], "bulk-case": "{case}"}, "cannot be read"),
        ({"call": [f"{n}.0" for n in range(1, 60)], "bulk-case": "{case}"}, "At most 50"),
        ({"call": ["999.0"], "bulk-case": "{case}"}, "There is no such call"),
    ],
)
def test_what_cannot_be_linked_is_refused_in_words_and_nothing_is_lost(
    data: dict[str, object], why: str, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = make.make_case(rule=world.rule, public_id="CASE-0000-0000-0001")
    world.call()
    sign_in()
    data = {**data, "bulk-case": str(data["bulk-case"]).format(case=case.public_id), "bulk-reason": "Because"}
    answer = client.post(f"{LIST}/link?status=open", data=data)
    assert answer.status_code in (200, 400, 404)
    assert why in answer.text and 'value="Because"' in answer.text
    assert calls_in(case) == set()


def test_linking_asks_for_the_permission(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.SCHEDULER)
    world.call()
    assert "bulk-case" not in client.get(LIST).text
    assert client.post(f"{LIST}/link", data={"call": ["1.0"], "bulk-case": "C"}).status_code == 403


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (CallFilters(), "ix_service_requests_requested_datetime"),
        (CallFilters(status="closed", placement="unlocated"), "ix_service_requests_requested_datetime"),
        (CallFilters(family=1, linked="no"), "ix_service_requests_requested_datetime"),
        (CallFilters(type=1), "ix_service_requests_history"),
        (CallFilters(channel="phone", status="open"), "ix_service_requests_heard"),
        (CallFilters(caller=1), "ix_service_requests_caller_id"),
    ],
)
def test_the_list_walks_an_index_and_sorts_nothing(database: SQLAlchemy, filters: CallFilters, index: str) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    make.make_city()
    query = call_listing._narrowed(filters, ZONE, None).limit(51)
    plain = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    plan = [row[3] for row in database.session.execute(text(f"EXPLAIN QUERY PLAN {plain}"))]
    assert any(index in line for line in plan), plan
    if filters.caller is None:
        assert not any("TEMP B-TREE FOR ORDER BY" in line for line in plan), plan
    assert db.session.get(ServiceRequest, 0) is None
