"""What a case's pages say of work leads nobody to a page that refuses her."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from tests import factories as make
from tracker.cases.models import ProblemCase
from tracker.scheduling.playbooks.applying import StepChoice, apply_playbook
from tracker.scheduling.playbooks.models import PlaybookStep
from tracker.staff.models import Role, User
from tracker.staff.permissions import OFFICE, declared_permission, may

pytestmark = pytest.mark.usefixtures("live_city_at_noon")
SignIn = Callable[..., User]
PAGES = ("", "/response", "/analysis")
LINK = re.compile(r'href="(/[^"#?]*)')


@pytest.fixture
def case() -> ProblemCase:
    """A case whose work was ordered from a playbook."""
    step = PlaybookStep(position=1, title="Clear the spot", skill="refuse", minutes=90, due_days=3)
    playbook = make.make_playbook(family=make.make_family(name="Dumping"), name="Dumping spot", steps=[step])
    case = make.make_case(public_id="7K3D-9QXZ", rule=make.make_rule(family=playbook.family))
    choices = [StepChoice(step.id, make.NOW.date() + timedelta(days=9))]
    apply_playbook(case, choices, make.make_user(role=Role.CONTACT), "key")
    return case


def refusing_links(app: Flask, text: str, role: Role) -> set[str]:
    """Addresses on a page whose view demands what this role may not."""
    refusing = set()
    routes = app.url_map.bind("localhost")
    for address in LINK.findall(text):
        try:
            endpoint, _ = routes.match(address)
        except HTTPException:  # a file, or a form's address
            continue
        permission = declared_permission(app.view_functions[endpoint])
        if permission is not None and not may(role, permission):
            refusing.add(address)
    return refusing


@pytest.mark.parametrize("role", sorted(OFFICE))
@pytest.mark.parametrize("page", PAGES)
def test_no_link_leads_to_a_refusal(
    client: FlaskClient, sign_in: SignIn, case: ProblemCase, role: Role, page: str
) -> None:
    sign_in(role)
    answer = client.get(f"/staff/cases/{case.public_id}{page}")
    assert answer.status_code == 200 and "Clear the spot" in answer.text
    assert refusing_links(client.application, answer.text, role) == set()
