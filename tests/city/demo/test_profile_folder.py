"""The demo city's profile passes the reader of any city's profile and is as rich as promised."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tracker.city.contents import CityProfile
from tracker.city.demo import HIDDEN_SINK, LISTED_SINK, write_demo_profile
from tracker.city.profile import read_profile
from tracker.places.models import AreaKind
from tracker.scheduling.playbooks.step_kinds import StepKind
from tracker.staff.models import Role


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "profile"
    write_demo_profile(path)
    return path


@pytest.fixture(scope="module")
def profile(folder: Path) -> CityProfile:
    return read_profile(folder)


@pytest.fixture(scope="module")
def addresses(folder: Path) -> list[dict[str, str]]:
    with (folder / "addresses.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes_and_another_another_city(folder: Path, tmp_path: Path) -> None:
    write_demo_profile(tmp_path / "again")
    write_demo_profile(tmp_path / "other", seed=7)
    names = sorted(path.name for path in folder.iterdir())

    assert len(names) == 10
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    assert (folder / "streets.geojson").read_bytes() != (tmp_path / "other" / "streets.geojson").read_bytes()


def test_four_service_centers_and_a_dozen_neighborhoods(profile: CityProfile) -> None:
    assert profile.areas is not None
    kinds = Counter(area.kind for area in profile.areas)

    assert kinds == {AreaKind.SERVICE_CENTER: 4, AreaKind.NEIGHBORHOOD: 12}


def test_families_and_types_are_enough_and_of_every_sort(profile: CityProfile) -> None:
    assert profile.families is not None and profile.service_types is not None
    types = profile.service_types

    assert len(profile.families) >= 12
    assert len(types) >= 40
    assert sum(one.confidential for one in types) >= 3
    assert sum(one.test for one in types) == 1
    assert sum(one.weight == 0 for one in types) >= 4
    assert sum(one.public for one in types) > len(types) / 2


def test_every_family_has_a_playbook_and_every_step_somebody_who_can_do_it(profile: CityProfile) -> None:
    assert profile.playbooks and profile.families and profile.resources
    skills = {skill for resource in profile.resources for skill in resource.skills}

    assert {book.family for book in profile.playbooks} == {family.code for family in profile.families}
    assert {step.skill for book in profile.playbooks for step in book.steps if step.skill} <= skills
    assert {step.kind for book in profile.playbooks for step in book.steps} == set(StepKind)


def test_every_role_has_somebody_and_every_center_three_contacts_of_whom_one_takes_everything(
    profile: CityProfile,
) -> None:
    assert profile.staff is not None
    contacts = Counter(one.center for one in profile.staff if one.role is Role.CONTACT)
    takes_all = {one.center for one in profile.staff if one.role is Role.CONTACT and not one.families}

    assert {one.role for one in profile.staff} == set(Role)
    assert contacts == {"NW": 3, "NE": 3, "SW": 3, "SE": 3}
    assert takes_all == set(contacts)
    assert all(one.email.endswith("@example.org") for one in profile.staff)


def test_only_the_first_sink_is_listed(profile: CityProfile) -> None:
    assert [(sink.lat, sink.long) for sink in profile.sinks] == [LISTED_SINK]
    assert LISTED_SINK != HIDDEN_SINK


def test_there_are_enough_addresses_and_no_two_are_the_same(addresses: list[dict[str, str]]) -> None:
    keys = Counter((row["NUMBER"], row["STREET"], row["UNIT"]) for row in addresses)

    assert sum(not row["UNIT"] for row in addresses) >= 25_000
    assert max(keys.values()) == 1
    assert sum(bool(row["UNIT"]) for row in addresses) > 1000
    assert all(len(row["POSTCODE"]) == 5 and row["POSTCODE"].startswith("345") for row in addresses)


def test_every_address_lies_in_a_hundred_block_of_its_street(
    profile: CityProfile, addresses: list[dict[str, str]]
) -> None:
    assert profile.streets is not None
    blocks = {(street.name, street.from_number) for street in profile.streets}

    assert all((row["STREET"], int(row["NUMBER"]) // 100 * 100) in blocks for row in addresses)
