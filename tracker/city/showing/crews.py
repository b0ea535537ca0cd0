"""Two weeks of the demo's crews: what was planned a week before the first start, what became of it, what comes next.

Told by the verbs that the planner's page, the crews' phones and the office use, each at its own instant.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...calls.as_of import as_of
from ...cases.alive import alive_at
from ...cases.models import ProblemCase
from ...clock import from_local, local_date, told_as_of
from ...extensions import db
from ...places.city import city_projection, city_zone, the_city
from ...scheduling.orders.models import WorkOrder
from ...scheduling.planning.accepting import accept_plan, note_left_out
from ...scheduling.planning.draft_proposal import gather_for_draft, outcome_of
from ...scheduling.planning.drafting import draft_plan, keep_outcome
from ...scheduling.planning.gathering import gather_facts
from ...scheduling.planning.plans import PlanQuestion, choices_of, find_plan, requested_orders
from ...scheduling.playbooks.ordering import create_orders_from_playbook
from ...scheduling.playbooks.waiting_cases import URGENT, cases_without_orders
from ...staff.jobs.asking import finish_job, take_job
from ...staff.log import append_log
from ...staff.models import LogEntry, Role, User
from .agreeing import agree_with_residents
from .working_days import tell_days

TOLD = "crews_told"
"""The verb by which the city's history says that it was done."""
_PAST_DAYS, _COMING_DAYS, _DRAFT_DAYS = 7, 7, 5
_FOR_THE_DRAFT = 12
"""So many cases wait for a plan that somebody still looks at."""
_OTHERS, _OTHERS_PAST = 48, 32
"""So many cases that no plan takes up by itself have had their work ordered by a person; those of them long ago."""
_PAST_SECONDS, _COMING_SECONDS, _DRAFT_SECONDS = 0.8, 1.2, 0.5
"""How long each plan may look for routes: the first start is not to wait for the best one."""
_AFTERNOON = time(16, 20)


def tell_crews(until: datetime) -> None:
    """Order, plan and do the crews' work as it would stand at `until`. Told again it does nothing. Flushes."""
    if _were_told():
        return
    zone, office = city_zone(the_city()), _scheduler()
    today = local_date(until, zone)
    waiting = cases_without_orders(as_of(the_city()))
    first = today - timedelta(days=_PAST_DAYS)
    with told_as_of(_afternoon(first - timedelta(days=1))):
        known = [case for case in waiting if not case.is_touched and case.opened_at < _afternoon(first)]
        others = _less_urgent({case.family_id for case in waiting}, _afternoon(first))
        past = [*known[::2], *others[:_OTHERS_PAST]]
        orders = _order_for(past, office)
        half, split = timedelta(days=_PAST_DAYS // 2), len(orders) // 2
        _plan(orders[:split], first, _PAST_DAYS, office, _PAST_SECONDS / 2)
        _plan(orders[split:], first + half, _PAST_DAYS - half.days, office, _PAST_SECONDS / 2)
    tell_days(first, today - timedelta(days=1), until, office)
    yesterday = min(_afternoon(today - timedelta(days=1)), until)
    with told_as_of(yesterday):
        rest = [case for case in waiting if case not in past]
        orders = _order_for([*rest[:-_FOR_THE_DRAFT], *others[_OTHERS_PAST:]], office)
        agreed = agree_with_residents(orders, office, current_app.config["SETTINGS"])
        wanted = [one for one in requested_orders() if one.id not in agreed and not _waits(one, yesterday)]
        _plan(wanted, today, _COMING_DAYS, office, _COMING_SECONDS)
    tell_days(today, today, until, office)
    with told_as_of(until):
        _order_for(rest[-_FOR_THE_DRAFT:], office)
        _draft(today + timedelta(days=1), office)
        append_log("city", the_city().id, TOLD, "The demo's crews worked for two weeks. Nobody of them exists.")
    db.session.flush()


def _were_told() -> bool:
    said = LogEntry.subject_kind == "city", LogEntry.subject_id == the_city().id, LogEntry.verb == TOLD
    return db.session.scalars(select(LogEntry.id).where(*said).limit(1)).first() is not None


def _scheduler() -> User:
    return db.session.scalars(select(User).where(User.role == Role.SCHEDULER).order_by(User.id).limit(1)).one()


def _less_urgent(families: Collection[int], before: datetime) -> list[ProblemCase]:
    """Cases that wait for somebody to order their work, the last called about first."""
    query = select(ProblemCase).where(alive_at(as_of(the_city())), ProblemCase.priority > URGENT)
    query = query.where(ProblemCase.is_touched.is_(False), ProblemCase.opened_at < before)
    query = query.where(ProblemCase.family_id.in_(families)).options(joinedload(ProblemCase.family))
    return list(db.session.scalars(query.order_by(ProblemCase.last_call_at.desc(), ProblemCase.id).limit(_OTHERS)))


def _afternoon(day: date) -> datetime:
    return from_local(datetime.combine(day, _AFTERNOON), city_zone(the_city()))


def _order_for(cases: Iterable[ProblemCase], office: User) -> list[WorkOrder]:
    return [order for case in cases for order in create_orders_from_playbook(case, office)]


def _waits(order: WorkOrder, instant: datetime) -> bool:
    """Whether it is tried again on a later day: that is left to the plan that is still looked at."""
    return order.earliest_at is not None and order.earliest_at > instant


def _plan(orders: list[WorkOrder], first: date, days: int, office: User, seconds: float) -> None:
    """Book what has room; the rest keeps its reason."""
    question = PlanQuestion(gather_facts(orders, first, days), (), city_projection(the_city()))
    proposal = find_plan(question, seconds=seconds)
    accepted = accept_plan(choices_of(proposal), office)
    note_left_out((*proposal.left_out, *accepted.refused))


def _draft(first: date, office: User) -> None:
    """A plan for what waits, open for whoever looks at it; the job that would have made it is done."""
    waiting = [order.id for order in requested_orders()]
    draft = draft_plan(first, _DRAFT_DAYS, office, only_orders=waiting)
    gathered = gather_for_draft(draft)
    proposal = find_plan(gathered.question, seconds=_DRAFT_SECONDS)
    keep_outcome(draft, outcome_of(gathered, (proposal, _DRAFT_SECONDS)))
    job = take_job(draft.job_id) if draft.job_id is not None else None
    if job is not None:
        finish_job(job.id, job.tries)
