"""Whatever somebody types into the address bar, no page breaks."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories as make
from tests.cases.conftest import world as world  # the small city, as a fixture of this file too
from tests.cases.world import World
from tracker.staff.models import Role, User

SILLY = [
    "9" * 23,
    "4294967296",
    "-1",
    "abc",
    "nan",
    "1e400",
    "{{7*7}}",
    "'\"><script>alert(1)</script>",
    "\u202e\u200b",
]
NAMES = (
    "address", "after", "center", "contact", "date", "days", "flag", "kind", "lat", "long", "page", "phase", "priority",
    "q", "queue", "resource", "retired", "skill", "sort", "status", "week",
    "caller", "channel", "linked", "placement", "since", "type", "until",
)  # fmt: skip


def pages(app: Flask) -> list[str]:
    """Every address that can be asked for."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]
    return sorted({rule.rule for rule in rules})


@pytest.mark.parametrize("silly", SILLY)
def test_no_query_breaks_a_page(
    silly: str, app: Flask, world: World, client: FlaskClient, sign_in: Callable[..., User]
) -> None:
    make.make_call(service_type=world.service_type, lat=None)
    sign_in(Role.ADMINISTRATOR)
    for page in pages(app):
        if "<" in page:
            continue
        for family in (silly, world.family.id):
            answer = client.get(page, query_string={**dict.fromkeys(NAMES, silly), "family": family})
            assert answer.status_code < 500, page
            assert "<script>alert" not in answer.text, page


def test_no_number_in_a_path_breaks_a_page(
    app: Flask, world: World, client: FlaskClient, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.ADMINISTRATOR)
    for page in pages(app):
        if "<" not in page:
            continue
        start, _, rest = page.partition("<")
        for silly in ("9" * 23, "2147483648", "0", "%F0%9F%92%A9", "%E2%80%AE", "..%2f..%2fetc%2fpasswd"):
            assert client.get(start + silly + rest.partition(">")[2]).status_code < 500, (page, silly)
