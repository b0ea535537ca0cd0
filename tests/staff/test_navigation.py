"""The staff menu: what is used all day stands in it, the rest in groups."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests import factories as make
from tracker.staff.models import Role, User
from tracker.staff.navigation import STAFF, Entry, Group, in_groups
from tracker.staff.permissions import Permission


def entry(label: str, group: str = "") -> Entry:
    return Entry(f"page.{label}", label, Permission.SIGNED_IN, group)


def test_entries_of_a_group_are_folded_under_its_name() -> None:
    alone, one, two = entry("Queue"), entry("All", "Cases"), entry("Late", "Cases")
    assert in_groups([alone, one, two]) == [Group("", [alone]), Group("Cases", [one, two])]


def test_a_group_of_which_one_entry_is_left_is_that_entry() -> None:
    only = entry("All", "Cases")
    assert in_groups([only]) == [Group("", [only])]


def test_the_entries_of_a_group_stand_together() -> None:
    names = [group.name for group in in_groups(list(STAFF)) if group.name]
    assert len(names) == len(set(names))


def test_whoever_is_on_a_page_of_a_group_is_told_so(
    client: FlaskClient, database: object, sign_in: Callable[..., User]
) -> None:
    make.make_city()
    sign_in(Role.SUPERVISOR)
    page = client.get("/staff/late").text
    assert '<summary class="is-here">Cases<span class="visually-hidden"> (you are here)</span></summary>' in page
    assert page.count("(you are here)") == 1
    assert 'aria-current="page">Late</a>' in page
