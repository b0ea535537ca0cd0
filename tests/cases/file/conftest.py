"""A case for every test of a case's file."""

import pytest

from tests import factories as make
from tracker.cases.models import ProblemCase
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User


@pytest.fixture
def case(database: object) -> ProblemCase:
    """A case in a city."""
    make.make_city()
    return make.make_case(call_count=12, public_id=new_identifier())


@pytest.fixture
def worker(case: ProblemCase) -> User:
    """Somebody who works cases."""
    return make.make_user(role=Role.CONTACT, display_name="Ann Worker")
