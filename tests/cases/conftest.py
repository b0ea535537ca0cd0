"""The small city for every test of cases, at a fixed instant."""

from collections.abc import Iterator

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy

from tests.cases.world import World, days_after


@pytest.fixture
def world(database: SQLAlchemy) -> Iterator[World]:
    """A city with one family and its rule; the clock stands 60 days after the calls' noon."""
    with time_machine.travel(days_after(60), tick=False):
        yield World()
