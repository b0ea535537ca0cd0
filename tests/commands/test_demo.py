"""The demo city as `make run` builds it: whole, once, with the planted problems found."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tracker.calls.models import Family, ServiceRequest, ServiceType
from tracker.calls.transfers.models import ReviewStatus, TransferReview
from tracker.cases.assessing.models import CaseAssessment
from tracker.cases.file.letters.models import LetterTemplate
from tracker.cases.models import CaseCall, ProblemCase, SaraPhase
from tracker.cases.related.models import ParentProblem, ProblemMember
from tracker.extensions import db
from tracker.places.models import Address, Area, AreaKind
from tracker.staff.models import LogEntry, Role


def count(what: type, *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(what).where(*conditions)) or 0  # type: ignore[arg-type]


@pytest.mark.once
def test_the_demo_city_is_built_once_and_its_planted_problems_are_found(app: Flask) -> None:
    terminal = app.test_cli_runner()
    first = terminal.invoke(args=["demo", "--json"])
    assert first.exit_code == 0, first.output
    built = json.loads(first.stdout)
    assert built["recall"] >= 0.95
    assert built["precision"] >= 0.9
    assert built["bookings"] > 0
    assert {one["role"] for one in built["sign_ins"]} == set(Role)
    assert len({one["password"] for one in built["sign_ins"]}) == len(built["sign_ins"]) > len(Role)

    client: FlaskClient = app.test_client()
    one = built["sign_ins"][0]
    fields = {"sign_in_name": one["sign_in_name"], "password": one["password"]}
    assert client.post("/staff/sign-in", data=fields).status_code == 302
    assert client.get("/staff").status_code == 200

    second = terminal.invoke(args=["demo", "--json"])
    again = json.loads(second.stdout)
    assert again["sign_ins"] == []
    assert (again["calls"], again["cases"]) == (built["calls"], built["cases"])

    with app.app_context():
        assert count(TransferReview, TransferReview.status == ReviewStatus.WAITING) == 36
        assert count(ServiceRequest) >= 40_000
        assert count(Address, Address.number.is_not(None)) >= 25_000
        assert count(Area, Area.kind == AreaKind.SERVICE_CENTER) == 4
        assert count(Area, Area.kind == AreaKind.NEIGHBORHOOD) >= 12
        assert count(Family) >= 12
        assert count(ServiceType) >= 40
        assert count(ProblemCase, ProblemCase.contact_id.is_(None)) == 0
        worked = ProblemCase.is_touched.is_(True)
        for phase in SaraPhase:
            assert count(ProblemCase, worked, ProblemCase.phase == phase) >= 1, f"nobody has worked on {phase.value}"
        assert count(ProblemCase, ProblemCase.confirmed_at.is_not(None)) >= 2
        assert count(ProblemCase, ProblemCase.recurred_at.is_not(None)) >= 1
        assert count(CaseAssessment, CaseAssessment.verdict != "no_baseline") >= 1, "no assessment can say anything"
        assert count(ParentProblem) == 1
        assert count(ProblemMember) >= 2
        assert count(LogEntry, LogEntry.verb == "stories_told") == 1
        assert count(LetterTemplate) > 0
        confidential = (
            select(func.count())
            .select_from(CaseCall)
            .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
            .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
            .where(ServiceType.is_confidential.is_(True))
        )
        assert db.session.scalar(confidential) == 0


def test_the_demo_refuses_an_instance_that_holds_another_city(app: Flask) -> None:
    terminal = app.test_cli_runner()
    assert terminal.invoke(args=["load-city", "--preset", "la-311"]).exit_code == 0
    refused = terminal.invoke(args=["demo"])
    assert refused.exit_code == 1
    assert "TRACKER_INSTANCE" in refused.stderr
    assert "Traceback" not in refused.output
