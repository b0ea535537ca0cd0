"""`load-city` and `new-city` as a script sees them."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.city.folders import edit, keep_only, make_folder
from tests.databases import close_connections, make_app
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.places.models import City
from tracker.scheduling.resources.models import CityResource

COUNTS = {
    "areas", "families", "service_types", "questions", "answers", "rules", "deadlines", "playbooks", "partners",
    "edited_here_and_kept", "staff", "resources", "streets", "addresses", "sinks",
}  # fmt: skip


def run(app: Flask, *args: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=list(args))
    return result.exit_code, result.stdout, result.stderr


def test_a_new_profile_loads_as_it_is_written(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mine"
    code, out, _ = run(app, "new-city", str(folder), "--json")
    assert code == 0
    assert set(json.loads(out)["files"]) == {path.name for path in folder.iterdir()} >= {"city.toml", "addresses.csv"}
    code, out, err = run(app, "load-city", str(folder), "--json")
    assert (code, err) == (0, "")
    assert set(json.loads(out)) == COUNTS


def test_skills_that_playbooks_ask_for_and_nobody_has_are_named_as_a_hint(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    edit(folder, "playbooks.toml", '# needs = ["bucket"]', 'needs = ["bucket"]')
    edit(folder, "playbooks.toml", 'skill = "electric"', 'skill = "survey"')
    code, out, err = run(app, "load-city", str(folder), "--json")
    assert (code, set(json.loads(out))) == (0, COUNTS)
    assert err.startswith("Playbooks ask for skills that no resource has: bucket, survey.")
    assert len(err.splitlines()) == 1
    edit(folder, "resources.toml", 'skills = ["electric"]', 'skills = ["bucket", "electric", "survey"]')
    assert run(app, "load-city", str(folder))[2] == ""


def test_what_a_retired_resource_could_do_counts_as_missing(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run(app, "load-city", str(folder))
    with app.app_context():
        for resource in db.session.scalars(select(CityResource)):
            resource.retired_at = utc_now()
        db.session.commit()
    keep_only(folder, "city.toml", "playbooks.toml", "service_types.toml")
    assert "no resource has: electric." in run(app, "load-city", str(folder))[2]
    keep_only(folder, "city.toml", "service_types.toml")
    assert run(app, "load-city", str(folder))[2] == ""  # it brings neither playbooks nor resources


def test_new_city_overwrites_nothing(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    code, out, err = run(app, "new-city", str(tmp_path))
    assert (code, out) == (1, "")
    assert "is not empty" in err and len(err.splitlines()) == 1
    assert (tmp_path / "mine.txt").read_text() == "kept"
    assert run(app, "new-city", str(tmp_path / "mine.txt"))[0] == 1


def test_an_unknown_preset_lists_the_presets(app: Flask) -> None:
    code, _, err = run(app, "load-city", "--preset", "nowhere")
    assert code == 1
    assert "boston-311, chicago-311, la-311, nyc-311, slo-police" in err


def test_a_folder_and_a_preset_at_once_are_refused(app: Flask, tmp_path: Path) -> None:
    assert run(app, "load-city", str(make_folder(tmp_path)), "--preset", "la-311")[0] == 1


def test_without_arguments_the_folder_of_the_settings_is_loaded(database_url: str, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    app = make_app(tmp_path, TRACKER_DATABASE_URL=database_url, TRACKER_CITY=str(folder))
    assert run(app, "load-city")[0] == 0
    with app.app_context():
        assert db.session.scalars(select(City)).one().slug == "sampleton"
        close_connections()


@pytest.mark.once
def test_without_arguments_and_settings_the_demo_city_is_loaded(app: Flask) -> None:
    code, out, err = run(app, "load-city", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["addresses"] >= 25_000


def test_another_city_is_refused_with_what_to_do(app: Flask, tmp_path: Path) -> None:
    assert run(app, "load-city", str(make_folder(tmp_path)))[0] == 0
    code, out, err = run(app, "load-city", "--preset", "boston-311")
    assert (code, out) == (1, "")
    assert "Set TRACKER_INSTANCE to a new folder" in err


def test_an_error_late_in_loading_leaves_the_database_as_it_was(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    assert run(app, "load-city", str(folder))[0] == 0
    edit(folder, "city.toml", 'name = "Sampleton"', 'name = "Renamed"')
    edit(folder, "areas.geojson", '"code": "NORTH"', '"code": "NORTH-2"')
    edit(folder, "staff.toml", 'center = "NORTH"', 'center = "NORTH-2"')
    edit(folder, "resources.toml", 'center = "NORTH"', 'center = "NORTH-2"')
    code, _, err = run(app, "load-city", str(folder))
    assert code == 1 and "overlap" in err
    with app.app_context():
        assert db.session.scalars(select(City)).one().name == "Sampleton"
