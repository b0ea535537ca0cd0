"""Transfers from files: EIDO and CSV, hostile XML and HTML, odd ones refused with a reason, each taken in once."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests import factories as make
from tests.calls.eido_samples import BOMB, CIVIC, OUTSIDE, PIDF, eido, point
from tracker.calls.importing.records import Refusal
from tracker.calls.models import Caller
from tracker.calls.transfers.demands import Decision
from tracker.calls.transfers.drafts import LONGEST_NARRATIVE, Refused, TransferDraft
from tracker.calls.transfers.eido import load_documents, read_document
from tracker.calls.transfers.files import COLUMNS, read_transfers
from tracker.calls.transfers.html_text import html_to_text
from tracker.calls.transfers.models import Direction, ReviewStatus, TransferReview
from tracker.calls.transfers.ordering import Risk
from tracker.calls.transfers.pidf_lo import Location, read_location
from tracker.calls.transfers.recording import Counts, import_transfers
from tracker.errors import ImportRefused
from tracker.extensions import db
from tracker.staff.log import history_of

NOW = make.NOW + timedelta(days=1)
ZONE = ZoneInfo("America/New_York")


def test_an_eido_gives_what_the_desk_needs() -> None:
    draft = read_document(eido(7), NOW)
    assert draft == TransferDraft(
        source="psap.example.gov", source_id="urn:emergency:uid:incidentid:7:psap.example.gov", received_at=make.NOW,
        incident_code="VANDAL", incident_text="Vandalism, cold", priority=3, narrative="A window was broken.",
        address="1 Elm St", lat=1.0, long=2.0, phone="+15855550100", name="Ann Lee",
    )  # fmt: skip


def test_the_incidents_own_location_goes_before_that_which_routed_the_call() -> None:
    draft = read_document(eido(location=point(42.35, -71.06)), NOW)
    assert (draft.lat, draft.long, draft.address) == (42.35, -71.06, "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"$id": "urn:emergency:uid:callid:1:psap.example.gov"}, "names no incident"),
        ({"$id": "urn:emergency:uid:incidentid:1"}, "names no incident"),
        ({"$id": 5}, "names no incident"),
        ({"callComponent": [], "lastUpdateTimeStamp": ""}, "when the call began"),
        ({"callComponent": [{"callStartTimestamp": "2026-06-15T12:00:00"}]}, "has no time zone"),
        ({"callComponent": [{"callStartTimestamp": "2026-02-30T12:00:00Z"}]}, "is no date"),
        ({"callComponent": [{"callStartTimestamp": "2199-01-01T00:00:00Z"}]}, "in the future"),
        ({"callComponent": [{"callStartTimestamp": "1900-01-01T00:00:00Z"}]}, "before 1971"),
    ],
)
def test_an_eido_that_cannot_be_used_says_why(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_document(eido(**changes), NOW)


def test_whatever_else_is_left_out_or_odd_is_left_out() -> None:
    document = {"$id": "urn:emergency:uid:incidentid:1:x.gov", "lastUpdateTimeStamp": "2026-06-15T16:00:00Z"}
    odd = {name: [None, 5, "x", [], {"$id": {}}] for name in eido() if name.endswith("Component")}
    for one in (document, document | odd, document | {"notesComponent": "x", "incidentComponent": {}}):
        draft = read_document(one, NOW)
        assert (draft.narrative, draft.address, draft.lat, draft.phone) == ("", "", None, "")


@pytest.mark.parametrize("xml", [BOMB, OUTSIDE, "<!DOCTYPE p><p/>"])
def test_an_entity_bomb_is_refused_unread(xml: str) -> None:
    with pytest.raises(Refused, match="as only an attack does"):
        read_document(eido(location=xml), NOW)


def test_a_location_of_endless_xml_is_refused() -> None:
    with pytest.raises(Refused, match="at most 200,000"):
        read_location("<a>" + " " * 200_000 + "</a>")


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        ("no xml", Location()),
        ("<presence><broken>", Location()),
        (point(42.35, -71.06), Location("", (42.35, -71.06))),
        (point(0, 0), Location()),
        (point(95, 0), Location()),
        (PIDF.format(inside="<gml:pos>nan 5</gml:pos>"), Location()),
        (PIDF.format(inside="<gml:pos>42.35</gml:pos>"), Location()),
        (PIDF.format(inside="<gml:pos>42.35 -71.06 34</gml:pos>"), Location("", (42.35, -71.06))),
        (PIDF.format(inside=CIVIC.replace("RD>", "A6>")), Location("1 Elm St")),
        (PIDF.format(inside="<civicAddress><PRD>W</PRD><RD>Oak</RD><STS>Ave</STS><HNO>42</HNO><HNS>B</HNS>"
                            "</civicAddress>"), Location("42 B W Oak Ave")),
        (PIDF.format(inside="<civicAddress><LOC>Town Hall</LOC></civicAddress>"), Location("Town Hall")),
    ],
)  # fmt: skip
def test_a_location_is_read_as_far_as_it_can_be(xml: str, found: Location) -> None:
    assert read_location(xml) == found


def test_depth_and_breadth_are_bounded() -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = [deep]
    with pytest.raises(Refused, match="deeper than 40"):
        read_document(eido(mediaComponent=deep), NOW)
    with pytest.raises(Refused, match="more than 20,000 parts"):
        read_document(eido(mediaComponent=[{} for _ in range(20_001)]), NOW)
    with pytest.raises(ImportRefused, match="nests deeper"):
        load_documents("[" * 100_000)


@pytest.mark.parametrize("text", ["{", '{"a": NaN}', "", "{]"])
def test_what_is_no_json_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(ImportRefused, match="not JSON"):
        load_documents(text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>He <b>ran</b> off.</p><p>Blue&nbsp;coat &amp; hat</p>", "He ran off.\nBlue coat & hat"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<script>alert('x')</script>Hello<style>p{}</style>", "Hello"),
        ("<SCRIPT src=//evil.example>x</SCRIPT >Hi", "Hi"),
        ("a < b and 5 > 3, I <3 you", "a < b and 5 > 3, I <3 you"),
        ("x<y and z>w", "x<y and z>w"),
        ("has <head injury> and a <br> knife", "has <head injury> and a\nknife"),
        ('<img src=x onerror="alert(1)">seen', "seen"),
        ("<!-- hidden --><a href='javascript:x'>link</a>", "link"),
        ("plain words", "plain words"),
    ],
)
def test_html_becomes_its_words(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text(alphabet=st.characters(exclude_characters="<&", exclude_categories=["Cs"])))
def test_text_without_markup_loses_no_word(text: str) -> None:
    assert html_to_text(text).split() == text.split()


def test_a_narrative_of_a_megabyte_is_kept_to_its_bound_and_says_so() -> None:
    draft = read_document(eido(notes="x" * 1_000_000), NOW)
    assert len(draft.narrative) < LONGEST_NARRATIVE + 100
    assert draft.narrative.endswith("[900,000 more characters stand in the sender's system.]")


def test_control_and_half_characters_reach_no_engine() -> None:
    assert read_document(eido(notes="a\x00b\ud800c\x1b[0m"), NOW).narrative == "ab?c[0m"


def csv_text(*rows: dict[str, object], header: tuple[str, ...] = COLUMNS) -> str:
    return "\n".join([",".join(header), *(",".join(str(row.get(name, "")) for name in header) for row in rows)]) + "\n"


def row(number: object = 1, **cells: object) -> dict[str, object]:
    return {
        "id": f"T{number}", "received_at": "2026-06-15 12:00", "type_code": "NOISE", "type_text": "Loud music",
        "narrative": "Loud again", "address": "1 Elm St", "phone": "585-555-0100", "name": "Ann Lee", **cells,
    }  # fmt: skip


def items(tmp_path: Path, text: str) -> list[TransferDraft | Refusal]:
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    return list(read_transfers(path, ZONE, NOW).items)


def test_a_csv_row_gives_a_transfer_on_the_citys_clocks(tmp_path: Path) -> None:
    (draft,) = items(tmp_path, csv_text(row(lat="42.35", long="-71.06", priority=4)))
    assert isinstance(draft, TransferDraft)
    assert (draft.source, draft.source_id, draft.received_at) == ("csv", "T1", make.NOW.astimezone(UTC))
    assert (draft.lat, draft.priority, draft.phone, draft.name) == (42.35, 4, "585-555-0100", "Ann Lee")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"id": " "}, "the id is empty"),
        ({"received_at": "yesterday"}, "is no date"),
        ({"lat": "95", "long": "1"}, "no place on Earth"),
        ({"lat": "nan", "long": "1"}, "no place on Earth"),
        ({"lat": "x", "long": "1"}, "no number for latitude"),
        ({"lat": "4_2", "long": "1"}, "no number for latitude"),
        ({"direction": "sideways"}, "is no direction"),
        ({"name": "Ann, Lee", "source": "psap"}, "has 14 columns"),
    ],
)
def test_a_bad_row_costs_itself_only_and_says_why(tmp_path: Path, cells: dict[str, object], reason: str) -> None:
    bad, good = items(tmp_path, csv_text(row(1, **cells), row(2)))
    assert isinstance(bad, Refusal) and bad.line == 2 and reason in bad.reason
    assert isinstance(good, TransferDraft)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a,b\n1,2\n", "no column id"), ("id,received_at,id\n", "stands twice"), ("", "no column"), ("{", "not JSON")],
)
def test_a_file_that_is_none_of_ours_is_refused_as_a_whole(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ImportRefused, match=reason):
        items(tmp_path, text)


@pytest.fixture
def city(database: SQLAlchemy) -> None:
    make.make_city()
    make.make_address(key="1 ELM ST", display="1 Elm St", number=1)


def take(tmp_path: Path, content: str, name: str = "t.json") -> Counts:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    for counts in import_transfers(path, tmp_path / "rejects.csv"):
        last = counts
        db.session.commit()
    return last


def test_transfers_are_placed_ranked_and_taken_once(city: None, tmp_path: Path) -> None:
    documents = [eido(1, locationComponent=[]), eido(2, notes="He has a gun"), eido(2), eido(3, **{"$id": "x"}), 5]
    documents[1]["locationComponent"] = eido()["locationComponent"][1:]
    first, again = (take(tmp_path, json.dumps(documents)) for _ in range(2))
    assert (first.rows, first.accepted, first.duplicates, first.rejected) == (5, 2, 1, 2)
    assert (again.rows, again.accepted, again.duplicates, again.rejected) == (5, 0, 3, 2)
    one, two = db.session.scalars(select(TransferReview).order_by(TransferReview.source_id)).all()
    assert (one.risk, one.lat, two.risk) == (Risk.RAISED, None, Risk.DANGER)
    assert (two.lat, two.address, two.status) == (make.ORIGIN[0], "1 Elm St", ReviewStatus.WAITING)
    assert one.caller is two.caller and db.session.scalar(select(func.count(Caller.id))) == 1
    assert [entry.verb for entry in history_of("transfer", one.id)] == ["received"]
    rejected = (tmp_path / "rejects.csv").read_text("utf-8").splitlines()
    assert rejected[0] == "line,reason,document" and rejected[1].startswith("4,") and "no EIDO" in rejected[2]


def test_one_document_and_a_packed_file_are_read_too(city: None, tmp_path: Path) -> None:
    assert take(tmp_path, json.dumps(eido(1))).accepted == 1
    packed = tmp_path / "t.json.gz"
    packed.write_bytes(gzip.compress(json.dumps([eido(2)]).encode()))
    assert [counts.accepted for counts in import_transfers(packed, tmp_path / "r.csv")][-1] == 1


def test_what_went_back_before_it_came_is_on_record_and_not_in_the_queue(city: None, tmp_path: Path) -> None:
    take(tmp_path, csv_text(row(direction="back_to_911")), "t.csv")
    transfer = db.session.scalars(select(TransferReview)).one()
    assert (transfer.direction, transfer.status) == (Direction.BACK_TO_911, ReviewStatus.DONE)
    assert transfer.decision is Decision.RETURNED_TO_911 and transfer.decided_at == transfer.received_at


def test_an_instant_never_has_a_negative_age(city: None, tmp_path: Path) -> None:
    take(tmp_path, csv_text(row(received_at="2026-03-08 02:30"), row(2, received_at="2025-11-02 01:30")), "t.csv")
    found = db.session.scalars(select(TransferReview.received_at).order_by(TransferReview.received_at)).all()
    assert found == [datetime(2025, 11, 2, 5, 30, tzinfo=UTC), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)]
