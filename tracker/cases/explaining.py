"""«Why is this not a case?»: for any place and family, which calls there are and what is missing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from ..calls.models import ServiceRequest
from ..clock import local_date
from ..extensions import db
from ..formatters import plural
from ..places.city import city_zone, the_city
from ..places.projection import cells_around
from .alive import is_alive
from .models import CaseStatus, GroupingRule, LooseCall, ProblemCase


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the rule sees at a place: cases that reach it, loose calls in radius and window, and a sentence."""

    cases: list[ProblemCase]
    loose: list[ServiceRequest]
    weight: int
    dates: int
    rule: GroupingRule
    sentence: str


def loose_within(family_id: int, rule: GroupingRule, x_dm: int, y_dm: int, at: datetime) -> list[ServiceRequest]:
    """The family's loose calls within the rule's radius of a place and its window before `at`, oldest first."""
    reach_dm = 10 * rule.radius_m
    query = (
        select(ServiceRequest, LooseCall.x_dm, LooseCall.y_dm)
        .join(LooseCall, LooseCall.call_id == ServiceRequest.id)
        .where(
            LooseCall.family_id == family_id,
            LooseCall.cell.in_(cells_around(x_dm, y_dm, reach_dm)),
            LooseCall.at >= at - timedelta(days=rule.window_days),
            LooseCall.at <= at,
        )
        .order_by(ServiceRequest.requested_datetime, ServiceRequest.id)
    )
    rows = db.session.execute(query)
    return [call for call, x, y in rows if (x - x_dm) ** 2 + (y - y_dm) ** 2 <= reach_dm**2]


def cases_reaching(family_id: int, x_dm: int, y_dm: int) -> list[ProblemCase]:
    """The family's cases whose own radius covers the place, nearest first."""
    widest = db.session.scalars(
        select(GroupingRule.radius_m).where(GroupingRule.family_id == family_id).order_by(GroupingRule.radius_m.desc())
    ).first()
    query = (
        select(ProblemCase)
        .where(ProblemCase.family_id == family_id, ProblemCase.status != CaseStatus.MERGED)
        .where(ProblemCase.anchor_cell.in_(cells_around(x_dm, y_dm, 10 * (widest or 0))))
    )

    def distance2(case: ProblemCase) -> int:
        return (case.anchor_x_dm - x_dm) ** 2 + (case.anchor_y_dm - y_dm) ** 2

    near = [case for case in db.session.scalars(query) if distance2(case) <= (10 * case.rule.radius_m) ** 2]
    return sorted(near, key=lambda case: (distance2(case), case.id))


def explain_place(family_id: int, rule: GroupingRule, *, x_dm: int, y_dm: int, at: datetime) -> Explanation:
    """What the rule makes of a place as of `at`, in figures and in one sentence."""
    cases = cases_reaching(family_id, x_dm, y_dm)
    loose = loose_within(family_id, rule, x_dm, y_dm, at)
    weighty = [call for call in loose if call.weight > 0]
    weight = sum(call.weight for call in weighty)
    zone = city_zone(the_city())
    dates = len({local_date(call.requested_datetime, zone) for call in weighty})
    return Explanation(cases, loose, weight, dates, rule, _sentence(cases, weight, dates, len(loose), rule, at))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(cases: list[ProblemCase], weight: int, dates: int, loose: int, rule: GroupingRule, at: datetime) -> str:
    counted = f"{plural(loose, 'loose call')} of weight {weight} on {plural(dates, 'day')}"
    seen = f"{counted if loose else 'no loose call'} within {rule.radius_m} m in the last {rule.window_days} days"
    needed = f"a case needs weight {rule.threshold} on {plural(rule.distinct_days, 'day')}"
    if cases:
        nearest = cases[0]
        status = (
            "open, lapsed" if nearest.status is CaseStatus.OPEN and not is_alive(nearest, at) else nearest.status.value
        )
        return f"Case {nearest.public_id} ({status}) covers this place. Beside it: {seen}; {needed}."
    if weight >= rule.threshold and dates >= rule.distinct_days:
        enough = f"{_capital(seen)}: enough, but no single site within reach holds them all at once"
        return f"{enough}; {needed} around one site."
    missing = []
    if weight < rule.threshold:
        missing.append(f"weight {rule.threshold - weight} more")
    if dates < rule.distinct_days:
        missing.append(f"{plural(rule.distinct_days - dates, 'more day')}")
    return f"{_capital(seen)}; {needed}. Missing: {' and '.join(missing)}."
