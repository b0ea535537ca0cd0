"""One keyword factory per table: sensible defaults, everything else by name. Each flushes and returns its row."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from tracker.calls.answering.models import CityAnswer
from tracker.calls.callers import phone_columns, write_name_words
from tracker.calls.models import Caller, CallStatus, Channel, Family, Placement, ServiceRequest, ServiceType
from tracker.calls.questions.models import Datatype, ServiceQuestion
from tracker.calls.reporting.models import SentReport
from tracker.calls.transfers.models import TransferReview
from tracker.calls.transfers.ordering import rank_transfer
from tracker.cases.file.letters.models import CaseLetter, LetterChannel, LetterTemplate
from tracker.cases.file.papers.models import CasePaper, PaperKind
from tracker.cases.file.people.models import CaseParticipant, ParticipantRole
from tracker.cases.file.visits.models import CaseVisit
from tracker.cases.models import CaseCall, Contact, ContactFamily, GroupingRule, ProblemCase
from tracker.cases.related.models import CaseRelation, ParentProblem, ProblemMember, RelationKind
from tracker.cases.response.models import CaseObjective, CaseTask, PartnerAgency, PartnerRequest
from tracker.cases.sara.cheers import Element
from tracker.cases.sara.models import CaseAnalysis, CaseScan, CheersAnswer
from tracker.cases.workload.models import CaseFollower
from tracker.extensions import db
from tracker.nuisance.example_rules import example_rules
from tracker.nuisance.exclusions import Exclusion
from tracker.nuisance.models import (
    DecisionKind,
    Property,
    RuleSet,
    RuleSetVersion,
    Violation,
    ViolationDecision,
)
from tracker.nuisance.rule_terms import Evidence, Outcome, RuleTerms
from tracker.outreach.models import OfficialMessage
from tracker.outreach.notice_models import Notice
from tracker.outreach.subscriptions.models import Rhythm, Subscription, SubscriptionKind, Way
from tracker.places.city import city_projection, find_city
from tracker.places.models import Address, AddressSource, Area, AreaKind, City, PointKind, PublicPoint, Street
from tracker.places.projection import Projection, cell_of
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.playbooks.models import Playbook, PlaybookStep
from tracker.scheduling.resources.models import CityResource, ResourceKind, ResourceSkill, Shift
from tracker.secret_links import hash_of
from tracker.staff.api_keys.models import ApiKey
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


def make_sent_report(*, call: ServiceRequest | None = None, **columns: Any) -> SentReport:
    """A call that came in by the residents' own form; its secret is «report-» and its number."""
    number = next(_numbers)
    call = call or make_call(channel=Channel.WEB)
    defaults = {"sender": "web", "key": f"form-{number}", "secret_hash": hash_of(f"report-{number}"), "sent_at": NOW}
    return _kept(SentReport(**{**defaults, "call": call, "call_id": call.id, **columns}))


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


def make_participant(
    *, case: ProblemCase | None = None, added_by: User | None = None, **columns: Any
) -> CaseParticipant:
    """A tenant of a case, known only to those who work it."""
    defaults = {"role": ParticipantRole.TENANT, "name": f"Tenant {next(_numbers)}", "added_at": NOW}
    people = {"case": case or make_case(), "added_by": added_by or make_user(role=Role.CONTACT)}
    return _kept(CaseParticipant(**{**defaults, **people, **columns}))


def make_letter_template(**columns: Any) -> LetterTemplate:
    """A template in both languages that wants nothing of its recipient but the name."""
    number = next(_numbers)
    words = {"subject_en": "About {{address}}", "body_en": "Dear {{recipient_name}}, {{reports}} came in.",
             "subject_es": "Sobre {{address}}", "body_es": "Estimado {{recipient_name}}: {{reports}}."}  # fmt: skip
    defaults = {"code": f"letter-{number}", "name": f"Letter {number}", "changed_at": NOW}
    return _kept(LetterTemplate(**{**defaults, **words, **columns}))


def make_letter(*, case: ProblemCase | None = None, written_by: User | None = None, **columns: Any) -> CaseLetter:
    """A letter to be printed, to somebody outside the case's people."""
    words = {"recipient_name": "Pat Doe", "subject": "About the yard", "body": "Dear Pat Doe,", "written_at": NOW}
    made = {"template": columns.pop("template", None) or make_letter_template(), "template_version": 1}
    people = {"case": case or make_case(), "written_by": written_by or make_user(role=Role.CONTACT)}
    return _kept(CaseLetter(**{**words, **made, **people, "channel": LetterChannel.PRINT, **columns}))


def make_paper(*, case: ProblemCase | None = None, added_by: User | None = None, **columns: Any) -> CasePaper:
    """The row of a document, without its file."""
    number = next(_numbers)
    defaults = {"kind": PaperKind.DOCUMENT, "caption": f"Paper {number}", "bytes": 900, "sha256": f"{number:064}"}
    people = {"case": case or make_case(), "added_by": added_by or make_user(role=Role.CONTACT)}
    return _kept(CasePaper(**{**defaults, **people, "added_at": NOW, **columns}))


def make_visit(*, case: ProblemCase | None = None, visitor: User | None = None, **columns: Any) -> CaseVisit:
    """A visit that is planned for the week after `NOW`."""
    visitor = visitor or make_user(role=Role.CONTACT)
    defaults = {"purpose": "See the lights after dark", "planned_on": (NOW + timedelta(days=7)).date(),
                "planned_at": NOW, "planned_by_id": visitor.id, "conditions": []}  # fmt: skip
    return _kept(CaseVisit(**{**defaults, "case": case or make_case(), "visitor": visitor, **columns}))


def make_relation(*, case: ProblemCase, other: ProblemCase, **columns: Any) -> CaseRelation:
    """A person says that two cases have the same cause."""
    defaults = {"kind": RelationKind.SAME_CAUSE, "reason": "One crew.", "made_at": NOW}
    made_by = columns.pop("made_by", None) or make_user(role=Role.CONTACT)
    return _kept(CaseRelation(**{**defaults, "case": case, "other": other, "made_by": made_by, **columns}))


def make_problem(*, cases: Sequence[ProblemCase] = (), **columns: Any) -> ParentProblem:
    """An open problem above `cases`."""
    number = next(_numbers)
    opened_by = columns.pop("opened_by", None) or make_user(role=Role.CONTACT)
    names = {"public_id": f"PRBM-{number:04}-0000-0000", "key": f"problem-{number}", "name": f"Problem {number}"}
    defaults = {**names, "opened_at": NOW}
    problem = _kept(ParentProblem(**{**defaults, "opened_by": opened_by, "lead": opened_by, **columns}))
    for case in cases:
        _kept(ProblemMember(problem=problem, case=case, reason="One owner.", added_by_id=opened_by.id, added_at=NOW))
    return problem


def make_objective(*, case: ProblemCase | None = None, **columns: Any) -> CaseObjective:
    """An open objective, due in 90 days."""
    defaults = {"aim": "The corner stays quiet", "due_on": (NOW + timedelta(days=90)).date(), "created_at": NOW}
    return _kept(CaseObjective(**{**defaults, "case": case or make_case(), **columns}))


def make_partner(**columns: Any) -> PartnerAgency:
    """An agency that helps with every family."""
    number = next(_numbers)
    return _kept(PartnerAgency(**{"name": f"Agency {number}", "phone": "555 0100", **columns}))


def make_partner_request(
    *, case: ProblemCase | None = None, partner: PartnerAgency | None = None, owner: User | None = None, **columns: Any
) -> PartnerRequest:
    """An open request, asked at `NOW`, wanted in a week."""
    days = {"asked_on": NOW.date(), "due_on": (NOW + timedelta(days=7)).date()}
    who = {"case": case or make_case(), "partner": partner or make_partner(), "owner": owner or make_user()}
    return _kept(PartnerRequest(**{"what": "Light the lot", **days, **who, **columns}))


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


def make_scan(*, case: ProblemCase | None = None, said: bool | None = True, **columns: Any) -> CaseScan:
    """A scanning whose six questions all have the same answer, saved once."""
    case, person = case or make_case(), columns.pop("saved_by", None) or make_user(role=Role.CONTACT)
    scan = _kept(CaseScan(**{"case_id": case.id, "version": 1, "saved_at": NOW, "saved_by": person, **columns}))
    for element in Element:
        _kept(CheersAnswer(case_id=case.id, element=element, is_met=said, answered_at=NOW, answered_by=person))
    return scan


def make_analysis(*, case: ProblemCase | None = None, **columns: Any) -> CaseAnalysis:
    """Version 1 of an analysis, with nothing but a hypothesis."""
    defaults = {"version": 1, "hypothesis": "The lamp is out.", "written_at": NOW}
    writer = columns.pop("written_by", None) or make_user(role=Role.CONTACT)
    return _kept(CaseAnalysis(**{**defaults, "case_id": (case or make_case()).id, "written_by": writer, **columns}))


def make_rule_set(*, terms: RuleTerms | None = None, **columns: Any) -> RuleSet:
    """A rule set whose first version, by default the example in points, is in force since long."""
    number = next(_numbers)
    rule_set = _kept(RuleSet(**{"key": f"form-{number}", "name": f"Rules {number}", "version": 1, **columns}))
    drafted_by, approved_by = make_user(role=Role.SUPERVISOR), make_user(role=Role.ADMINISTRATOR)
    terms = terms or example_rules()["rochester-like"].terms
    _kept(
        RuleSetVersion(
            rule_set=rule_set, number=1, terms=terms.as_data(), in_force_from=date(2020, 1, 1),
            drafted_by=drafted_by, approved_by=approved_by,
        )
    )  # fmt: skip
    return rule_set


def make_property(*, rule_set: RuleSet | None = None, address: Address | None = None, **columns: Any) -> Property:
    """A property with one unit, merely watched."""
    number = next(_numbers)
    owner = {"owner_name": f"Owner {number}", "owner_address": f"{number} Oak Ave", "units": 1, "version": 1}
    places = {"rule_set": rule_set or make_rule_set(), "address": address or make_address()}
    return _kept(Property(**{"key": f"form-{number}", **owner, **places, **columns}))


def make_violation(
    *, of: Property | None = None, is_confirmed: bool = True, confirmed_at: datetime | None = None, **columns: Any
) -> Violation:
    """A cited drug sale ten days before `NOW`, every exclusion ruled out; by default a second person confirmed it,
    on the day of the event unless said otherwise."""
    number = next(_numbers)
    of = of or make_property()
    defaults = {
        "key": f"form-{number}", "property": of, "rule_version": of.rule_set.versions[0],
        "occurred_on": (NOW - timedelta(days=10)).date(), "offense": "drug-sale", "evidence": Evidence.CITATION,
        "evidence_number": f"C-{number}", "incident_number": f"I-{number}", "outcome": Outcome.ENFORCEMENT,
        "words": "Sold drugs at the door.", "answers": {one.value: "no" for one in Exclusion},
        "entered_by": columns.pop("entered_by", None) or make_user(role=Role.SUPERVISOR),
    }  # fmt: skip
    violation = _kept(Violation(**{**defaults, **columns}))
    if is_confirmed:
        at = confirmed_at or datetime.combine(violation.occurred_on, NOW.timetz())
        decision = {"kind": DecisionKind.CONFIRMED, "reason": "I read the citation.", "at": at}
        people = {"entered_by_id": violation.entered_by_id, "by": make_user(role=Role.SUPERVISOR)}
        _kept(ViolationDecision(violation=violation, **decision, **people))
    return violation


def make_appointment(*, order: WorkOrder | None = None, **columns: Any) -> Appointment:
    """An appointment that waits for the resident's choice; its secret is «secret-» and its number."""
    number = next(_numbers)
    who = {"name": f"Resident {number}", "email": f"resident-{number}@example.org"}
    defaults = {"token_hash": hash_of(f"secret-{number}"), "status": AppointmentStatus.OFFERED, "offered_at": NOW}
    return _kept(Appointment(**{**who, **defaults, "order": order or make_work_order(), **columns}))


def make_subscription(**columns: Any) -> Subscription:
    """A confirmed subscription by mail to all that happens, told at once; its secret is «secret-» and its number."""
    number = next(_numbers)
    who = {"key": f"form-{number}", "address": f"resident-{number}@example.org"}
    who |= {"secret_hash": hash_of(f"secret-{number}")}
    what = {"kind": SubscriptionKind.ALL, "way": Way.MAIL, "rhythm": Rhythm.AT_ONCE}
    return _kept(Subscription(**{**who, **what, "created_at": NOW, "confirmed_at": NOW, **columns}))


def make_api_key(*, text: str = "", created_by: User | None = None, **columns: Any) -> ApiKey:
    """A key for reports whose text is `text`, by default one that nobody knows."""
    number = next(_numbers)
    defaults = {"name": f"System {number}", "key_hash": hash_of(text or f"key {number}"), "created_at": NOW}
    giver = created_by or make_user(role=Role.ADMINISTRATOR)
    return _kept(ApiKey(**{**defaults, "created_by_id": giver.id, **columns}))
