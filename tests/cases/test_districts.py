"""Polygons that come after the calls: cases get their district and an owner."""

from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_area, make_call, make_case, make_city, make_contact
from tracker.cases.districts import refresh_districts
from tracker.cases.models import OwnerQueue
from tracker.places.models import AreaKind


def test_cases_without_an_owner_get_one_when_their_district_is_loaded(database: SQLAlchemy) -> None:
    city = make_city()
    case = make_case()
    touched = make_case(is_touched=True)
    call = make_call()
    assert (case.center_id, case.contact_id, call.center_id) == (None, None, None)
    square = [[city.west, city.south], [city.east, city.south], [city.east, city.north], [city.west, city.north]]
    geometry = {"type": "Polygon", "coordinates": [[*square, square[0]]]}
    center = make_area(kind=AreaKind.SERVICE_CENTER, geometry=geometry)
    contact = make_contact(center=center)
    assert refresh_districts() == 1
    for row in (case, touched, call):
        database.session.refresh(row)
    assert (case.center_id, case.contact_id, case.queue) == (center.id, contact.id, OwnerQueue.CONTACT)
    assert (touched.center_id, touched.contact_id) == (center.id, None)
    assert call.center_id == center.id
    assert refresh_districts() == 0
