"""A city in which residents report: a block of Elm Street, types of two families, and the steps of the form."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import (
    ORIGIN,
    make_address,
    make_case,
    make_city,
    make_family,
    make_question,
    make_rule,
    make_service_type,
)
from tracker.calls.models import Channel, Family, ServiceRequest, ServiceType
from tracker.cases.models import ProblemCase
from tracker.clock import told_as_of, utc_now
from tracker.extensions import db
from tracker.places.privacy import build_public_points
from tracker.public.quiet_proof import new_token

HOUSE = (ORIGIN[0] + 0.0007, ORIGIN[1] + 0.0009)
"""Number 137 of Elm Street."""


def make_reporting_city() -> ServiceType:
    """A live city with the block of the house; its type «Lamp out» has a question, and needs three calls for a case."""
    make_city(is_live=True)
    for number in range(101, 141, 2):
        steps = number - 137
        place = {"lat": HOUSE[0] + steps * 2e-5, "long": HOUSE[1] + steps * 3e-5}
        make_address(
            key=f"{number} ELM ST", display=f"{number} Elm St", number=number, street_key="ELM ST", **place
        )
    build_public_points()
    family = make_family(code="dark", name="Dark streets", color="#b8860b")
    make_rule(family=family, threshold=3)
    lamp = make_service_type(
        family=family, service_code="lamp", service_name="Lamp out", keywords="streetlight, lamp, dark, farola",
        group="Streets", description="A street lamp is dark or flickers.",
    )  # fmt: skip
    make_question(service_type=lamp, code="color", prompt="Which color has the pole?", is_required=False)
    make_service_type(
        service_code="abuse", service_name="Neglect of a person", group="People", is_public=False,
        is_confidential=True, keywords="neglect",
    )  # fmt: skip
    sale = make_service_type(
        service_code="hidden", service_name="Drug sale", group="People", is_public=False, keywords="drugs"
    )  # fmt: skip
    make_rule(family=sale.family)
    make_service_type(service_code="test", service_name="Test lamp", is_test=True, keywords="lamp")
    return lamp


def make_known_case(lamp: ServiceType, **columns: Any) -> ProblemCase:
    """A case of the house that strangers see at its block."""
    family = db.session.get_one(Family, lamp.family_id)
    now = utc_now()
    place = {"public_label": "100 block of Elm St", "public_lat": HOUSE[0], "public_long": HOUSE[1], "is_public": True}
    place |= {"public_id": "CASE-0000-0000-0001"}
    times = {"opened_at": now - timedelta(days=9), "first_call_at": now - timedelta(days=20), "last_call_at": now}
    rule = make_rule(family=family, version=2, threshold=3)
    return make_case(rule=rule, lat=HOUSE[0], long=HOUSE[1], **{**place, **times, "call_count": 5, **columns})


def old_token(app: Flask) -> str:
    """The token of a form that was shown a minute ago."""
    with app.app_context(), told_as_of(utc_now() - timedelta(minutes=1)):
        return new_token()


def filled_in(app: Flask, **fields: Any) -> dict[str, Any]:
    """A whole form as it is sent at last."""
    words = {"description": "The lamp is dark since Monday, beside the blue door", "address": "137 Elm St"}
    steps = {"kind": "lamp", "asked": "lamp", "shown": "1", "do": "send", "token": old_token(app)}
    return {**words, **steps, **fields}


def csrf(client: FlaskClient, address: str = "/report") -> str:
    """The form token of a page."""
    return re.findall(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[0]


def send(client: FlaskClient, app: Flask, **fields: Any) -> TestResponse:
    """Send the whole form."""
    return client.post("/report", data={"csrf_token": csrf(client), **filled_in(app, **fields)})


def secret_in(answer: TestResponse) -> str:
    """The secret that a receipt shows."""
    return re.findall(r"/reports/([\w-]+)", answer.text)[0]


def number_in(answer: TestResponse) -> str:
    """The tracking number that a receipt shows."""
    return re.findall(r'receipt-number">([^<]+)<', answer.text)[0]


def web_calls() -> list[ServiceRequest]:
    """Everything that was recorded by the form, oldest first."""
    query = select(ServiceRequest).where(ServiceRequest.channel == Channel.WEB).order_by(ServiceRequest.id)
    db.session.expire_all()
    return list(db.session.scalars(query))
