"""What the database already holds of its city, for reading a folder that brings only a part."""

from sqlalchemy import select

from ...calls.models import Family
from ...cases.response.models import PartnerAgency
from ...extensions import db
from ...places.city import find_city
from ...places.models import Area, AreaKind
from ...scheduling.resources.models import CityResource
from ..contents import NOTHING_KNOWN, Known


def find_known() -> Known:
    """The slug of the loaded city and the codes that a profile may refer to without bringing them."""
    city = find_city()
    if city is None:
        return NOTHING_KNOWN
    families = db.session.scalars(select(Family.code))
    centers = db.session.scalars(select(Area.code).where(Area.kind == AreaKind.SERVICE_CENTER))
    partners = db.session.scalars(select(PartnerAgency.code).where(PartnerAgency.code.is_not(None)))
    return Known(
        slug=city.slug,
        families=frozenset(families),
        centers=frozenset(centers),
        partners=frozenset(code for code in partners if code),
        resources=frozenset(db.session.scalars(select(CityResource.code))),
    )
