"""A profile is loaded whole, again in place, or in part; what people and calls stand on stays."""

from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from unicodedata import normalize

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests.city.folders import edit, keep_only, make_folder, read_geojson, write_geojson
from tests.factories import NOW, make_call, make_user
from tracker.calls.models import Family, ServiceRequest, ServiceType
from tracker.calls.types import TypeBook
from tracker.cases.intake import take_calls
from tracker.cases.models import CaseCall, Contact, GroupingRule, ProblemCase
from tracker.cases.response.models import PartnerAgency
from tracker.cases.response.partners import PartnerEntry, add_partner, change_partner
from tracker.cases.rules import current_rule, newest_rule
from tracker.city.contents import PartnerFacts
from tracker.city.loading import find_known, load_profile
from tracker.city.loading.responses import load_responses
from tracker.city.profile import read_profile
from tracker.errors import Conflict, ProfileError
from tracker.places.city import city_projection, the_city
from tracker.places.models import Address, AddressSource, Area, City, PublicPoint, Sink, Street
from tracker.places.projection import cell_of
from tracker.scheduling.crew.whose import own_resources
from tracker.scheduling.playbooks.editing import give_back_playbook, remove_step
from tracker.scheduling.playbooks.models import Playbook, PlaybookStep
from tracker.scheduling.playbooks.step_kinds import StepKind
from tracker.scheduling.resources.models import CityResource, ResourceSkill, Shift
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

Row = TypeVar("Row")


def load(folder: Path) -> dict[str, int]:
    return load_profile(read_profile(folder, find_known()))


def count(database: SQLAlchemy, table: type) -> int:
    return database.session.scalar(select(func.count()).select_from(table)) or 0


def one(database: SQLAlchemy, table: type[Row], **values: object) -> Row:
    return database.session.scalars(select(table).filter_by(**values)).one()


def test_a_profile_is_loaded_whole(database: SQLAlchemy, tmp_path: Path) -> None:
    counts = load(make_folder(tmp_path))
    assert counts == {
        "areas": 3, "families": 3, "service_types": 5, "questions": 3, "answers": 2, "rules": 4, "deadlines": 12,
        "playbooks": 1, "partners": 1, "edited_here_and_kept": 0,
        "staff": 3, "resources": 1, "streets": 3, "addresses": 18, "sinks": 1,
    }  # fmt: skip
    city = the_city()
    assert (city.slug, city.time_zone, city.localities) == ("sampleton", "America/New_York", ["HARBOR SIDE"])
    assert (city.south, city.west, city.north, city.east) == (39.9, -140.1, 40.1, -139.9)
    types = {item.service_code: item for item in database.session.scalars(select(ServiceType))}
    assert types["welfare-check"].is_confidential and not types["welfare-check"].is_public
    assert types["test-call"].is_test and not types["test-call"].counts
    assert types["bulk-pickup"].weight == 0
    assert types["street-light-outage"].keywords == "light,dark"
    assert not database.session.scalar(select(func.count()).where(ServiceType.is_unsorted))


def test_an_address_has_its_place_on_the_citys_plane(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    address = one(database, Address, key="12 ELM ST")
    assert (address.number, address.street_key, address.zipcode) == (12, "ELM ST", "00000")
    assert (address.x_dm, address.y_dm) == city_projection(the_city()).to_decimetres(40.0011, -140.0018)
    assert address.cell == cell_of(address.x_dm, address.y_dm)
    assert address.source is AddressSource.POINT
    assert count(database, PublicPoint) > 0
    assert address.public_point_id is not None


def test_streets_that_meet_make_a_known_crossing(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    crossing = one(database, Address, key="ELM ST & OAK AVE")
    assert (crossing.lat, crossing.long, crossing.number) == (40.001, -140.0, None)
    assert crossing.source is AddressSource.STREET
    assert count(database, Address) == 18, "two segments of one street do not cross"


def test_a_contact_gets_center_families_and_no_password(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    north, south = database.session.scalars(select(Contact).order_by(Contact.id))
    assert north.center and north.center.code == "NORTH"
    lighting = one(database, Family, code="lighting")
    assert [row.family_id for row in north.families] == [lighting.id]
    assert south.families == []
    assert all(user.password_hash is None for user in database.session.scalars(select(User)))


def test_a_crew_gets_its_resources_and_keeps_what_a_later_profile_leaves_out(
    database: SQLAlchemy, tmp_path: Path
) -> None:
    folder = make_folder(tmp_path)
    edit(folder, "staff.toml", 'role = "supervisor"', 'role = "crew"\nresources = ["electric-1"]')
    load(folder)
    driver = one(database, User, sign_in_name="supervisor")
    assert [crew.code for crew in own_resources(driver)] == ["electric-1"]
    edit(folder, "staff.toml", 'resources = ["electric-1"]', "")
    load(folder)
    assert [crew.code for crew in own_resources(driver)] == ["electric-1"]
    keep_only(folder, "city.toml", "staff.toml")
    edit(folder, "staff.toml", 'role = "crew"', 'role = "crew"\nresources = ["electric-1"]')
    load(folder)


def test_resources_and_playbooks_are_complete(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    crew = database.session.scalars(select(CityResource)).one()
    assert [skill.skill for skill in crew.skills] == ["electric"]
    assert [(shift.weekday, shift.start_minute, shift.end_minute) for shift in crew.shifts] == [
        (day, 420, 900) for day in range(5)
    ]
    steps = database.session.scalars(select(Playbook)).one().steps
    assert [(step.position, step.minutes) for step in steps] == [(1, 45), (2, 60), (3, 0), (4, 0)]
    assert [step.kind for step in steps[2:]] == [StepKind.LETTER, StepKind.PARTNER]
    (partner,) = database.session.scalars(select(PartnerAgency))
    assert (steps[3].partner, partner.name, len(partner.families)) == (partner, "Sample Power", 1)


def test_what_was_edited_on_its_page_is_kept_and_counted_until_it_is_given_back(
    database: SQLAlchemy, tmp_path: Path
) -> None:
    folder, person = make_folder(tmp_path), make_user(role=Role.SUPERVISOR)
    load(folder)
    playbook = database.session.scalars(select(Playbook)).one()
    partner = database.session.scalars(select(PartnerAgency)).one()
    remove_step(playbook, playbook.steps[0], person)
    change_partner(partner, PartnerEntry("Sample Power", phone="555 0199"), person)
    counts = load(folder)
    assert (counts["playbooks"], counts["partners"], counts["edited_here_and_kept"]) == (0, 0, 2)
    assert (len(playbook.steps), partner.phone) == (3, "555 0199")
    give_back_playbook(playbook, person)
    assert load(folder)["edited_here_and_kept"] == 1
    assert [step.position for step in playbook.steps] == [1, 2, 3, 4]


def test_a_playbook_that_did_not_change_keeps_its_steps(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    before = set(database.session.scalars(select(PlaybookStep.id)))
    load(folder)
    assert set(database.session.scalars(select(PlaybookStep.id))) == before


def test_a_partner_whose_name_was_taken_on_the_page_is_refused(database: SQLAlchemy, tmp_path: Path) -> None:
    person = make_user(role=Role.SUPERVISOR)
    add_partner(PartnerEntry("sample power"), person)
    with pytest.raises(Conflict, match="was added on a page"):
        load(make_folder(tmp_path))


def test_loading_the_same_folder_again_changes_nothing(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    tables = (
        City, Area, Family, ServiceType, GroupingRule, Playbook, PlaybookStep, User, Contact, CityResource,
        ResourceSkill, Shift, Street, Address, Sink, PublicPoint,
    )  # fmt: skip
    first = load(folder)
    before = {table.__name__: count(database, table) for table in tables}
    assert load(folder) == first
    assert {table.__name__: count(database, table) for table in tables} == before


def test_a_changed_rule_becomes_a_new_version_and_an_unchanged_one_does_not(
    database: SQLAlchemy, tmp_path: Path
) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    edit(folder, "rules.toml", "window_days = 60", "window_days = 90")
    load(folder)
    versions = {
        code: database.session.scalar(select(func.max(GroupingRule.version)).where(GroupingRule.family_id == number))
        for code, number in database.session.execute(select(Family.code, Family.id))
    }
    assert versions == {"lighting": 2, "dumping": 1, "orders": 1}
    rule = current_rule(one(database, Family, code="lighting").id)
    assert (rule.radius_m, rule.window_days, rule.threshold, rule.distinct_days) == (50, 90, 3, 2)
    default = newest_rule(None)
    assert default is not None and (default.version, default.threshold) == (1, 4)


def test_a_folder_with_a_part_updates_just_that_part(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    part = make_folder(tmp_path / "later")
    edit(part, "staff.toml", 'display_name = "Contact North"', 'display_name = "Somebody Else"')
    keep_only(part, "city.toml", "staff.toml")
    counts = load(part)
    assert counts == {name: {"staff": 3, "sinks": 1}.get(name, 0) for name in counts}
    assert one(database, User, sign_in_name="contact.north").display_name == "Somebody Else"
    assert (count(database, Address), count(database, Street), count(database, Area)) == (18, 3, 3)


def test_a_part_with_a_new_family_needs_rules(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    part = make_folder(tmp_path / "later")
    edit(part, "service_types.toml", 'code = "dumping"', 'code = "litter"')
    edit(part, "service_types.toml", 'family = "dumping"', 'family = "litter"')
    keep_only(part, "city.toml", "service_types.toml")
    with pytest.raises(
        ProfileError, match=r"rules\.toml: is missing, and litter in service_types\.toml is a new family"
    ):
        load(part)


def test_one_database_holds_one_city(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    other = make_folder(tmp_path / "other")
    edit(other, "city.toml", 'slug = "sampleton"', 'slug = "elsewhere"')
    with pytest.raises(Conflict, match=r'holds the city "sampleton".*TRACKER_INSTANCE'):
        load(other)
    with pytest.raises(Conflict):
        load_profile(read_profile(other))
    assert count(database, City) == 1


def test_the_origin_and_the_time_zone_stay_under_calls(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    edit(folder, "city.toml", "lat = 40.0\n", "lat = 40.01\n")
    with pytest.raises(Conflict, match=r"the origin of Sampleton cannot change once addresses are measured from it"):
        load(folder)
    edit(folder, "city.toml", "lat = 40.01\n", "lat = 40.0\n")
    make_call(service_type=one(database, ServiceType, service_code="illegal-dumping"))
    edit(folder, "city.toml", "America/New_York", "America/Chicago")
    with pytest.raises(Conflict, match=r"the time zone of Sampleton cannot change once calls are loaded"):
        load(folder)


def test_the_origin_may_be_mended_before_anything_is_measured(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    keep_only(folder, "city.toml", "service_types.toml", "rules.toml")
    load(folder)
    edit(folder, "city.toml", "lat = 40.0\n", "lat = 40.01\n")
    load(folder)
    sink = database.session.scalars(select(Sink)).one()
    assert (sink.x_dm, sink.y_dm) == city_projection(the_city()).to_decimetres(40.0005, -140.0005)


def test_an_account_keeps_its_password_and_a_new_role_is_logged(database: SQLAlchemy, tmp_path: Path) -> None:
    user = make_user(role=Role.AIDE, sign_in_name="Supervisor", password_hash="kept")
    load(make_folder(tmp_path))
    assert (user.role, user.password_hash, user.sign_in_name) == (Role.SUPERVISOR, "kept", "Supervisor")
    assert [entry.verb for entry in history_of("user", user.id)] == ["role_changed"]
    load(make_folder(tmp_path / "again"))
    assert len(history_of("user", user.id)) == 1


def test_an_unsorted_type_is_filed_with_its_calls(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    number = TypeBook().find_or_file("Leaning  POLE").id
    text = '\n[[service_types]]\nservice_code = "pole"\nservice_name = "Leaning Pole"\n'
    with (folder / "service_types.toml").open("a", encoding="utf-8") as file:
        file.write(text + 'family = "lighting"\npublic = true\n')
    load(folder)
    item = database.session.get_one(ServiceType, number)
    assert (item.service_code, item.is_unsorted, item.is_public, item.family.code) == ("pole", False, True, "lighting")


def test_a_name_is_one_type_however_its_accents_are_stored(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    first, same = "Déchets É", normalize("NFD", "déchets  é")
    assert TypeBook().find_or_file(first).id == TypeBook().find_or_file(same).id
    names = database.session.scalars(select(ServiceType.service_name).where(ServiceType.is_unsorted))
    assert list(names) == [first]


def test_the_first_row_of_an_address_wins_and_a_later_file_moves_it(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    rows = folder / "addresses.csv"
    rows.write_text(
        "lon,lat,number,street,extra\n-140.001,40.001,12,Elm Street,x\n-140.002,40.002,12,ELM ST,x\n,,,,\n".replace(
            ",,,,\n", ""
        )
        + "-140.003,40.003,,Elm St,x\n-150.0,40.0,14,Elm St,x\n-140.004,40.004,1/2,,x\n",
        encoding="utf-8-sig",
    )
    (folder / "streets.geojson").unlink()
    assert load(folder)["addresses"] == 1
    assert one(database, Address, key="12 ELM ST").lat == 40.001
    rows.write_text("LON,LAT,NUMBER,STREET\n-140.005,40.005,12,Elm St\n", encoding="utf-8")
    load(folder)
    database.session.expire_all()
    assert one(database, Address, key="12 ELM ST").lat == 40.005


def test_what_staff_placed_is_not_moved_by_a_profile(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    address = one(database, Address, key="12 ELM ST")
    address.source, address.lat = AddressSource.STAFF, 40.05
    load(folder)
    database.session.expire_all()
    assert (address.source, address.lat) == (AddressSource.STAFF, 40.05)


def test_streets_are_replaced_as_a_whole(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    streets = read_geojson(folder, "streets.geojson")
    streets["features"] = streets["features"][:1]
    write_geojson(folder, "streets.geojson", streets)
    load(folder)
    assert [street.key for street in database.session.scalars(select(Street))] == ["ELM ST"]


def test_a_new_center_may_not_overlap_one_that_stays(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    edit(folder, "areas.geojson", '"code": "NORTH"', '"code": "NORTH-2"')
    with pytest.raises(ProfileError, match='"NORTH" and "NORTH-2" overlap'):
        load(folder)


def test_calls_of_a_type_that_becomes_confidential_leave_their_case(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    dumping = one(database, ServiceType, service_code="illegal-dumping")
    calls = [make_call(service_type=dumping, requested_datetime=NOW - timedelta(days=day)) for day in range(5)]
    take_calls()
    assert count(database, ProblemCase) == 1
    edit(
        folder,
        "service_types.toml",
        'service_code = "illegal-dumping"',
        'service_code = "illegal-dumping"\nconfidential = true',
    )
    edit(folder, "service_types.toml", "due_days = 3\npublic = true", "due_days = 3")
    load(folder)
    active = select(func.count()).select_from(CaseCall).where(CaseCall.unlinked_at.is_(None))
    assert database.session.scalar(active) == 0
    assert len(calls) == count(database, ServiceRequest) == 5


def test_calls_that_weighed_nothing_count_once_their_type_does(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    bulk = one(database, ServiceType, service_code="bulk-pickup")
    for day in range(5):
        make_call(service_type=bulk, weight=0, requested_datetime=NOW - timedelta(days=day))
    take_calls()
    assert count(database, ProblemCase) == 0
    edit(folder, "service_types.toml", "weight = 0 ", "weight = 1 ")
    load(folder)
    assert count(database, ProblemCase) == 1


def test_partners_of_a_profile_keep_apart_from_those_of_the_page_and_pass_names_on(database: SQLAlchemy) -> None:
    def facts(code: str, name: str) -> PartnerFacts:
        return PartnerFacts(code, name, "", "", "", "", ())

    assert load_responses([facts("a", "École"), facts("b", "Harbor")], [])["partners"] == 2
    load_responses([facts("a", "School"), facts("b", "ÉCOLE")], [])
    assert sorted(database.session.scalars(select(PartnerAgency.name))) == ["School", "ÉCOLE"]
    add_partner(PartnerEntry("Átlas"), make_user(role=Role.SUPERVISOR))
    with pytest.raises(Conflict, match="was added on a page"):
        load_responses([facts("c", "átlas")], [])
