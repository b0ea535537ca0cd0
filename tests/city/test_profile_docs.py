"""`docs/profile.md` explains every key that the reader knows, and no other."""

import re
from pathlib import Path

from tracker.calls.questions.models import Datatype
from tracker.cases.deadlines.kinds import DeadlineKind
from tracker.city.address_rows import COLUMNS
from tracker.city.keys import DAYS, FILES, PRIORITIES, TABLES
from tracker.places.models import AreaKind
from tracker.scheduling.playbooks.step_kinds import StepKind
from tracker.scheduling.resources.models import ResourceKind
from tracker.staff.models import Role

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "profile.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^##+ (\S.*?)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def documented(section: str) -> set[str]:
    """The names in the first column of the section's table."""
    cells = re.findall(r"^\| (`.*?) \|", SECTIONS[section], re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_file_has_a_section() -> None:
    assert set(SECTIONS) == set(FILES) | set(TABLES)


def test_the_keys_of_every_table_are_those_of_the_reader() -> None:
    for heading, keys in TABLES.items():
        assert documented(heading) == {key.name for key in keys}, heading


def test_the_columns_of_addresses_are_those_of_the_reader() -> None:
    assert documented("addresses.csv") == set(COLUMNS)


def test_every_choice_is_documented() -> None:
    for choices, heading in (
        (AreaKind, "areas.geojson"),
        (Role, "staff.toml: [[staff]]"),
        (ResourceKind, "resources.toml: [[resources]]"),
        (Datatype, "service_types.toml: [[service_types.questions]]"),
        (StepKind, "playbooks.toml: [[playbooks.steps]]"),
        (PRIORITIES, "streets.geojson"),
        (DAYS, "resources.toml: [[resources.shifts]]"),
        (DAYS, "deadlines.toml: [[hours]]"),
        (DeadlineKind, "deadlines.toml: [[measures]]"),
    ):
        assert all(f"`{choice}`" in SECTIONS[heading] for choice in choices), heading
