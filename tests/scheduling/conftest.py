"""The small city for tests of scheduling, at a fixed instant."""

from collections.abc import Iterator

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make


@pytest.fixture
def live_city_at_noon(database: SQLAlchemy) -> Iterator[None]:
    """A city at work whose clock stands at the factories' noon."""
    with time_machine.travel(make.NOW, tick=False):
        make.make_city(is_live=True)
        yield
