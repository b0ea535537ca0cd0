"""A small city with one family of potholes for the tests of imports."""

import pytest
from flask import Flask

from tests.calls.cities import make_pothole_city


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """The application with a city: potholes become a case from three within 50 m in 30 days."""
    make_pothole_city(app)
    return app
