"""The list of cases: filters, search, order, pages, CSV."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, text

from tests import factories as make
from tests.cases.world import FAR, World, calls_in
from tracker.calls.models import ServiceRequest
from tracker.cases.filters import Filters
from tracker.cases.listing import case_ids
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.extensions import db
from tracker.staff.models import User

SignIn = Callable[..., User]
LIST = "/staff/cases"


def numbers_in(text: str, *cases: ProblemCase) -> list[bool]:
    """Which of the cases stand in a page."""
    return [case.public_id in text for case in cases]


def test_the_list_shows_what_is_alive_and_finds_the_rest(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    lapsed, alive = world.case(), world.case((50, 51, 52), north=FAR)
    sign_in()
    assert numbers_in(client.get(LIST).text, lapsed, alive) == [False, True]
    assert numbers_in(client.get(f"{LIST}?status=lapsed").text, lapsed, alive) == [True, False]
    assert numbers_in(client.get(f"{LIST}?status=open").text, lapsed, alive) == [True, True]
    lapsed.is_touched = True
    assert numbers_in(client.get(LIST).text, lapsed, alive) == [True, True]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q={one.public_id}", [True, False]),
        ("q=oak+ave", [False, True]),
        ("q=%25", [False, False]),
        ("family={one.family_id}", [True, False]),
        ("center={other.center_id}", [False, True]),
        ("queue=center", [False, True]),
        ("queue=city", [True, False]),
        ("priority=1", [False, True]),
        ("phase=response", [False, True]),
        ("flag=below", [True, False]),
        ("flag=recurred", [False, True]),
        ("status=dismissed", [False, False]),
        ("contact=999", [False, False]),
        (
            "priority=rubbish&phase=rubbish&sort=rubbish&status=rubbish&page=999&family=99999999999999999999",
            [True, True],
        ),
    ],
)
def test_each_filter_narrows_the_list(
    query: str, found: list[bool], world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    one = make.make_case(rule=world.rule, is_touched=True, is_below_threshold=True)
    other = make.make_case(
        is_touched=True, address="7 Oak Ave", priority=1, phase="response", recurred_at=make.NOW,
        queue="center", center=make.make_area(),
    )  # fmt: skip
    sign_in()
    answer = client.get(f"{LIST}?{query.format(one=one, other=other)}")
    assert answer.status_code == 200
    if "page=999" not in query:
        assert numbers_in(answer.text, one, other) == found


def test_a_call_number_finds_its_case(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case, other = world.case(), world.case(north=FAR)
    number = db.session.get(ServiceRequest, min(calls_in(case))).service_request_id  # type: ignore[union-attr]  # it exists
    sign_in()
    assert numbers_in(client.get(f"{LIST}?status=any&q={number}").text, case, other) == [True, False]


def test_the_order_is_what_was_asked_for(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    few = make.make_case(rule=world.rule, is_touched=True, priority=1, call_count=3, address="B")
    many = make.make_case(rule=world.rule, is_touched=True, priority=5, call_count=9, address="A")
    sign_in()
    for sort, first, second in (("priority", few, many), ("calls", many, few), ("address", many, few)):
        text = client.get(f"{LIST}?sort={sort}").text
        assert text.index(first.public_id) < text.index(second.public_id), sort


def test_the_list_pages_on_and_keeps_its_filters(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    for _ in range(51):
        make.make_case(rule=world.rule, is_touched=True)
    sign_in()
    text = client.get(f"{LIST}?sort=opened").text
    assert "51 cases" in text and "sort=opened&amp;page=2" in text
    assert client.get(f"{LIST}?sort=opened&page=2").text.count('data-label="Case"') == 1


def test_the_csv_has_the_same_cases_and_no_cell_that_runs(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    make.make_case(rule=world.rule, is_touched=True, address="=HYPERLINK(1)")
    make.make_case(rule=world.rule, is_touched=True, status=CaseStatus.CLOSED, address="Closed")
    sign_in()
    answer = client.get(f"{LIST}.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["address"] for row in rows] == ["'=HYPERLINK(1)"]
    assert (rows[0]["opened"], rows[0]["below_threshold"]) == ("2026-06-15 11:00-04:00", "no")


@pytest.mark.parametrize("sort", ["priority", "newest"])
@pytest.mark.parametrize("queue", ["", "city"])
def test_sorting_and_counting_live_cases_reads_one_index_alone(database: SQLAlchemy, sort: str, queue: str) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    make.make_city()
    make.make_case()
    page = case_ids(Filters(sort=sort, queue=queue), make.NOW)
    for query in (page.limit(50), database.select(func.count()).select_from(page.order_by(None).subquery())):
        plain = query.compile(database.engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in database.session.execute(text(f"EXPLAIN QUERY PLAN {plain}"))]
        read = [line for line in plan if "problem_cases" in line]
        assert read and all("COVERING INDEX ix_problem_cases_list (status=?" in line for line in read), plan


def test_the_rare_flags_and_an_owner_have_their_own_index(database: SQLAlchemy) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    make.make_city()
    make.make_case()
    for filters, index in (
        (Filters(flag="recurred"), "ix_problem_cases_recurred"),
        (Filters(flag="below"), "ix_problem_cases_below"),
        (Filters(contact=1), "ix_problem_cases_owner"),
        (Filters(contact=1, flag="unaccepted"), "ix_problem_cases_owner"),
    ):
        plain = case_ids(filters, make.NOW).compile(database.engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in database.session.execute(text(f"EXPLAIN QUERY PLAN {plain}"))]
        assert any(index in line for line in plan), plan
