"""Roles x routes x methods: the table below is committed, and real requests are held against it.

A new route without a row here fails; so does a row without a route, or a route that declares something else.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from tracker.staff.models import Role, User
from tracker.staff.permissions import ROLES, Permission, declared_permission, may

TABLE = Path(__file__).with_name("permissions_table.txt")
REFUSED = {302, 403}
ELSEWHERE = {(None, "staff.sign_in"), (Role.CREW, "desk.queue")}
"""Pages that lead on: who is signed in needs no sign-in page, and a crew's queue is its day."""
OPEN_TO_CREWS = {
    "desk.queue", "staff.account", "staff.password", "staff.sign_out", "staff.stay_signed_in",
}  # fmt: skip
PROGRAM = {"Accept": "application/json"}
"""Whoever asks so is refused in one line: the same refusal, and no page is made of it a thousand times."""
SignIn = Callable[..., User]


ALLOWED_BY_ITS_SECRET = {"public.leave_subscription"}
"""Posts that mail programs send without cookies (RFC 8058): the secret in the address is the token."""


def expected_table() -> dict[str, str]:
    """Endpoint to permission, as committed."""
    lines = TABLE.read_text().splitlines()
    rows = [(line.split()[0], line.split()[1]) for line in lines if line.strip() and not line.startswith("#")]
    assert len({endpoint for endpoint, _ in rows}) == len(rows), "an endpoint stands twice in the table"
    return dict(rows)


def address_of(app: Flask, rule: Rule) -> str:
    """An address of the rule, with made-up values for its variables."""
    made_up = {name: 1 if isinstance(kind, IntegerConverter) else "x" for name, kind in rule._converters.items()}
    with app.test_request_context():
        return rule.build(made_up, append_unknown=False)[1]  # type: ignore[index]  # the values fit


def requests_of(app: Flask) -> Iterator[tuple[str, Permission, str, str]]:
    """Endpoint, permission, method and address of everything that can be asked for."""
    for rule in app.url_map.iter_rules():
        permission = declared_permission(app.view_functions[rule.endpoint])
        assert permission is not None
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield rule.endpoint, permission, method, address_of(app, rule)


def test_every_route_stands_in_the_table_with_what_it_declares(app: Flask) -> None:
    declared = {
        rule.endpoint: str(declared_permission(app.view_functions[rule.endpoint])) for rule in app.url_map.iter_rules()
    }
    assert declared == expected_table()


def test_every_permission_names_its_roles() -> None:
    assert set(ROLES) == set(Permission) - {Permission.PUBLIC}
    assert all(Role.ADMINISTRATOR in roles for roles in ROLES.values())


def test_a_crew_may_do_its_own_work_and_see_its_own_account_and_nothing_else() -> None:
    rows = expected_table().items()
    assert {endpoint for endpoint, permission in rows if permission == Permission.SIGNED_IN} == OPEN_TO_CREWS
    open_to_crews = {str(permission) for permission, roles in ROLES.items() if Role.CREW in roles}
    assert open_to_crews == {Permission.SIGNED_IN, Permission.DO_WORK}
    own = {endpoint.split(".")[1] for endpoint, permission in rows if permission == Permission.DO_WORK}
    assert own == {"crew_day", "crew_away", "crew_away_script", "crew_sheet", "tell_step"}


@pytest.mark.once
@pytest.mark.parametrize("role", [None, *Role])
def test_whoever_may_not_is_refused_on_every_route_and_method(
    role: Role | None, app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    if role is not None:
        sign_in(role)
    for endpoint, permission, method, address in requests_of(app):
        if may(role, permission):
            continue
        answer = client.open(address, method=method, headers=None if role is None else PROGRAM)
        assert answer.status_code == (302 if role is None else 403), (endpoint, method, role)
        if role is None:
            assert answer.location.startswith("/staff/sign-in")


@pytest.mark.parametrize(
    "role",
    [
        Role.ADMINISTRATOR,
        *(pytest.param(role, marks=pytest.mark.once) for role in Role if role is not Role.ADMINISTRATOR),
    ],
)
def test_whoever_may_is_not_refused_a_page(role: Role, app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(role)
    for endpoint, permission, method, address in requests_of(app):
        if method == "GET" and may(role, permission) and not {(None, endpoint), (role, endpoint)} & ELSEWHERE:
            assert client.get(address).status_code not in REFUSED | {500}, (endpoint, role)


def test_every_form_refuses_to_be_sent_without_its_token(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    sign_in(Role.ADMINISTRATOR)
    sent = 0
    for endpoint, _, method, address in requests_of(app):
        if endpoint in ALLOWED_BY_ITS_SECRET:
            continue
        if method != "GET" and not endpoint.startswith("open311."):  # other systems identify themselves by key
            answer = client.open(address, method=method)
            assert answer.status_code == 400 and "reload the page" in answer.text, (endpoint, method)
            sent += 1
    assert sent > 0


def test_under_https_a_form_with_its_token_is_taken_though_no_referrer_is_sent(secure_app: Flask) -> None:
    secure_app.config["WTF_CSRF_ENABLED"] = True
    browser = secure_app.test_client()
    page = browser.get("/staff/sign-in", base_url="https://localhost").text
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    form = {"csrf_token": token, "sign_in_name": "nobody", "password": "nothing at all"}
    answer = browser.post("/staff/sign-in", data=form, base_url="https://localhost")
    assert answer.status_code == 403 and "do not belong together" in answer.text
