"""A small city whose every call is told through the real verbs, with everything in it that no stranger may find."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.calls.pictures import SECRET, telling_photo
from tests.factories import (
    NOW,
    ORIGIN,
    make_address,
    make_area,
    make_city,
    make_contact,
    make_family,
    make_question,
    make_rule,
    make_service_type,
    make_user,
)
from tests.published.asking import VALUES
from tracker.calls.callers import add_caller_note, find_or_make_caller
from tracker.calls.models import Channel, ServiceRequest, ServiceType
from tracker.calls.photos import clean_photo
from tracker.calls.photos.models import CallPhoto
from tracker.calls.questions.rules import ReadAnswer
from tracker.calls.taking.report import CallReport
from tracker.cases.closing import close_case
from tracker.cases.decisions import add_note
from tracker.cases.models import ProblemCase
from tracker.desk.taking import take_call
from tracker.extensions import db
from tracker.places.privacy import build_public_points
from tracker.staff.models import Role, User

STREETS = ("Elm", "Oak", "Ash")
KINDS = {"lights": "Lamp out", "water": "Water runs", "trash": "Rubbish left"}
SAID = "My lamp is dark and the dog barks"
ANSWERED = "Behind the blue garage"
NOTED = "Neighbor at 137 is a suspect"
TOLD = "Waits for a hearing, do not tell"
OFF = (0.0000321, -0.0000237)
"""From the house to where she stands, in degrees: her own point is nobody's address."""


def build_small_city() -> None:
    """Three streets, three public kinds, one confidential; cases open, closed and dropped; photos, notes, answers."""
    make_city(jurisdiction_id="testville.example")
    make_area(code="north", name="North Center")
    _build_streets()
    aide = make_user(role=Role.AIDE, display_name="Aida Aide")
    make_contact(user=make_user(role=Role.CONTACT, display_name="Orson Owner"))
    kinds = [_make_kind(code, name) for code, name in KINDS.items()]
    for number, kind in enumerate(kinds):
        _call_about(kind, STREETS[number], (137, 119, 137, 123, 149, 107, 113), aide)
        _call_about(kind, STREETS[number - 1], (131, 203), aide, days=(40, 400))
    secret = make_service_type(family=make_family(code="care", name="Care of people"), is_confidential=True,
                               is_public=False, service_code="secret-kind", service_name="Secret kind")  # fmt: skip
    _call_about(secret, "Elm", (137, 139, 141), aide)
    noter = make_user(role=Role.CONTACT, display_name="Nora Noter")
    cases = list(db.session.scalars(select(ProblemCase).order_by(ProblemCase.id)))
    for case in cases:
        add_note(case, text=NOTED, actor=noter)
    close_case(cases[-1], outcome=TOLD, actor=noter)
    for photo in db.session.scalars(select(CallPhoto)):
        photo.is_released = True
    db.session.commit()


def _build_streets() -> None:
    for along, street in enumerate(STREETS):
        for number in range(101, 221, 4):
            make_address(key=f"{number} {street.upper()} ST", number=number, street_key=f"{street.upper()} ST",
                         lat=ORIGIN[0] + along * 0.004 + number * 1.3e-5, long=ORIGIN[1] + number * 2.1e-5)  # fmt: skip
    build_public_points()


def _make_kind(code: str, name: str) -> ServiceType:
    family = make_family(code=code, name=f"Kind of {code}")
    make_rule(family=family, threshold=3)
    kind = make_service_type(family=family, service_code=f"{code}-1", service_name=name)
    make_question(service_type=kind, code="where", prompt="Where is it?")
    return kind


def _call_about(
    kind: ServiceType, street: str, numbers: Sequence[int], aide: User, days: Sequence[int] = (0, 1, 2, 3, 5, 7, 11)
) -> None:
    """Calls of one kind, each with its own caller, minute and point; the first one brings a photo."""
    along = STREETS.index(street)
    for step, (number, day) in enumerate(zip(numbers, days, strict=False)):
        caller = find_or_make_caller(f"Jane {street} Roe", f"585555{number:04}", f"jane{number}@example.org")
        add_caller_note(caller, "Told her to wait", actor=aide)
        at = NOW - timedelta(days=day, hours=3, minutes=17 + 7 * step, seconds=11 + kind.id % 40)
        report = CallReport(
            key=f"{kind.id}-{street}-{step}", channel=Channel.PHONE, service_type_id=kind.id, description=SAID,
            address=f"{number} {street} St", unit="REAR 9Q", at=at, caller_id=caller.id,
            lat=ORIGIN[0] + along * 0.004 + number * 1.3e-5 + OFF[0], long=ORIGIN[1] + number * 2.1e-5 + OFF[1],
        )  # fmt: skip
        answers = [ReadAnswer("where", "Where is it?", ANSWERED, ())] if kind.is_public else []
        photos = [clean_photo(telling_photo("JPEG"))] if step == 0 else []
        take_call(report, aide, answers=answers, photos=photos)


def canaries() -> list[str]:
    """Every text of the above that no stranger may read, in every spelling."""
    calls = list(db.session.scalars(select(ServiceRequest)))
    said = [SAID, "dog barks", ANSWERED, "blue garage", NOTED, "suspect", TOLD, "hearing", "Told her", SECRET.decode()]
    people = ["Roe", "example.org", "Nora", "Noter", "Orson", "Aida", "585555", "585-555", "585 555", "(585)", "555-0"]
    kinds = ["Secret kind", "secret-kind", "Care of people"]
    hidden = [*_of_places(calls), *_of_instants(calls), *_of_secrets(calls)]
    return [*said, *people, *kinds, "REAR 9Q", "rule version", *hidden]


def _of_places(calls: Sequence[ServiceRequest]) -> list[str]:
    """Points to the meter and to the decimeter, and house numbers with their streets."""
    degrees = {abs(one) for call in calls for one in (call.lat or 0.0, call.long or 0.0)}
    points = [f"{one:.{decimals}f}" for one in degrees for decimals in (5, 6, 7)]
    houses = {call.address.split()[0] for call in calls}
    spelled = [f"{number} {name}" for number in houses for street in STREETS for name in (street, street.upper())]
    return [*points, *(f"{mark}{text} S" for text in spelled for mark in (" ", ">", '"', ",", "("))]


def _of_instants(calls: Sequence[ServiceRequest]) -> list[str]:
    zone = ZoneInfo("America/New_York")
    instants = [one for call in calls for one in (call.requested_datetime, call.recorded_at)]
    return sorted({text for at in instants for text in _clocks(at, zone)})


def _clocks(at: datetime, zone: ZoneInfo) -> list[str]:
    local = at.astimezone(zone)
    return [f"{at:%H:%M:%S}", f"{local:%H:%M:%S}", f"T{at:%H:%M}", f"T{local:%H:%M}", str(int(at.timestamp()))]


def _of_secrets(calls: Sequence[ServiceRequest]) -> list[str]:
    hidden = [call.service_request_id for call in calls if call.service_type.is_confidential]
    return [*hidden, *(call.source_id for call in calls)]


def numbers() -> Mapping[str, Sequence[str]]:
    """What a stranger may have heard of, for the paths and the queries; with it, what she only guesses."""
    calls = list(db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)))
    cases = list(db.session.scalars(select(ProblemCase.public_id).order_by(ProblemCase.id)))
    told = [call.service_request_id for call in calls]
    photos = list(db.session.scalars(select(CallPhoto.id).order_by(CallPhoto.id)))
    return {
        "public_id": [*cases, "no-such"], "service_request_id": [*told, "no-such"], "number": [*told, "no-such"],
        "q": [*VALUES["q"], *(f"{number} {street} St" for street in STREETS for number in range(101, 221, 2))],
        "case": cases[:2], "call": told[:2], "photo_id": [*photos, "no-such"], "suffix": ["json", "xml"],
        "kind": ["csv", "json", "xml"],
        "service_code": ["lights-1", "water-1", "secret-kind", "no-such"], "token": ["no-such"],
        "secret": ["no-such"], "code": ["north", "elm-hill", "no-such"], "digest": ["000000000000"],
    }  # fmt: skip
