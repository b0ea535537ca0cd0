"""The instant as of which the city is shown: last year's file shows last year's live problems."""

from datetime import datetime

from sqlalchemy import bindparam, select

from ..change_marks import first_of
from ..clock import utc_now
from ..database import UTCDateTime
from ..extensions import db
from ..places.models import City
from .models import ServiceRequest

_NOW = bindparam("now", type_=UTCDateTime())
NEWEST_CALL = first_of(
    select(ServiceRequest.requested_datetime)
    .where(ServiceRequest.is_outside.is_(False), ServiceRequest.requested_datetime <= _NOW)
    .order_by(ServiceRequest.requested_datetime.desc()),
    1,
)
"""The instant of the newest call that is not flagged, at most the parameter `now`."""


def as_of(city: City) -> datetime:
    """The newest call that is not flagged, at most now; now itself for a city that is live or has no calls yet.

    People's decisions about cases (closing, dismissing) carry this instant too: an analyst who dismisses a case of
    last year's file means «up to the end of that file», not «up to today».
    """
    now = utc_now()
    if city.is_live:
        return now
    return db.session.scalar(NEWEST_CALL, {"now": now}) or now
