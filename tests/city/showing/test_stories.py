"""The demo's stories as they are written down: nothing in them is said that cannot be told."""

import re
import tomllib
from datetime import UTC, date, datetime

import pytest

from tracker.city.showing import script
from tracker.city.showing.casting import PARTS
from tracker.city.showing.script import Story, read_stories, working_day
from tracker.city.showing.telling import VERBS
from tracker.clock import told_as_of, utc_now

DATA = script.STORIES.parents[1] / "demo" / "data"
STORIES = read_stories()


@pytest.mark.parametrize("story", STORIES, ids=[story.code for story in STORIES])
def test_a_story_runs_forward_in_verbs_that_can_be_told_by_people_who_work_there(story: Story) -> None:
    staff = {one["sign_in_name"] for one in tomllib.loads((DATA / "staff.toml").read_text("utf-8"))["staff"]}
    mentioned = {name for step in story.steps for name in re.findall(r"@([a-z.]+[a-z])", step.facts.get("text", ""))}
    assert {step.verb for step in story.steps} <= VERBS.keys()
    assert {step.by for step in story.steps} | mentioned <= staff | {"owner"}
    assert [step.day for step in story.steps] == sorted(step.day for step in story.steps)
    assert all(step.day < 0 for step in story.steps)
    assert story.part in PARTS


def test_every_story_has_a_name_of_its_own_and_names_others_that_there_are() -> None:
    codes = [story.code for story in STORIES]
    assert len(codes) == len(set(codes))
    named = {step.facts["to"] for story in STORIES for step in story.steps if step.verb == "relate"}
    named |= {story.near for story in STORIES if story.near}
    assert named <= set(codes)


def test_the_stories_show_every_verb() -> None:
    told = {step.verb for story in STORIES for step in story.steps}
    assert told == VERBS.keys()


def test_nobody_works_on_a_weekend() -> None:
    sunday = date(2026, 3, 8)
    assert working_day(sunday, 0) == working_day(sunday, -1) == working_day(sunday, -2) == date(2026, 3, 6)
    assert working_day(sunday, 1) == date(2026, 3, 9)


def test_a_past_is_told_as_of_its_own_instant_and_the_present_comes_back_also_after_an_error() -> None:
    then = datetime(2026, 3, 4, 9, 10, tzinfo=UTC)
    with pytest.raises(ZeroDivisionError), told_as_of(then):
        assert utc_now() == then
        raise ZeroDivisionError
    assert utc_now() != then


def test_nothing_but_the_stories_sets_the_clock_back() -> None:
    code = script.STORIES.parents[2]
    using = {str(path.relative_to(code)) for path in code.rglob("*.py") if "told_as_of" in path.read_text("utf-8")}
    assert using == {
        "clock.py", "city/showing/crews.py", "city/showing/earlier.py", "city/showing/telling.py",
        "city/showing/working_days.py",
    }  # fmt: skip


def test_letters_of_playbooks_are_templates_that_there_are() -> None:
    books = tomllib.loads((DATA / "playbooks.toml").read_text("utf-8"))["playbooks"]
    starters = script.STORIES.parents[2] / "cases/file/letters/starters.toml"
    known = {row["code"] for row in tomllib.loads(starters.read_text("utf-8"))["templates"]}
    assert {step["template"] for book in books for step in book["steps"] if "template" in step} <= known
