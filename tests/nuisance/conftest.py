"""A city with one property under rules in points, and two people who enforce, at noon of `NOW`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tracker.nuisance.exclusions import Exclusion
from tracker.nuisance.models import ProcedureStep, Property, Violation
from tracker.nuisance.procedure import ProcedureStatus
from tracker.nuisance.rule_terms import Evidence, Outcome
from tracker.nuisance.standing import Reckoned, reckon_properties
from tracker.nuisance.steps import take_step
from tracker.nuisance.violations import ViolationEntry
from tracker.staff.models import Role, User

TODAY = make.NOW.date()


@dataclass
class Bureau:
    """What most tests of this floor start from."""

    known: Property
    ana: User
    bea: User

    def confirm(self, *days_ago: int) -> list[Violation]:
        """Confirmed drug sales so many days ago, ten points each."""
        return [make.make_violation(of=self.known, occurred_on=TODAY - timedelta(days=days)) for days in days_ago]

    def reckoned(self, on: date = TODAY) -> Reckoned:
        """The property as it stands on a day."""
        return reckon_properties([self.known], on)[0]

    def step(self, then: ProcedureStatus, by: User, on: date = TODAY, **changes: Any) -> ProcedureStep:
        """A step on the property, entered on its day: today, unless another is given."""
        usual = {"today": on, "reason": "Because.", "key": f"{then}-{on}-{self.known.version}"}
        return take_step(self.known, then, by, on=on, **{"seen_version": self.known.version, **usual, **changes})


def entry(**changes: Any) -> ViolationEntry:
    """A cited sale of drugs, every exclusion ruled out."""
    usual = {
        "occurred_on": TODAY - timedelta(days=3), "offense": "drug-sale", "evidence": Evidence.CITATION,
        "evidence_number": "C-77", "incident_number": "I-77", "outcome": Outcome.ENFORCEMENT,
        "words": "Sold drugs at the door.", "answers": {one.value: "no" for one in Exclusion},
    }  # fmt: skip
    return ViolationEntry(**{**usual, **changes})


@pytest.fixture
def bureau(database: SQLAlchemy) -> Iterator[Bureau]:
    """The city, its property and its people."""
    with time_machine.travel(make.NOW, tick=False):
        make.make_city()
        address = make.make_address(key="412 MAPLE ST", display="412 Maple St", number=412, street_key="MAPLE ST")
        known = make.make_property(address=address, owner_name="Pat Landlord", owner_email="pat@example.org")
        people = make.make_user(role=Role.SUPERVISOR), make.make_user(role=Role.ADMINISTRATOR)
        yield Bureau(known, *people)
