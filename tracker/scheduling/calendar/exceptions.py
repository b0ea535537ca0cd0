"""Time off and extra shifts as the calendar shows them. Why somebody is off is nobody's business here."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ...extensions import db
from ..resources.models import CityResource, ShiftException


def exceptions_of(
    resources: Sequence[CityResource], starts_at: datetime, ends_at: datetime
) -> dict[int, list[ShiftException]]:
    """By resource what departs from its shifts between two instants, in order: one query for all.

    A team has its members' too: it is off when one of them is.
    """
    members = {one.member_id for team in resources for one in team.members}
    query = (
        select(ShiftException)
        .where(ShiftException.resource_id.in_({resource.id for resource in resources} | members))
        .where(ShiftException.removed_at.is_(None))
        .where(ShiftException.ends_at > starts_at, ShiftException.starts_at < ends_at)
        .order_by(ShiftException.starts_at, ShiftException.id)
    )
    own: dict[int, list[ShiftException]] = defaultdict(list)
    for exception in db.session.scalars(query):
        own[exception.resource_id].append(exception)
    return {
        resource.id: [one for number in _parts(resource) for one in own[number]]
        for resource in resources
    }


def _parts(resource: CityResource) -> list[int]:
    return [resource.id, *(one.member_id for one in resource.members)]
