"""A city as large as a real one after years: cases, their calls and links, callers, owners, log entries."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert, select, update

from bench.map_page import LAT, LONG, fill_city
from tracker.batches import in_chunks, insert_rows
from tracker.calls.models import Caller, CallerWord, CallStatus, Channel, Placement, ServiceRequest, ServiceType
from tracker.cases.models import CaseAssignment, CaseCall, CaseStatus, Contact, OwnerQueue, ProblemCase
from tracker.cases.workload.looks import QUEUE
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.identifiers import new_identifiers
from tracker.jobs import index_words
from tracker.places.models import Area, AreaKind
from tracker.places.projection import cell_of
from tracker.staff.models import LastLook, LogEntry, Role, User

CENTERS, CONTACTS = 6, 60
OPEN_CALLS = 15_000
"""The newest; the others are closed."""
BUSY_CALLS = 2_000
"""Linked to the first case, so that it is one of the city's worst."""
SIDE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


def fill(cases: int, calls: int, alive: int) -> dict[Role, User]:
    """Write the city; gives a person of each role that is measured. The contact owns a share of the cases."""
    fill_city(cases)
    users = [
        User(sign_in_name=f"person-{n}", display_name=f"Person {n}", role=Role.CONTACT, created_at=utc_now())
        for n in range(CONTACTS)
    ]
    lead = User(sign_in_name="lead", display_name="Lead", role=Role.SUPERVISOR, created_at=utc_now())
    centers = [
        Area(kind=AreaKind.SERVICE_CENTER, code=f"c{n}", name=f"Center {n}", geometry=SIDE, point_lat=0, point_long=0)
        for n in range(CENTERS)
    ]
    db.session.add_all([*users, lead, *centers])
    db.session.flush()
    contacts = [Contact(user=user, center=centers[n % CENTERS]) for n, user in enumerate(users)]
    db.session.add_all(contacts)
    db.session.flush()
    spread_cases(cases, alive, [(one.id, one.center_id) for one in contacts])
    add_calls(cases, calls)
    link_busy_case()
    add_people(calls)
    db.session.commit()
    index_words()
    # Everybody looked yesterday, and all that is in the log came since, as after a big import.
    seen = utc_now() - timedelta(days=1)
    db.session.add_all(LastLook(user_id=one.id, subject=QUEUE, at=seen) for one in (users[0], lead))
    db.session.commit()
    return {Role.CONTACT: users[0], Role.SUPERVISOR: lead}


def spread_cases(cases: int, alive: int, contacts: list[tuple[int, int | None]]) -> None:
    """Give the cases places, owners and ages: `alive` of them are alive, of the rest a third is closed."""
    now, chance = utc_now(), np.random.default_rng(7)
    ids = list(db.session.scalars(select(ProblemCase.id).order_by(ProblemCase.id)))
    spots = chance.integers(-60_000, 60_000, (cases, 2)).tolist()
    scores = chance.random(cases).tolist()
    table = ProblemCase.__table__
    rows = []
    for number, (case_id, (x_dm, y_dm)) in enumerate(zip(ids, spots, strict=True)):
        is_alive = number < alive
        contact_id, center_id = contacts[number % len(contacts)]
        is_owned = number % 3 > 0
        closed = not is_alive and number % 3 == 0
        last = now - timedelta(days=number % 350 if is_alive else 500 + number % 900)
        rows.append({
            "row": case_id, "anchor_x_dm": x_dm, "anchor_y_dm": y_dm, "anchor_cell": cell_of(x_dm, y_dm),
            "last_call_at": last, "opened_at": last - timedelta(days=9), "call_count": 4 + number % 30,
            "address": f"{number} Bench St", "priority": 1 + number % 5, "priority_score": scores[number],
            "status": CaseStatus.CLOSED if closed else CaseStatus.OPEN, "center_id": center_id,
            "contact_id": contact_id if is_owned else None,
            "queue": OwnerQueue.CONTACT if is_owned else (OwnerQueue.CENTER if number % 2 else OwnerQueue.CITY),
            "recurred_at": last if number % 50 == 0 else None, "is_below_threshold": number % 70 == 0,
        })  # fmt: skip
    changed = {name: db.bindparam(f"new_{name}") for name in rows[0] if name != "row"}
    statement = table.update().where(table.c.id == db.bindparam("row")).values(changed)
    for chunk in in_chunks(rows, 5_000):
        named = [{name if name == "row" else f"new_{name}": value for name, value in row.items()} for row in chunk]
        db.session.connection().execute(statement, named)
    given = [
        {"case_id": case_id, "queue": row["queue"], "contact_id": row["contact_id"], "center_id": row["center_id"],
         "reason": "By rule.", "assigned_at": now, "accepted_at": now if number % 4 else None}
        for number, (case_id, row) in enumerate(zip(ids, rows, strict=True))
    ]  # fmt: skip
    insert_rows(CaseAssignment.__table__, given)


def add_calls(cases: int, calls: int) -> None:
    """Write `calls` calls; nine of ten are linked to a case, one in a hundred has no place."""
    now = utc_now()
    types = list(db.session.scalars(select(ServiceType.id).order_by(ServiceType.id)))
    case_ids = list(db.session.scalars(select(ProblemCase.id).order_by(ProblemCase.id)))
    for chunk in in_chunks(range(calls), 20_000):
        numbers = new_identifiers(len(chunk))
        first = db.session.scalar(select(ServiceRequest.id).order_by(ServiceRequest.id.desc()).limit(1)) or 0
        insert_rows(ServiceRequest.__table__, [
            call_row(number, own, types[number % cases % len(types)], now)
            for number, own in zip(chunk, numbers, strict=True)
        ])  # fmt: skip
        db.session.execute(insert(CaseCall.__table__), [  # type: ignore[arg-type]  # a declarative table is a Table
            {"case_id": case_ids[number % cases], "call_id": first + 1 + place, "distance_m": 3.0, "reason": "Near.",
             "linked_at": now, "is_pinned": False, "unlink_reason": ""}
            for place, number in enumerate(chunk) if number % 10
        ])  # fmt: skip
        insert_rows(LogEntry.__table__, [
            {"at": now, "subject_kind": "case", "subject_id": case_ids[number % cases], "verb": "linked",
             "text": "A call was linked.", "data": None, "actor_id": None, "is_public": False}
            for number in chunk
        ])  # fmt: skip


def link_busy_case() -> None:
    """Link a part of the calls that are in no case to the first one, from five addresses around its anchor."""
    case = db.session.scalars(select(ProblemCase).order_by(ProblemCase.id).limit(1)).one()
    loose = ~select(CaseCall.id).where(CaseCall.call_id == ServiceRequest.id).exists()
    ids = list(db.session.scalars(select(ServiceRequest.id).where(loose).order_by(ServiceRequest.id).limit(BUSY_CALLS)))
    now = utc_now()
    for place, call_ids in enumerate([ids[start::5] for start in range(5)]):
        x_dm, y_dm = case.anchor_x_dm + 100 * place, case.anchor_y_dm
        moved = {"x_dm": x_dm, "y_dm": y_dm, "cell": cell_of(x_dm, y_dm), "address": f"{place} Busy St"}
        for chunk in in_chunks(call_ids):
            db.session.execute(update(ServiceRequest).where(ServiceRequest.id.in_(chunk)).values(moved))
    insert_rows(CaseCall.__table__, [
        {"case_id": case.id, "call_id": call_id, "distance_m": 3.0, "reason": "Near.", "linked_at": now,
         "is_pinned": False, "unlink_reason": ""}
        for call_id in ids
    ])  # fmt: skip
    case.call_count += len(ids)
    case.first_call_at = now - timedelta(days=900)


SAID = (
    "graffiti on the wall again",
    "the street light is out",
    "trash in front of the house",
    "a broken swing in the park",
    "cars parked on the sidewalk all night",
    "a deep pothole by the corner",
    "music after midnight",
    "no heat since Monday",
)


def add_people(calls: int) -> None:
    """A caller for every tenth call, each with a phone and a name, and calls of the desk's own that name them."""
    names = ("Ann Lee", "Maria Perez", "Zoe Quill", "James Brown", "Li Wei", "Omar Said")
    rows, words = [], []
    for number in range(1, calls // 10 + 1):
        digits = f"1585{number:07}"
        name = f"{names[number % len(names)]} {number:x}"
        rows.append({"id": number, "name": name, "phone": digits, "phone_digits": digits,
                     "phone_backwards": digits[::-1], "email": "", "language": "en"})  # fmt: skip
        words += [{"caller_id": number, "word": word} for word in set(name.lower().split())]
    insert_rows(Caller.__table__, rows)
    insert_rows(CallerWord.__table__, words)
    statement = update(ServiceRequest).where(ServiceRequest.id % 10 == 0)
    db.session.execute(
        statement.values(caller_id=ServiceRequest.id / 10), execution_options={"synchronize_session": False}
    )


def call_row(number: int, own: str, service_type_id: int, now: datetime) -> dict[str, Any]:
    """One call of the last three years."""
    has_place = number % 100 > 0
    x_dm, y_dm = number * 7919 % 120_000 - 60_000, number * 104_729 % 120_000 - 60_000
    at = now - timedelta(minutes=3 * number)
    is_open = number < OPEN_CALLS
    return {
        "service_request_id": own, "source": "bench", "source_id": f"{number:08}",
        "channel": Channel.PHONE if number % 500 == 0 else Channel.IMPORT,
        "description": f"{SAID[number % len(SAID)]}, said caller {number % 5000}, number {number % 77777}",
        "center_id": None,
        "service_type_id": service_type_id, "status": CallStatus.OPEN if is_open else CallStatus.CLOSED,
        "closed_at": None if is_open else at + timedelta(days=2), "recorded_at": now,
        "requested_datetime": at, "address": f"{number % 9000} Bench St",
        "address_key": f"{number % 9000} BENCH ST", "lat": LAT, "long": LONG, "is_taken": True, "weight": 1,
        "x_dm": x_dm if has_place else None, "y_dm": y_dm if has_place else None,
        "cell": cell_of(x_dm, y_dm) if has_place else None,
        "placement": Placement.SOURCE if has_place else Placement.UNLOCATED,
        **(masked(number, at) if has_place else dict.fromkeys(MASK)),
    }  # fmt: skip


MASK = ("public_label", "public_lat", "public_long", "public_day", "public_updated_day")


def masked(number: int, at: datetime) -> dict[str, Any]:
    """One of 5,000 public points, and the days."""
    point = number * 7919 % 5_000
    told = at if number < OPEN_CALLS else at + timedelta(days=2)
    return {
        "public_label": f"{point % 90}00 block of {point // 90} St",
        "public_lat": round(LAT + (point % 70 - 35) * 0.002, 5),
        "public_long": round(LONG + (point // 70 - 35) * 0.002, 5),
        "public_day": at.date().toordinal(), "public_updated_day": told.date().toordinal(),
    }  # fmt: skip
