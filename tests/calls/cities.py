"""Cities that imports of tests go into."""

from flask import Flask

from tests.factories import make_city, make_family, make_rule, make_service_type
from tracker.cases.models import GroupingRule
from tracker.extensions import db


def make_pothole_city(app: Flask, *, threshold: int = 3) -> None:
    """Testville with potholes (a rule of their own), lamps (the default rule), and types that never count."""
    with app.app_context():
        make_city()
        db.session.add(GroupingRule(version=1, radius_m=100, window_days=30, threshold=4))
        roads = make_family(code="roads")
        make_rule(family=roads, radius_m=50, threshold=threshold)
        make_service_type(family=roads, service_code="pothole", service_name="Pothole")
        make_service_type(family=make_family(code="lights"), service_code="lamp", service_name="Street lamp")
        make_service_type(family=roads, service_code="secret", service_name="Secret", is_confidential=True)
        make_service_type(family=roads, service_code="trial", service_name="Trial", is_test=True)
        db.session.commit()
