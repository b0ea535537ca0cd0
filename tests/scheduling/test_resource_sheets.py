"""Resources as a spreadsheet: out and in again, looked at before anything is written, refusals named."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests import factories as make
from tests.scheduling.test_shift_text import rules
from tracker.errors import Invalid
from tracker.scheduling.resources.keeping import ResourceEntry, entry_of
from tracker.scheduling.resources.models import CityResource, ResourceKind, Shift, TeamMember
from tracker.scheduling.resources.sheet_entries import COLUMNS, IGNORED, read_cells, write_cells
from tracker.scheduling.resources.sheet_lines import decode_sheet, read_sheet
from tracker.scheduling.resources.shift_rules import ShiftRule, find_clash, in_order
from tracker.staff.models import Role, User

HEADING = "code,name,kind,skills,base_lat,base_long,monday"
GOOD = 'tree-7,Tree crew 7,crew,"tree, stump",42.35,-71.06,07:00-15:00'


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def scheduler(database: SQLAlchemy, sign_in: Callable[..., User]) -> User:
    make.make_city(is_live=True)
    return sign_in(Role.SCHEDULER)


def look(client: FlaskClient, text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    return client.post("/staff/resources/import", data={"file": (io.BytesIO(data), "resources.csv")}).text


def carried(page: str) -> dict[str, str]:
    """The form that a preview carries along, as a browser would send it."""
    seen = re.findall(r'name="seen"[^>]*value="([^"]*)"', page)[0]
    text = re.findall(r'<textarea[^>]*name="text"[^>]*>\r?\n?(.*?)</textarea>', page, re.S)[0]
    plain = text.replace("&#34;", '"').replace("&#39;", "'").replace("&lt;", "<").replace("&amp;", "&")
    return {"seen": seen, "text": plain}


def count(database: SQLAlchemy) -> int:
    return database.session.scalar(select(func.count()).select_from(CityResource)) or 0


def test_what_is_exported_comes_back_unchanged(client: FlaskClient, database: SQLAlchemy, scheduler: User) -> None:
    center = make.make_area(code="NW")
    night = Shift(weekday=5, start_minute=1320, end_minute=360, every_weeks=2, starts_on=date(2026, 12, 7),
                  break_minutes=30, break_from=1500, break_until=1560)  # fmt: skip
    ana = make.make_resource(name="=Ana", code="ana", center=center, cost_cents_per_hour=8550, capacity=12, people=2,
                             lends_to_priority=2, note="Keys, at the \"yard\"\nor with Ben")  # fmt: skip
    ana.shifts.append(night)
    make.make_resource(name="Team", code="team", members=[TeamMember(member=ana)])
    database.session.flush()
    before = [entry_of(one) for one in database.session.scalars(select(CityResource).order_by(CityResource.code))]
    answer = client.get("/staff/resources.csv")
    assert "'=Ana" in answer.text and "Sat 22:00-06:00 break 30 min 01:00-02:00; every 2 weeks" in answer.text
    page = look(client, answer.data)
    assert page.count(">unchanged<") >= 2 and "There is nothing to write." in page
    database.session.expire_all()
    after = [entry_of(one) for one in database.session.scalars(select(CityResource).order_by(CityResource.code))]
    assert after == before


def test_a_file_is_looked_at_before_it_writes_and_then_written_whole(
    client: FlaskClient, database: SQLAlchemy, scheduler: User
) -> None:
    crew = make.make_resource(code="old-1", name="Old crew")
    old = 'old-1,Old crew,crew,tree,42.36,-71.06,,,"1,085.50"'
    text = f"{HEADING},members,cost_per_hour\n{GOOD},old-1,\n{old}\n"
    page = look(client, text)
    assert ">added<" in page and ">changed<" in page and "shifts, cost per hour" in page
    assert count(database) == 1
    done = client.post("/staff/resources/import/apply", data=carried(page), follow_redirects=True)
    assert "The file was taken: 1 added, 1 changed, 0 unchanged, 0 refused." in done.text
    database.session.expire_all()
    team = database.session.scalars(select(CityResource).where(CityResource.code == "tree-7")).one()
    assert [one.member for one in team.members] == [crew]
    assert crew.cost_cents_per_hour == 108_550
    assert [row.weekday for row in crew.shifts] == [1, 2, 3, 4]  # only Monday has a column


def test_bad_lines_are_named_and_the_good_ones_are_written(
    client: FlaskClient, database: SQLAlchemy, scheduler: User
) -> None:
    lines = [
        HEADING, GOOD, GOOD.replace("07:00-15:00", "7-15").replace("tree-7", "a"),
        '"b","Two\nlines",crow,tree,42.35,-71.06,', "c,Name,crew,tree,far north,-71.06,",
        GOOD, "d,Name,crew,tree,12,-71.06,", "e,Name,crew,tree,42.35,-71.06,,extra", ",Name,crew,tree,42.35,-71.06,",
        "f,,crew,tree,42.35,-71.06,",
    ]  # fmt: skip
    page = look(client, "\r\n".join(lines))
    for words in (
        "Line 3, column «monday»: «7-15» is not a shift; write it like 07:00-15:00",
        "Line 4, column «kind»: «crow» is none of crew, vehicle, person, equipment",
        "Line 6, column «base_lat»: «far north» is no number of degrees",
        "Line 7, column «code»: «tree-7» stands on line 2 already",
        "Line 8, The base lies outside the city",
        "Line 9, it has 8 cells, and the heading names 7 columns",
        "Line 10, column «code»: give the resource",
        "Line 11, column «name»: it is empty",
    ):
        assert words in page, words
    refused = client.post("/staff/resources/import/refused.csv", data=carried(page))
    rows = list(csv.DictReader(io.StringIO(refused.text)))
    assert [row["line"] for row in rows] == ["3", "4", "6", "7", "8", "9", "10", "11"]
    assert rows[0]["code"] == "a" and "is not a shift" in rows[0]["reason"] and rows[1]["name"] == "Two\nlines"
    assert count(database) == 0
    client.post("/staff/resources/import/apply", data=carried(page))
    assert count(database) == 1
    mended = refused.text.replace("7-15", "07:00-15:00")
    assert ">added<" in look(client, mended)


def test_a_file_that_would_do_something_else_by_now_is_shown_again(
    client: FlaskClient, database: SQLAlchemy, scheduler: User
) -> None:
    page = look(client, f"{HEADING}\n{GOOD}")
    make.make_resource(code="tree-7", name="Somebody else's")
    database.session.commit()
    late = client.post("/staff/resources/import/apply", data=carried(page))
    assert late.status_code == 409 and "Somebody changed resources meanwhile" in late.text
    assert database.session.scalars(select(CityResource.name)).one() == "Somebody else's"
    assert client.post("/staff/resources/import/apply", data={"text": "nonsense"}).status_code == 400


def test_a_member_that_is_taken_or_unknown_refuses_its_line_alone(client: FlaskClient, scheduler: User) -> None:
    make.make_resource(code="a", members=[TeamMember(member=make.make_resource(code="b"))])
    page = look(client, "code,members\na,nobody\nb,a\n")
    assert "Line 2, column «members»: there is no resource with the code «nobody»" in page
    assert "Line 3, column «members»:" in page and "no team inside a team" in page


def test_a_resource_out_of_service_is_not_changed_by_a_file(client: FlaskClient, scheduler: User) -> None:
    make.make_resource(code="a", name="Gone", retired_at=make.NOW)
    assert "Gone is out of service; bring it back on its page first" in look(client, "code,note\na,New\n")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04", "a workbook, not CSV"),
        ("code\n".encode("utf-16"), "is UTF-16"),
        ("code,name\na,Mu\u00f1oz\n".encode("latin-1"), "Line 2 of the file is not UTF-8"),
        (b"code,nam\na,b\n", "did you mean «name»"),
        (b"code,code\na,b\n", "stands there twice"),
        (b'code,name\na,"open\n', "cannot be read"),
        (b"code\0,name\n", "NUL"),
        (b"x" * 300_001, "too large"),
        (b"code\n" + b"a\n" * 501, "at most 500 are read"),
    ],
)
def test_a_file_that_is_no_use_says_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_sheet(decode_sheet(data), COLUMNS, IGNORED)


def test_excels_mark_and_semicolons_and_decimal_commas_are_understood() -> None:
    text = "\ufeffCode;Name;Kind;Skills;Base lat;Base long;Cost per hour\r\na;A;Crew;tree, stump;42,35;-71,06;85,5\r\n"
    sheet = read_sheet(decode_sheet(text.encode()), COLUMNS, IGNORED)
    (line,) = sheet.lines
    entry = read_cells(line.cells, None, {}, decimal_comma=sheet.decimal_comma).entry
    assert (entry.base_lat, entry.base_long, entry.cost_cents_per_hour) == (42.35, -71.06, 8550)
    assert (entry.kind, entry.skills) == (ResourceKind.CREW, ("stump", "tree"))


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=12)
names = words.filter(lambda text: not set(text) & set(",;'"))
entries = st.builds(
    ResourceEntry,
    code=names, name=words.filter(lambda text: not text.startswith("'")), kind=st.sampled_from(ResourceKind),
    center_id=st.sampled_from([None, 7]), base_lat=st.floats(-90, 90), base_long=st.floats(-180, 180),
    skills=st.lists(names, min_size=1, max_size=3, unique=True).map(lambda found: tuple(sorted(found))),
    shifts=st.lists(rules(), max_size=3).filter(
        lambda found: find_clash(found) is None
        and len({(one.weekday, one.start_minute, one.starts_on) for one in found}) == len(found)
    ).map(in_order),
    people=st.integers(0, 100), capacity=st.one_of(st.none(), st.integers(1, 1_000_000)),
    cost_cents_per_hour=st.one_of(st.none(), st.integers(0, 99_999_999)),
    lends_to_priority=st.integers(0, 5), lends_within_days=st.integers(0, 60),
    note=st.one_of(st.just(""), words.filter(lambda text: not text.startswith("'"))),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(entries, st.booleans())
def test_every_resource_comes_back_from_its_line(entry: ResourceEntry, semicolons: bool) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if semicolons else ",")
    writer.writerow(COLUMNS)
    writer.writerow(write_cells(entry, ["b", "a"], {7: "NW"}))
    sheet = read_sheet(decode_sheet(b"\xef\xbb\xbf" + out.getvalue().encode()), COLUMNS, IGNORED)
    said = read_cells(sheet.lines[0].cells, None, {"NW": 7}, decimal_comma=sheet.decimal_comma)
    assert (said.entry, said.members) == (entry, ("a", "b"))


def test_a_rule_that_runs_into_another_days_is_refused_by_its_column() -> None:
    cells = {"code": "a", "sunday": "22:00-07:00", "monday": "06:00-08:00"}
    standing = ResourceEntry("a", "A", ResourceKind.CREW, None, 42.0, -71.0, ("tree",), (ShiftRule(2, 0, 60),))
    with pytest.raises(Invalid, match=r"column «other_rules»: .*runs into"):
        read_cells(cells, standing, {}, decimal_comma=False)
