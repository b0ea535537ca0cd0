"""Cases that a person opens: at any place, with what the machine has nearby but had not yet called a case."""

from sqlalchemy import select

from ..calls.as_of import as_of
from ..calls.models import Family
from ..errors import Invalid
from ..extensions import db
from ..places.city import city_projection, is_in_bounds, the_city
from ..places.models import Address
from ..staff.models import User
from .assigning import Newcomer, assign_newcomers
from .explaining import loose_within
from .linking import link_call
from .models import ProblemCase
from .opening import add_places, anchor_columns
from .rules import current_rule
from .touching import touch_case
from .turns import take_turns


def open_case_by_hand(
    family: Family, *, lat: float, long: float, reason: str, actor: User, key: str = ""
) -> ProblemCase:
    """Open a case at a place (degrees) and link the family's loose calls within its radius and window. Flushes."""
    city = the_city()
    if not is_in_bounds(city, lat, long):
        raise Invalid(f"That place lies outside {city.name}; choose one on the map or by its address.")
    if not reason.strip():
        raise Invalid("Say what the problem is; it becomes the first line of the case's history.")
    take_turns(family.id)
    rule = current_rule(family.id)
    x_dm, y_dm = city_projection(city).to_decimetres(lat, long)
    calls = loose_within(family.id, rule, x_dm, y_dm, as_of(city))
    row = anchor_columns(city, x_dm, y_dm, _text_at(x_dm, y_dm) or next((call.address for call in calls), ""))
    add_places(city, [row])
    case = ProblemCase(family=family, rule=rule, opened_at=as_of(city), opened_by_id=actor.id, **row)
    db.session.add(case)
    db.session.flush()
    assign_newcomers([Newcomer(case.id, case.center_id, family.id, case.priority)])
    touch_case(case, actor, "opened", f"Opened by hand: {reason.strip()}", key=key)
    for call in calls:
        link_call(case, call, reason="Lay within the radius when the case was opened by hand.", actor=actor)
    db.session.refresh(case)
    return case


def _text_at(x_dm: int, y_dm: int) -> str:
    return db.session.scalar(select(Address.display).where(Address.x_dm == x_dm, Address.y_dm == y_dm).limit(1)) or ""
