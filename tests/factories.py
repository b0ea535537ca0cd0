"""One keyword factory per table: sensible defaults, everything else by name. Each flushes and returns its row."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from tracker.calls.answering.models import CityAnswer
from tracker.calls.callers import phone_columns, write_name_words
from tracker.calls.models import Caller, CallStatus, Channel, Family, Placement, ServiceRequest, ServiceType
from tracker.calls.questions.models import Datatype, ServiceQuestion
from tracker.calls.transfers.models import TransferReview
from tracker.calls.transfers.ordering import rank_transfer
from tracker.cases.models import CaseCall, Contact, ContactFamily, GroupingRule, ProblemCase
from tracker.cases.response.models import CaseTask
from tracker.cases.workload.models import CaseFollower
from tracker.extensions import db
from tracker.outreach.models import OfficialMessage
from tracker.outreach.notice_models import Notice
from tracker.places.city import city_projection, find_city
from tracker.places.models import Address, AddressSource, Area, AreaKind, City, PointKind, PublicPoint, Street
from tracker.places.projection import Projection, cell_of
from tracker.scheduling.models import (
    CityResource,
    Playbook,
    PlaybookStep,
    ResourceKind,
    ResourceSkill,
    Shift,
    WorkOrder,
)
from tracker.staff.models import Role, User

NOW = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
"""A Monday noon in the test city; factories date their rows from it."""
ORIGIN = (42.35, -71.06)
_numbers = count(1)
Row = TypeVar("Row")


def _kept(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def _projection() -> Projection:
    city = find_city()
    return city_projection(city) if city else Projection(*ORIGIN)


def square(lat: float = ORIGIN[0], long: float = ORIGIN[1], half: float = 0.02) -> dict[str, Any]:
    """A GeoJSON square about a point, `half` degrees to each side."""
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    return {"type": "Polygon", "coordinates": [[[long + east, lat + north] for east, north in corners]]}


def make_user(*, role: Role = Role.AIDE, **columns: Any) -> User:
    """A staff member without a password; give `password_hash` where she must sign in by form."""
    number = next(_numbers)
    defaults = {"sign_in_name": f"{role}-{number}", "display_name": f"Person {number}", "created_at": NOW}
    return _kept(User(**{**defaults, "role": role, **columns}))


def make_city(**columns: Any) -> City:
    """The one city: 22 km about `ORIGIN`, on New York time."""
    lat, long = ORIGIN
    bounds = {"south": lat - 0.1, "north": lat + 0.1, "west": long - 0.1, "east": long + 0.1}
    defaults = {"slug": "testville", "name": "Testville", "time_zone": "America/New_York"}
    return _kept(City(**{**defaults, "origin_lat": lat, "origin_long": long, **bounds, **columns}))


def make_area(*, kind: AreaKind = AreaKind.SERVICE_CENTER, **columns: Any) -> Area:
    """A square area about `ORIGIN`."""
    number = next(_numbers)
    defaults = {"code": f"area-{number}", "name": f"Center {number}", "geometry": square()}
    return _kept(Area(**{**defaults, "kind": kind, "point_lat": ORIGIN[0], "point_long": ORIGIN[1], **columns}))


def make_street(**columns: Any) -> Street:
    """A straight street of the 100 block."""
    lat, long = ORIGIN
    line = {"type": "LineString", "coordinates": [[long, lat], [long + 0.001, lat]]}
    defaults = {"name": "Elm Street", "key": "ELM ST", "from_number": 100, "to_number": 198, "geometry": line}
    return _kept(Street(**{**defaults, **columns}))


def make_point(**columns: Any) -> PublicPoint:
    """The public point of a block."""
    number = next(_numbers)
    defaults = {
        "key": f"block-{number}",
        "kind": PointKind.BLOCK,
        "label": "100 block of Elm Street",
        "address_count": 12,
    }
    return _kept(PublicPoint(**{**defaults, "lat": ORIGIN[0], "long": ORIGIN[1], **columns}))


def make_address(*, lat: float = ORIGIN[0], long: float = ORIGIN[1], **columns: Any) -> Address:
    """An address point on Elm Street."""
    number = next(_numbers)
    x_dm, y_dm = _projection().to_decimetres(lat, long)
    place = {"lat": lat, "long": long, "x_dm": x_dm, "y_dm": y_dm, "cell": cell_of(x_dm, y_dm)}
    defaults = {"key": f"{number} ELM ST", "display": f"{number} Elm St", "number": number, "street_key": "ELM ST"}
    return _kept(Address(**{**defaults, **place, "source": AddressSource.POINT, **columns}))


def make_family(**columns: Any) -> Family:
    """A problem family."""
    number = next(_numbers)
    return _kept(Family(**{"code": f"family-{number}", "name": f"Family {number}", **columns}))


def make_service_type(*, family: Family | None = None, **columns: Any) -> ServiceType:
    """A public service type, by default of a family of its own."""
    number = next(_numbers)
    defaults = {"service_code": f"type-{number}", "service_name": f"Type {number}", "is_public": True}
    return _kept(ServiceType(**{**defaults, "family": family or make_family(), **columns}))


def make_question(*, service_type: ServiceType | None = None, **columns: Any) -> ServiceQuestion:
    """A question of a service type that takes a line of text."""
    defaults = {"code": f"question-{next(_numbers)}", "datatype": Datatype.STRING, "prompt": "How large?", "order": 1}
    type_id = (service_type or make_service_type()).id
    return _kept(ServiceQuestion(**{**defaults, "service_type_id": type_id, **columns}))


def make_answer(**columns: Any) -> CityAnswer:
    """One of the city's own answers, in English only."""
    number = next(_numbers)
    defaults = {"code": f"answer-{number}", "title": f"Question {number}?", "text_en": "This is so."}
    return _kept(CityAnswer(**{**defaults, **columns}))


def make_message(*, written_by: User | None = None, **columns: Any) -> OfficialMessage:
    """A message for callers that is said for a day from `NOW` on."""
    number = next(_numbers)
    times = {"starts_at": NOW, "ends_at": NOW + timedelta(days=1), "written_at": NOW}
    words = {"key": f"form-{number}", "title": f"Message {number}", "text_en": "Boil your water.", **times}
    return _kept(OfficialMessage(**{**words, "written_by": written_by or make_user(role=Role.SUPERVISOR), **columns}))


def make_caller(**columns: Any) -> Caller:
    """A caller; a `phone` in the test city's country is kept with its digits."""
    columns |= phone_columns(columns.get("phone", ""))
    caller = _kept(Caller(**{"name": f"Caller {next(_numbers)}", **columns}))
    write_name_words(caller)
    return caller


def make_call(
    *,
    service_type: ServiceType | None = None,
    lat: float | None = ORIGIN[0],
    long: float | None = ORIGIN[1],
    **columns: Any,
) -> ServiceRequest:
    """A located, untaken call by phone at noon of `NOW`; `lat=None` makes it unlocated."""
    number = next(_numbers)
    place: dict[str, Any] = {"placement": Placement.UNLOCATED}
    if lat is not None and long is not None:
        x_dm, y_dm = _projection().to_decimetres(lat, long)
        place = {"lat": lat, "long": long, "x_dm": x_dm, "y_dm": y_dm, "cell": cell_of(x_dm, y_dm)}
        place |= {"placement": Placement.SOURCE}
    defaults = {
        "service_request_id": f"R{number:06}",
        "source": "test",
        "source_id": f"{number:06}",
        "channel": Channel.PHONE,
        "status": CallStatus.OPEN,
        "requested_datetime": NOW,
        "address": "1 Elm St",
        "address_key": "1 ELM ST",
    }
    return _kept(
        ServiceRequest(**{**defaults, **place, "service_type": service_type or make_service_type(), **columns})
    )


def make_transfer(**columns: Any) -> TransferReview:
    """A waiting 911 transfer about a broken window, received at `NOW`, ranked as an import would."""
    number = next(_numbers)
    defaults = {
        "source": "psap.test", "source_id": f"urn:emergency:uid:incidentid:{number}:psap.test", "received_at": NOW,
        "incident_code": "VANDAL", "incident_text": "Vandalism", "narrative": "A window was broken last week.",
        "address": "1 Elm St", "lat": ORIGIN[0], "long": ORIGIN[1], "source_lat": ORIGIN[0], "source_long": ORIGIN[1],
        "placement": Placement.SOURCE,
    } | columns  # fmt: skip
    rank = rank_transfer(
        received_at=defaults["received_at"], code=defaults["incident_code"], narrative=defaults["narrative"],
        has_place=defaults["lat"] is not None,
    )  # fmt: skip
    return _kept(TransferReview(**{**rank.as_columns(), **defaults}))


def make_rule(*, family: Family | None = None, **columns: Any) -> GroupingRule:
    """Version 1 of a family's rule: 100 m, 30 days, 3 calls."""
    defaults = {"version": 1, "radius_m": 100, "window_days": 30, "threshold": 3, "created_at": NOW}
    return _kept(GroupingRule(**{**defaults, "family": family or make_family(), **columns}))


def make_case(
    *, rule: GroupingRule | None = None, lat: float = ORIGIN[0], long: float = ORIGIN[1], **columns: Any
) -> ProblemCase:
    """An open case at a point, opened an hour before `NOW`, without linked calls (see `make_case_call`)."""
    rule = rule or make_rule()
    x_dm, y_dm = _projection().to_decimetres(lat, long)
    anchor = {"anchor_x_dm": x_dm, "anchor_y_dm": y_dm, "anchor_cell": cell_of(x_dm, y_dm)}
    opened_at = NOW - timedelta(hours=1)
    defaults = {"public_id": f"C{next(_numbers):09}", "address": "1 Elm St", "opened_at": opened_at, "rule": rule}
    times = {"first_call_at": opened_at - timedelta(days=3), "last_call_at": opened_at}
    anchor |= {"anchor_lat": lat, "anchor_long": long}
    return _kept(ProblemCase(**{**defaults, **times, **anchor, "family": rule.family, **columns}))


def make_case_call(*, case: ProblemCase, call: ServiceRequest, **columns: Any) -> CaseCall:
    """The active link of a call to a case."""
    defaults = {"rule_id": case.rule_id, "distance_m": 0.0, "reason": "at the anchor", "linked_at": NOW}
    return _kept(CaseCall(**{**defaults, "case": case, "call": call, **columns}))


def make_task(*, case: ProblemCase | None = None, owner: User | None = None, **columns: Any) -> CaseTask:
    """An open task, due in a week."""
    defaults = {"title": "Call the owner", "due_on": (NOW + timedelta(days=7)).date(), "created_at": NOW}
    return _kept(CaseTask(**{**defaults, "case": case or make_case(), "owner": owner or make_user(), **columns}))


def make_follower(*, case: ProblemCase, user: User, **columns: Any) -> CaseFollower:
    """Somebody who has followed a case since `NOW`."""
    return _kept(CaseFollower(**{"case": case, "user": user, "since": NOW, **columns}))


def make_notice(*, user: User | None = None, **columns: Any) -> Notice:
    """A notice that waits to be sent."""
    words = {"key": f"notice-{next(_numbers)}", "subject": "A case for you", "text": "Look at it."}
    times = {"created_at": NOW, "next_try_at": NOW}
    return _kept(Notice(**{**words, **times, "user": user, **columns}))


def make_contact(
    *, user: User | None = None, center: Area | None = None, families: Sequence[Family] = (), **columns: Any
) -> Contact:
    """A contact of a center (by default a new one) who handles `families`, or every family."""
    user = user or make_user(role=Role.CONTACT)
    handled = [ContactFamily(family_id=family.id) for family in families]
    return _kept(Contact(**{"user": user, "center": center or make_area(), "families": handled, **columns}))


def make_resource(
    *, skills: Sequence[str] = ("tree",), shifts: Sequence[tuple[int, int, int]] | None = None, **columns: Any
) -> CityResource:
    """A crew based at `ORIGIN`; `shifts` are (weekday, start minute, end minute), by default weekdays 8 to 16."""
    number = next(_numbers)
    times = [(day, 480, 960) for day in range(5)] if shifts is None else shifts
    defaults = {
        "code": f"crew-{number}",
        "name": f"Crew {number}",
        "kind": ResourceKind.CREW,
        "skills": [ResourceSkill(skill=skill) for skill in skills],
        "shifts": [Shift(weekday=day, start_minute=start, end_minute=end) for day, start, end in times],
    }
    return _kept(CityResource(**{**defaults, "base_lat": ORIGIN[0], "base_long": ORIGIN[1], **columns}))


def make_playbook(*, family: Family, steps: Sequence[PlaybookStep] = (), **columns: Any) -> Playbook:
    """A family's playbook with one step, unless others are given."""
    usual = [PlaybookStep(position=1, title="Look at the tree", skill="tree", minutes=60, due_days=7)]
    return _kept(Playbook(**{"name": "The usual", "family": family, "steps": list(steps) or usual, **columns}))


def make_work_order(*, case: ProblemCase | None = None, **columns: Any) -> WorkOrder:
    """An hour of tree work, requested, due in a week."""
    defaults = {"title": "Look at the tree", "skill": "tree", "minutes": 60, "priority": 3, "created_at": NOW}
    due_on = (NOW + timedelta(days=7)).date()
    return _kept(WorkOrder(**{**defaults, "due_on": due_on, "case": case or make_case(), **columns}))
