"""Visits: planned, made, called off; one that waited in a phone is there once, whenever it arrives."""

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.calls.pictures import photo
from tracker.cases.file.papers.models import CasePaper
from tracker.cases.file.visits.conditions import CONDITIONS, condition_words, known_conditions
from tracker.cases.file.visits.models import CaseVisit
from tracker.cases.file.visits.queries import open_visits_of, visits_of
from tracker.cases.file.visits.times import check_made_at, read_taken_at
from tracker.cases.file.visits.visiting import VisitReport, call_off_visit, plan_visit, record_visit
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.clock import utc_now
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
NOW = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
JSON = {"Accept": "application/json"}


def report(**columns: object) -> VisitReport:
    """A lamp that is out."""
    return VisitReport(
        **{"key": "k", "made_at": NOW, "seen": "One lamp is out.", "conditions": ["lighting"], **columns}
    )  # type: ignore[arg-type]


def form(case: ProblemCase, **fields: object) -> dict[str, object]:
    """The form of a visit, as a browser sends it."""
    return {"key": "k1", "number": case.public_id, "conditions": ["lighting", "litter"], "seen": "One lamp is out.",
            "people_met": "Zora Canary", "weather": "dry", "next_step": "Call the utility", **fields}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2026-06-15T15:30:00.000Z", NOW - timedelta(minutes=30)),
        ("2026-06-15T11:30:00-04:00", NOW - timedelta(minutes=30)),
        ("2026-06-15T15:30:00", NOW),
        ("2031-01-01T00:00:00Z", NOW),
        ("1999-01-01T00:00:00Z", NOW),
        ("yesterday", NOW),
        ("", NOW),
    ],
)
def test_a_phones_time_is_believed_where_it_can_be_right_and_never_refused(text: str, taken: datetime) -> None:
    assert read_taken_at(text, NOW) == taken


def test_a_typed_time_must_lie_between_a_year_ago_and_now() -> None:
    assert check_made_at(NOW + timedelta(minutes=4), NOW) == NOW
    for wrong in (NOW + timedelta(hours=1), NOW - timedelta(days=400)):
        with pytest.raises(Invalid):
            check_made_at(wrong, NOW)


def test_conditions_are_those_of_the_table_in_its_order() -> None:
    assert known_conditions(["litter", "nonsense", "lighting", "litter"]) == ["lighting", "litter"]
    assert condition_words(["litter", "of_old"]) == [CONDITIONS["litter"], "of_old"]


def test_a_visit_is_planned_made_and_is_open_no_more(case: ProblemCase, worker: User) -> None:
    today = date(2026, 6, 15)
    visit = plan_visit(case, on=date(2026, 6, 20), today=today, visitor=worker, purpose="Lights?", actor=worker)
    other = plan_visit(case, on=today, today=today, visitor=worker, purpose="Litter?", actor=worker)
    assert [(one.what, one.who, one.on) for one in open_visits_of([case.id])] == [
        ("Litter?", "Ann Worker", today), ("Lights?", "Ann Worker", date(2026, 6, 20))
    ]  # fmt: skip
    assert record_visit(case, report(), actor=worker, planned=visit) is visit
    call_off_visit(other, reason="Storm.", actor=worker)
    assert open_visits_of([case.id]) == [] and (visit.made_at, visit.purpose) == (NOW, "Lights?")
    assert list(visits_of(case.id)) in ([visit, other], [other, visit])
    texts = [entry.text for entry in history_of("case", case.id)]
    assert "Visited. Found: Lights out, or too dark." in texts and "Storm" not in " ".join(texts)
    for done in (visit, other):
        with pytest.raises(Conflict):
            call_off_visit(done, reason="Again.", actor=worker)


@pytest.mark.parametrize(
    ("columns", "words"),
    [({"on": date(2026, 6, 14)}, "That day is over"), ({"purpose": " "}, "what is to be found out")],
)
def test_what_cannot_be_planned_says_why(
    columns: dict[str, object], words: str, case: ProblemCase, worker: User
) -> None:
    plan = {
        "on": date(2026, 6, 20),
        "today": date(2026, 6, 15),
        "visitor": worker,
        "purpose": "Lights?",
        "actor": worker,
    }
    with pytest.raises(Invalid, match=words):
        plan_visit(case, **{**plan, **columns})  # type: ignore[arg-type]
    gone = make.make_user(disabled_at=make.NOW)
    with pytest.raises(Invalid, match="works here no longer"):
        plan_visit(case, **{**plan, "visitor": gone})  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="reason stays"):
        call_off_visit(make.make_visit(case=case), reason="", actor=worker)


def test_the_same_key_is_the_same_visit_and_nobody_elses(case: ProblemCase, worker: User) -> None:
    first = record_visit(case, report(), actor=worker)
    again = report(seen=" One lamp is out. ", made_at=NOW + timedelta(hours=1))
    assert record_visit(case, again, actor=worker) is first
    with pytest.raises(Conflict, match="other words"):
        record_visit(case, report(seen="One lamp is out, and a second one."), actor=worker)
    with pytest.raises(Conflict, match=f"file of case {case.public_id} already"):
        record_visit(make.make_case(rule=case.rule, public_id=new_identifier()), report(), actor=worker)
    with pytest.raises(Conflict, match="Somebody else"):
        record_visit(case, report(), actor=make.make_user(role=Role.CONTACT))
    with pytest.raises(Invalid, match="what you saw"):
        record_visit(case, report(key="k2", seen=" ", conditions=[]), actor=worker)


def test_a_planned_visit_that_another_made_meanwhile_costs_no_second_one_its_words(
    case: ProblemCase, worker: User
) -> None:
    planned = make.make_visit(case=case)
    assert record_visit(case, report(), actor=worker, planned=planned) is planned
    second = record_visit(case, report(key="k2"), actor=worker, planned=planned)
    assert second is not planned and len(visits_of(case.id)) == 2


def test_a_visit_to_a_case_that_was_merged_meanwhile_goes_where_that_goes_on(case: ProblemCase, worker: User) -> None:
    other = make.make_case(rule=case.rule)
    before = record_visit(case, report(key="k0"), actor=worker)
    case.status, case.merged_into = CaseStatus.MERGED, other
    visit = record_visit(case, report(), actor=worker)
    assert visit.case_id == other.id
    again = [record_visit(one, report(), actor=worker) for one in (case, other)]
    assert again == [visit, visit] and record_visit(case, report(key="k0"), actor=worker) is before


def test_the_form_records_once_by_hand_and_by_script(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    assert 'id="visit-form"' in client.get(f"/staff/cases/{case.public_id}/visits/new").text
    kept_at = (utc_now() - timedelta(hours=2)).isoformat()
    by_hand = client.post("/staff/cases/visits", data=form(case, kept_at=kept_at))
    by_script = client.post("/staff/cases/visits", data=form(case), headers=JSON)
    assert (by_hand.status_code, by_script.status_code) == (303, 201)
    assert by_script.json == {"location": by_hand.location, "number": case.public_id}
    visit = db.session.scalars(select(CaseVisit)).one()
    assert visit.made_at is not None and visit.made_at.isoformat() == kept_at
    text = client.get(by_hand.location).text
    for words in ("One lamp is out.", "Zora Canary", "Call the utility", "Litter or dumping", "Dry", "Arrived"):
        assert words in text
    assert "Zora" not in " ".join(entry.text for entry in history_of("case", case.id))
    sign_in(Role.AIDE)
    assert "Zora" not in client.get(by_hand.location).text
    assert "One lamp is out." in client.get(f"/staff/cases/{case.public_id}").text


def test_what_was_typed_after_the_first_sending_is_refused_with_a_key_of_its_own_and_kept_by_the_next(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    assert client.post("/staff/cases/visits", data=form(case)).status_code == 303
    more = form(case, seen="One lamp is out. The gate is open too.")
    late = client.post("/staff/cases/visits", data=more)
    assert late.status_code == 409 and "The gate is open too." in late.text
    found = re.search(r'name="key"[^>]*value="([^"]+)"', late.text)
    assert found is not None and found[1] != "k1"
    assert client.post("/staff/cases/visits", data={**more, "key": found[1]}).status_code == 303
    assert len(visits_of(case.id)) == 2


def test_from_the_page_of_a_planned_visit_that_one_is_made_and_a_wrong_number_costs_nothing(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    planned = make.make_visit(case=case)
    sign_in(Role.CONTACT)
    assert f'value="{planned.id}"' in client.get(f"/staff/cases/{case.public_id}/visits/new?planned={planned.id}").text
    for number, planned_id in enumerate((str(planned.id), "9" * 30, "none")):
        sent = form(case, key=f"k{number}", planned=planned_id)
        assert client.post("/staff/cases/visits", data=sent).status_code == 303
    db.session.expire_all()
    assert not planned.is_open and len(visits_of(case.id)) == 3


def test_photos_of_a_visit_are_kept_with_it(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    for number, (data, status) in enumerate(((photo(), 303), (b"%PDF-1.7\n%%EOF", 400), (b"MZ", 400))):
        sent = form(case, key=f"k{number}", photos=[(io.BytesIO(data), "a.jpg")])
        assert client.post("/staff/cases/visits", data=sent).status_code == status
    shot = db.session.scalars(select(CasePaper)).one()
    assert shot.visit_id == db.session.scalars(select(CaseVisit)).one().id


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"number": "NOPE"}, 400, "There is no case NOPE"),
        ({"number": ""}, 400, "Give the number of the case"),
        ({"seen": "", "conditions": []}, 400, "Say what you saw"),
        ({"key": ""}, 400, "lost its key"),
        ({"made_at": "2090-01-01T10:00"}, 400, "in the future"),
        ({"made_at": "9999-12-31T23:59"}, 400, "in the future"),
        ({"made_at": "0001-01-01T00:00"}, 400, "a year ago"),
    ],
)
def test_what_is_refused_says_why_to_people_and_scripts(
    fields: dict[str, object], status: int, words: str, case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    page = client.post("/staff/cases/visits", data=form(case, **fields))
    assert page.status_code == status and words in page.text and "Call the utility" in page.text
    told = client.post("/staff/cases/visits", data=form(case, **fields), headers=JSON)
    assert told.json is not None and words in told.json[0]["description"]
    assert db.session.scalars(select(CaseVisit)).all() == []


def test_planning_by_page_is_done_once_and_called_off_with_a_reason(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    me = sign_in(Role.CONTACT)
    page = f"/staff/cases/{case.public_id}/visits/plan"
    assert client.get(page).status_code == 200
    day = (utc_now() + timedelta(days=3)).date()
    plan = {"key": "k", "planned_on": day.isoformat(), "visitor": me.id, "purpose": "Lights?"}
    assert [client.post(page, data=plan).status_code for _ in range(2)] == [302, 302]
    visit = db.session.scalars(select(CaseVisit)).one()
    late = client.post(page, data={**plan, "key": "k2", "planned_on": "2020-01-01", "purpose": "Litter?"})
    assert late.status_code == 400 and "That day is over" in late.text and "Litter?" in late.text
    assert "Lights?" in client.get(f"/staff/cases/{case.public_id}").text
    shown = f"/staff/cases/{case.public_id}/visits/{visit.id}"
    assert "Call it off" in client.get(shown).text
    assert client.post(f"{shown}/call-off", data={"off-reason": ""}).status_code == 400
    assert client.post(f"{shown}/call-off", data={"off-reason": "Storm."}).status_code == 302
    assert client.post(f"{shown}/call-off", data={"off-reason": "Storm."}).status_code == 409
    assert "Storm." in client.get(shown).text


def test_the_copy_that_phones_keep_names_no_case_and_nobody(
    case: ProblemCase, client: FlaskClient, sign_in: SignIn
) -> None:
    me = sign_in(Role.CONTACT)
    copy = client.get("/staff/cases/visits-away").text
    assert (
        "visit-form" in copy and [one for one in (case.public_id, case.address, me.display_name) if one in copy] == []
    )
    script = client.get("/staff/cases/visits-away.js?opens=/visits/new")
    assert script.headers["Cache-Control"] == "no-cache" and "openPage" in script.text


def test_an_empty_file_says_what_it_means(case: ProblemCase, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    text = client.get(f"/staff/cases/{case.public_id}").text
    for words in ("Nobody is named yet", "Nobody has been there yet", "I am there now", "Write a letter"):
        assert words in text
    assert "Nobody has been there yet" in client.get(f"/staff/cases/{case.public_id}/file").text
