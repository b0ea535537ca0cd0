"""What a person's queue says of the day: what is due of her, what is late of her cases, what she is told."""

from ..cases.deadlines.filters import LATE, SOON
from ..cases.deadlines.filters import LateFilters as Late
from ..cases.deadlines.kinds import ASKED
from ..cases.deadlines.listing import late_ids, load_deadlines
from ..cases.deadlines.queries import LateCounts, late_counts
from ..cases.deadlines.working_calendar import read_clock
from ..cases.workload.day import due_steps
from ..cases.workload.looks import NEWS, looked_at
from ..cases.workload.news import FIRST_LOOK, count_news
from ..clock import utc_now
from ..extensions import db
from ..places.city import city_today
from ..staff.models import User
from ..staff.permissions import Permission, may
from .queue_parts import Figure, Link, Next, Queue

LINKS = [
    Link("My caseload", "cases.caseload"),
    Link("Team board", "cases.board"),
    Link("Late", "cases.list_late"),
    Link("Write down a visit", "cases.new_visit_anywhere"),
]
"""Where those who work cases go on from here."""


def add_day(queue: Queue, user: User) -> None:
    """Put the day's work on the queue; what is due, then what is late, goes before new cases."""
    queue.today = city_today()
    queue.due = due_steps(user, queue.today)
    first = _first_due(queue)
    if may(user.role, Permission.WORK_CASES):
        counts = late_counts(user)
        queue.figures[:0] = _figures(user, counts)
        queue.links = LINKS
        first = first or _first_late(user, counts)
    queue.next = first or queue.next


def _figures(user: User, counts: LateCounts) -> list[Figure]:
    told = count_news(user, looked_at(user.id, NEWS) or utc_now() - FIRST_LOOK)
    leads = may(user.role, Permission.ASSIGN_CASES)
    figures = [
        Figure(counts.late, "deadlines late", "cases.list_late", Late(which=LATE).as_query(), "deadline late"),
        Figure(
            counts.soon, "deadlines soon late", "cases.list_late", Late(which=SOON).as_query(), "deadline soon late"
        ),
        Figure(told.mentions, "notes mention you", "cases.news", one="note mentions you"),
        Figure(told.total, "told of cases you follow", "cases.news"),
    ]
    if leads:
        waiting = Figure(counts.escalated, "wait for your answer", "cases.list_late", one="waits for your answer")
        figures.insert(2, waiting)
    return [figure for figure in figures if figure.number]


def _first_due(queue: Queue) -> Next | None:
    """The step of hers that is due longest."""
    if queue.due is None or queue.today is None or not queue.due.first:
        return None
    step = queue.due.first[0]
    when = f"late since {step.due_on:%-d %b %Y}" if step.due_on < queue.today else "due today"
    return Next(step.what, f"{step.address}: {when}", "Open", step.endpoint, step.values)


def _first_late(user: User, counts: LateCounts) -> Next | None:
    """For a supervisor what waits for an answer; for a contact the deadline of her own that passed first."""
    if may(user.role, Permission.ASSIGN_CASES):
        if not counts.escalated:
            return None
        return Next("Answer what is late", f"{counts.escalated:,} told, not answered", "Look", "cases.list_late")
    if not counts.late:
        return None
    ids = db.session.scalars(late_ids(Late(which=LATE), user, read_clock(utc_now())).limit(1)).all()
    return next(
        (Next(ASKED[one.kind], f"{one.case.address}: it is late", "Open the case", "cases.show_case",
              {"public_id": one.case.public_id}) for one in load_deadlines(list(ids))),
        None,
    )  # fmt: skip
