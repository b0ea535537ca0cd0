"""Each role's own queue: the next thing to do, what stands in line, and what empty means."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from ..calls.learning import open_candidates
from ..calls.queries import count_unlocated, newest_calls, unlocated_calls, unsorted_types
from ..calls.transfers.queries import count_open, next_waiting
from ..cases.contacts import contact_of, team_loads
from ..cases.filters import Filters
from ..cases.listing import case_ids, load_shown
from ..cases.models import OwnerQueue
from ..cases.workload.looks import QUEUE, looked_at
from ..clock import from_local, local_date
from ..extensions import db
from ..formatters import plural
from ..places.city import city_today, city_zone, the_city
from ..staff.models import Role, User
from ..staff.permissions import Permission, may
from .looks import cases_with_news, new_calls_of
from .queue_day import add_day
from .queue_parts import Figure, Next, Queue, Section
from .work_counts import count_work

_SHOWN = 8


def build_queue(user: User, at: datetime) -> Queue:
    """The queue of one person as of `at`."""
    queue = Queue(since=looked_at(user.id, QUEUE))
    builders = {
        Role.AIDE: _for_aide,
        Role.CONTACT: _for_contact,
        Role.SCHEDULER: _for_scheduler,
        Role.EMERGENCY_MANAGER: _for_emergency_manager,
    }
    builders.get(user.role, _for_lead)(queue, user, at)
    queue.next = _first_of(queue.sections) or _first_figure(queue.figures)
    add_day(queue, user)
    if may(user.role, Permission.TRIAGE):
        waiting = sum(count_open().values())
        figure = Figure(waiting, "911 transfers under review", "desk.triage", one="911 transfer under review")
        queue.figures.insert(0, figure)
        queue.next = _first_transfer() or queue.next
    return queue


def _first_transfer() -> Next | None:
    """A 911 transfer that nobody has goes before everything else."""
    transfer = next_waiting()
    if transfer is None:
        return None
    text = f"{transfer.incident_text or 'no type given'}: {transfer.address or 'no address was given'}"
    return Next("Review a 911 transfer", text, "Open", "desk.show_transfer", {"number": transfer.number})


def _first_of(sections: list[Section]) -> Next | None:
    """The head of the first line that is not empty."""
    for section in sections:
        if section.calls:
            call = section.calls[0]
            where = call.address or "no address was given"
            text = f"{call.service_type.service_name}: {where}"
            if section.endpoint:
                return Next(section.title, text, "Place it", section.endpoint, section.values)
            return Next(section.title, text, "Open", "desk.show_call", {"service_request_id": call.service_request_id})
        if section.cases:
            case = section.cases[0]
            text = f"{case.address}: {case.family.name.lower()}, {plural(case.call_count, 'call')}"
            return Next(section.title, text, "Open the case", "cases.show_case", {"public_id": case.public_id})
    return None


def _first_figure(figures: list[Figure]) -> Next | None:
    """What waits to be settled although no line of cases does."""
    waiting = next((figure for figure in figures if figure.number), None)
    if waiting is None:
        return None
    return Next(waiting.label, f"{waiting.number:,} waiting", "Look", waiting.endpoint, waiting.values)


def _cases(title: str, filters: Filters, at: datetime, empty: str, *, one: str = "") -> Section:
    query = case_ids(filters, at)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    shown = load_shown(db.session.scalars(query.limit(_SHOWN)).all()) if total else []
    values = filters.as_query()
    return Section(title, total, cases=shown, endpoint="cases.list_cases", values=values, empty=empty, one=one)


def _news(since: datetime | None) -> Section:
    rows = load_shown(cases_with_news(since, limit=_SHOWN))
    nothing = "No case opened, came back or got a call since you last looked."
    never = "Say once that you have seen this page; from then on the news since stands here."
    return Section("Cases with news", len(rows), cases=rows, endpoint="cases.list_cases", values={"sort": "newest"},
                   empty=nothing if since else never)  # fmt: skip


def _unlocated() -> Section:
    calls = db.session.scalars(unlocated_calls().limit(_SHOWN)).all()
    return Section("Calls without a place", count_unlocated(), calls=calls, endpoint="desk.unlocated",
                   empty="Every call has a place, or somebody has said that it cannot have one.")  # fmt: skip


def _for_aide(queue: Queue, user: User, at: datetime) -> None:
    zone = city_zone(the_city())
    midnight = from_local(datetime.combine(local_date(at, zone), datetime.min.time()), zone)
    today = newest_calls(midnight, limit=_SHOWN)
    queue.sections = [
        _unlocated(),
        _news(queue.since),
        Section("Newest calls of the day", len(today), calls=today, empty="No call has come in yet today."),
    ]


def _for_contact(queue: Queue, user: User, at: datetime) -> None:
    contact = contact_of(user)
    if contact is None:
        queue.hint = "You are not set up as a contact yet. Ask a supervisor to name your center and your families."
        queue.sections = [_news(queue.since)]
        return
    mine = Filters(contact=contact.id)
    queue.new = new_calls_of(contact.id, queue.since)
    new_ids = sorted(queue.new, key=lambda case_id: -queue.new[case_id])[:_SHOWN]
    queue.sections = [
        _cases("Cases to accept", replace(mine, flag="unaccepted"), at, "You have accepted every case you were given.",
               one="case to accept"),
        _cases("Came back", replace(mine, flag="recurred"), at, "None of your closed cases came back."),
        Section(
            "New calls since you last looked",
            len(queue.new),
            cases=load_shown(new_ids),
            endpoint="cases.list_cases",
            values=replace(mine, sort="newest").as_query(),
            empty="No new calls on your cases.",
        ),
        _cases("Your live cases", mine, at, "You have no live case: new ones come to you by themselves.",
               one="live case of yours"),
    ]
    queue.figures = [
        Figure(section.total, section.title.lower(), section.endpoint, section.values, section.one)
        for section in queue.sections
    ]


def _for_scheduler(queue: Queue, user: User, at: datetime) -> None:
    queue.work = count_work(city_today())
    queue.sections = [
        _cases("Most urgent live cases", Filters(), at, "No case is alive, so no work waits."),
        _news(queue.since),
    ]


def _for_emergency_manager(queue: Queue, user: User, at: datetime) -> None:
    queue.sections = [
        _cases("Cases of priority 1", Filters(priority=1), at, "No live case is of priority 1."),
        _news(queue.since),
        _cases("Newest calls", Filters(sort="newest"), at, "No case is alive."),
    ]


def _for_lead(queue: Queue, user: User, at: datetime) -> None:
    """Supervisors and administrators: what nobody owns, what looks wrong, who carries how much."""
    queue.sections = [
        _cases("Owner has left", Filters(flag="left"), at, "No live case is with somebody who has left."),
        _cases(
            "In the centers' queues",
            Filters(queue=OwnerQueue.CENTER.value),
            at,
            "Every live case of a center has a contact.",
        ),
        _cases(
            "In the city-wide queue",
            Filters(queue=OwnerQueue.CITY.value),
            at,
            "Every live case lies in a center's district.",
        ),
        _cases("Came back", Filters(flag="recurred"), at, "No closed case came back."),
        _cases(
            "Below their threshold", Filters(flag="below"), at, "Every open case still has the calls its rule wants."
        ),
        _news(queue.since),
    ]
    queue.figures = [
        Figure(len(unsorted_types()), "types to file", "desk.unsorted", one="type to file"),
        Figure(len(open_candidates()), "points that may be sinks", "desk.sinks", one="point that may be a sink"),
        Figure(count_unlocated(), "calls without a place", "desk.unlocated", one="call without a place"),
    ]
    queue.loads = team_loads(city_today(), at)
