"""What is wrong in a profile is said in one line that names the place, and nothing of it is loaded."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.city.folders import edit, make_folder, read_geojson, write_geojson
from tracker.calls.models import Family
from tracker.extensions import db
from tracker.places.models import Address, Area, City

TYPES, ANSWERS, RULES, AREAS, STREETS, ROWS = (
    "service_types.toml", "answers.toml", "rules.toml", "areas.geojson", "streets.geojson", "addresses.csv"
)  # fmt: skip


def refuse(app: Flask, folder: Path) -> str:
    """Load the folder by the command, which must refuse it in one line and leave the database empty; the line."""
    result = app.test_cli_runner().invoke(args=["load-city", str(folder)])
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    with app.app_context():
        for table in (City, Family, Area, Address):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
    return lines[0]


BROKEN_TEXT = [
    (
        "city.toml",
        'time_zone = "America/New_York"',
        'time_zone = "America/New_Yrok"',
        'did you mean "America/New_York"',
    ),
    ("city.toml", 'time_zone = "America/New_York"', 'time_zone = "../etc/passwd"', "time_zone"),
    ("city.toml", "south = 39.9", "south = 40.2", "south (40.2) must be less than north (40.1)"),
    ("city.toml", "west = -140.1", "west = -139.0", "west (-139.0) must be less than east"),
    ("city.toml", "west = -140.1", "west = -170.0", "a city has at most 5"),
    ("city.toml", "lat = 40.0\n", "lat = 41.0\n", "origin: 41.0, -140.0 lies outside the bounds"),
    ("city.toml", "lat = 40.0\n", "lat = nan\n", "origin: lat must be a number from -90 to 90"),
    ("city.toml", "lat = 40.0\n", "lat = inf\n", "origin: lat must be a number"),
    ("city.toml", "lat = 40.0\n", 'lat = "north"\n', 'origin: lat must be a number from -90 to 90, not "north"'),
    ("city.toml", "lat = 40.0\n", "lat = true\n", "origin: lat must be a number"),
    ("city.toml", "lat = 40.0\n", "", "origin: the key lat is missing"),
    ("city.toml", 'slug = "sampleton" ', 'slug = "Sample Ton" ', "slug must be at most 60 lower-case"),
    ("city.toml", 'name = "Sampleton"', 'name = ""', "name must be a text"),
    ("city.toml", 'name = "Sampleton"', 'name = "A\\u001bB"', "name must be one line"),
    ("city.toml", 'name = "Sampleton"', 'name = "Sampleton', "is not TOML"),
    ("city.toml", 'name = "Sampleton"', 'nmae = "Sampleton"', 'unknown key "nmae"; did you mean "name"?'),
    ("city.toml", "lat = 40.0005", "lat = 50.0", "sink 1: 50.0, -140.0005 lies outside"),
    (TYPES, 'family = "dumping"', 'family = "dumpnig"', 'family "dumpnig" is not known; did you mean "dumping"?'),
    (TYPES, 'code = "dumping"', 'code = "lighting"', 'the code "lighting" is already that of family 1'),
    (TYPES, 'service_code = "illegal-dumping"', 'service_code = "bulk-pickup"', "the service_code"),
    (TYPES, 'service_name = "Illegal Dumping"', 'service_name = "bulk  item PICKUP"', "are both called"),
    (TYPES, "weight = 1 ", "weight = 11 ", "weight must be a whole number from 0 to 10, not 11"),
    (TYPES, "weight = 1 ", "weight = -1 ", "weight must be a whole number from 0 to 10"),
    (TYPES, "weight = 1 ", "wieght = 1 ", 'service type 1 ("street-light-outage"): unknown key "wieght"'),
    (TYPES, "harm_weight = 2 ", "harm_weight = 6 ", "harm_weight must be a whole number from 1 to 5"),
    (TYPES, "public = true ", 'public = "yes" ', 'public must be true or false, not "yes"'),
    (TYPES, "confidential = true", "confidential = true\npublic = true", "cannot be both public and confidential"),
    (TYPES, 'code = "orders"', 'code = "unsorted"', "means that nobody filed the type"),
    (TYPES, 'color = "green"', 'color = "url(x)"', "color must be a color"),
    (TYPES, 'datatype = "string"', 'datatype = "words"', "datatype must be one of string, number"),
    (TYPES, 'datatype = "string"', 'dataype = "string"', 'question 2 ("pole"): unknown key "dataype"'),
    (TYPES, 'code = "pole"', 'code = "the pole"', "code must be at most 60 letters, digits"),
    (TYPES, 'code = "pole"', 'code = "extent"', 'the code "extent" is already that of service type 1'),
    (TYPES, 'prompt = "Number on the pole"\n', "", 'question 2 ("pole"): the key prompt is missing'),
    (TYPES, "required = true", "required = 1", "required must be true or false, not 1"),
    (TYPES, "variable = false ", "variable = false\nrequired = true ", "so it cannot be required"),
    (TYPES, 'datatype = "singlevaluelist"', 'datatype = "text"', "values are for lists; take them out"),
    (TYPES, 'datatype = "string"', 'datatype = "multivaluelist"', "needs values to choose from"),
    (TYPES, 'key = "several"', 'key = "one"', 'value 2: the key "one" is already that of'),
    (TYPES, 'key = "several"', 'kye = "several"', 'value 2: unknown key "kye"; known are: key, name'),
    (ANSWERS, 'code = "pay-a-ticket"', 'code = "trash-day"', 'answer 2 ("trash-day"): the code "trash-day" is already'),
    (ANSWERS, "How do I pay a parking ticket?", "When is my trash collected?", "the title"),
    (ANSWERS, "text_es = ", "text_sp = ", 'answer 1 ("trash-day"): unknown key "text_sp"; did you mean "text_es"?'),
    (ANSWERS, 'text_en = "By', 'text = "By', "unknown key"),
    (ANSWERS, "Put the bins", "Put\\u0007 the bins", "text_en must be a text of at most 4000 printable characters"),
    (ANSWERS, '"garbage", ', '"garbage, trash", ', "keywords must be a list of at most 40 texts without commas"),
    (ANSWERS, "https://example.org/trash", "javascript:alert(1)", 'link must be an address such as "https://'),
    (RULES, "radius_m = 50", "radius_m = 0", "[default]: radius_m must be a whole number from 1 to 2000"),
    (RULES, "radius_m = 50", "radius_m = 2001", "[default]: radius_m must be a whole number from 1 to 2000"),
    (RULES, "window_days = 30", "window_days = 731", "window_days must be a whole number from 1 to 730"),
    (RULES, "threshold = 4", "threshold = 1", "threshold must be a whole number from 2 to 1000"),
    (RULES, "threshold = 4", "threshold = 1001", "threshold must be a whole number from 2 to 1000"),
    (RULES, "threshold = 4", "threshold = 4.0", "threshold must be a whole number from 2 to 1000, not 4.0"),
    (RULES, "distinct_days = 2", "distinct_days = 5", "distinct_days 5 is more than the threshold 4"),
    (RULES, "distinct_days = 2", "distinct_days = 0", "distinct_days must be a whole number"),
    (RULES, "[families.lighting]", "[families.lightning]", 'family "lightning" is not known; did you mean "lighting"?'),
    (RULES, "[families.lighting]", '[families."light\\ning"]', 'family "light\\ning" is not known'),
    (RULES, "threshold = 3", "treshold = 3", '[families.lighting]: unknown key "treshold"'),
    ("playbooks.toml", 'family = "lighting"', 'family = "light"', 'family "light" is not known'),
    ("playbooks.toml", "minutes = 45", "", "step 1: the key minutes is missing"),
    ("playbooks.toml", 'kind = "letter"', 'kind = "song"', "kind must be one of work_order, task, letter"),
    ("playbooks.toml", 'kind = "letter"', 'kind = "task"\ntemplate = "x"', "template means nothing for a task"),
    ("playbooks.toml", 'partner = "power"', "", "step 4: the key partner is missing"),
    ("playbooks.toml", 'partner = "power"', 'partner = "pwer"', 'partner "pwer" is not known; did you mean "power"?'),
    ("playbooks.toml", 'families = ["lighting"]', 'families = ["light"]', 'family "light" is not known'),
    ("playbooks.toml", "after = 1 ", "after = 2 ", "circle: «Replace the lamp» would wait for «Replace the lamp»"),
    ("playbooks.toml", "after = 1 ", "after = 3 ", "waits for step 3, which is no crew's work"),
    ("playbooks.toml", "due_days = 20", "due_days = 20\nafter = 1", "after means nothing for a letter"),
    ("playbooks.toml", "minutes = 45", "minutes = 0", "step 1: minutes must be a whole number from 1 to 1440"),
    ("staff.toml", 'center = "NORTH"', 'center = "NORHT"', 'center "NORHT" is not known; did you mean "NORTH"?'),
    ("staff.toml", 'families = ["lighting"]', 'families = ["light"]', 'family "light" is not known'),
    ("staff.toml", 'role = "supervisor"', 'role = "boss"', "role must be one of aide, contact"),
    ("staff.toml", 'role = "supervisor"', 'role = "supervisor"\npassword = "x"', 'unknown key "password"'),
    ("staff.toml", '"contact.south"', '"Contact.North"', "is already that of staff member 1"),
    ("staff.toml", 'role = "supervisor"', 'role = "supervisor"\ncenter = "NORTH"', 'are for role = "contact"'),
    ("staff.toml", 'role = "supervisor"', 'role = "supervisor"\nresources = ["electric-1"]', 'is for role = "crew"'),
    ("staff.toml", 'role = "supervisor"', 'role = "crew"\nresources = ["electric-9"]', 'did you mean "electric-1"?'),
    ("resources.toml", 'end = "15:00"', 'end = "06:00"', "ends at 06:00, its start is 07:00"),
    ("resources.toml", 'end = "15:00"', 'end = "25:00"', "shift 1: end must be a time of day"),
    ("resources.toml", '"wed"', '"wednesday"', "days must be a list of days"),
    ("resources.toml", 'kind = "crew"', 'kind = "crow"', "kind must be one of crew"),
    ("resources.toml", "base = [40.02, -140.0]", "base = [-140.0, 40.02]", "look swapped"),
    ("resources.toml", "base = [40.02, -140.0]", "base = [40.02, nan]", "base must be [latitude, longitude]"),
    (AREAS, '"code": "SOUTH"', '"code": "NORTH"', "the kind and code"),
    (AREAS, '"kind": "service_center"', '"kind": "servicecenter"', "kind must be one of service_center"),
    (AREAS, '"kind": "service_center", ', "", 'feature 1 ("NORTH"): the key kind is missing'),
    (AREAS, '"code": "NORTH"', '"Cod": "NORTH"', 'unknown property "Cod"; did you mean "code"?'),
    (AREAS, "[-140.05, 40.0]", "[-140.05, NaN]", "is not JSON: NaN is no number"),
    (AREAS, "[-140.05, 40.0]", "[-140.05, 1e999]", "a coordinate is not a number"),
    (AREAS, "[-140.05, 40.0]", '[-140.05, "40.0"]', "its coordinates are not those of a Polygon"),
    (AREAS, '"FeatureCollection"', '"Feature"', 'must be a GeoJSON "FeatureCollection"'),
    (STREETS, '"from_number": 1,', '"from_number": 500,', "from_number 500 is more than to_number 99"),
    (STREETS, '"priority": "main"', '"priority": "big"', "priority must be one of main, residential"),
    (STREETS, '"LineString"', '"Point"', "a street segment is a LineString"),
    (STREETS, "[-140.002, 40.001]", "[40.001, -140.002]", "look swapped"),
    (ROWS, "LON,LAT", "LONG,LAT", 'line 1: the column LON is missing; did you mean "LONG"?'),
    (ROWS, "UNIT,CITY", "LAT,CITY", "line 1: the column LAT occurs twice"),
    (ROWS, "-140.0018,40.0011,12", "-140.0018,abc,12", 'line 3: LAT "abc" is not a number'),
    (ROWS, "-140.0018,40.0011,12", "-140.0018,NaN,12", 'line 3: LAT "NaN" is not a number'),
    (ROWS, "-140.0018,40.0011,12", "40.0011,-140.0018,12", "line 3: LAT"),
    (ROWS, "-140.0018,40.0011,12", "-140.0018,40.0011,Elm", 'line 3: NUMBER "Elm" does not begin with'),
    (ROWS, "-140.0018,40.0011,12,Elm St,,Sampleton,,,00000,,", "-140.0018,40.0011", "line 3: has 2 cells"),
    (ROWS, "12,Elm St", '12,"Elm St', "is a quotation mark missing?"),
]


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "old", "new", "said"), BROKEN_TEXT, ids=[f"{n}: {new[:30]}" for n, _, new, _ in BROKEN_TEXT]
)
def test_a_mistake_is_named_in_one_line_and_nothing_is_loaded(
    app: Flask, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    folder = make_folder(tmp_path)
    edit(folder, name, old, new)
    line = refuse(app, folder)
    assert line.startswith(f"Error: {name}")
    assert said in line


def test_a_polygon_that_crosses_itself_is_named_with_the_place_of_the_crossing(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    areas = read_geojson(folder, AREAS)
    areas["features"][0]["geometry"]["coordinates"] = [
        [[-140.05, 40.0], [-139.95, 40.05], [-139.95, 40.0], [-140.05, 40.05], [-140.05, 40.0]]
    ]
    write_geojson(folder, AREAS, areas)
    assert 'areas.geojson: feature 1 ("NORTH"): the polygon crosses itself near -140, 40.025' in refuse(app, folder)


def test_service_centers_that_overlap_are_named(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    areas = read_geojson(folder, AREAS)
    ring = areas["features"][1]["geometry"]["coordinates"][0]
    areas["features"][1]["geometry"]["coordinates"] = [[[x, 40.01 if y == 40.0 else y] for x, y in ring]]
    write_geojson(folder, AREAS, areas)
    assert 'areas.geojson: the service centers "NORTH" and "SOUTH" overlap near' in refuse(app, folder)


def test_a_polygon_outside_the_bounds_or_with_swapped_coordinates_is_named(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    areas = read_geojson(folder, AREAS)
    ring = areas["features"][1]["geometry"]["coordinates"][0]
    areas["features"][1]["geometry"]["coordinates"] = [[[x, y - 1] for x, y in ring]]
    write_geojson(folder, AREAS, areas)
    assert 'feature 2 ("SOUTH"): reaches outside the bounds in city.toml' in refuse(app, folder)
    areas["features"][1]["geometry"]["coordinates"] = [[[y, x] for x, y in ring]]
    write_geojson(folder, AREAS, areas)
    assert "latitude and longitude look swapped" in refuse(app, folder)


@pytest.mark.parametrize("name", ["city.toml", "service_types.toml", "rules.toml"])
def test_a_missing_file_that_a_city_needs_is_named(app: Flask, tmp_path: Path, name: str) -> None:
    folder = make_folder(tmp_path)
    (folder / name).unlink()
    assert refuse(app, folder).startswith(f"Error: {name}: ")


def test_a_file_with_a_misspelled_name_is_not_passed_over(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / AREAS).rename(folder / "area.geojson")
    assert "area.geojson: is no file of a profile; did you mean areas.geojson?" in refuse(app, folder)


def test_a_folder_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    assert "there is no such folder" in refuse(app, tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["city.toml", ROWS, AREAS])
def test_a_file_in_another_encoding_is_refused_with_its_line(app: Flask, tmp_path: Path, name: str) -> None:
    folder = make_folder(tmp_path)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\n\xe9", 1).encode("latin-1"))
    assert refuse(app, folder) == f"Error: {name}: line 2: is not UTF-8; save the file as UTF-8"
    path.write_bytes(text.encode("utf-16"))
    assert refuse(app, folder) == f"Error: {name}: is UTF-16; save it as UTF-8"
    path.write_text(text.replace("\n", "\n\0", 1), encoding="utf-8")
    assert refuse(app, folder) == f"Error: {name}: line 2: holds a NUL; the file is damaged"


def test_a_file_that_is_far_too_long_is_refused(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / RULES).write_bytes(b"#" * 6_000_000)
    assert refuse(app, folder) == "Error: rules.toml: is 6 MB; at most 5 MB are read. Cut it to the city"
    folder = make_folder(tmp_path / "other")
    with (folder / ROWS).open("a", encoding="utf-8") as file:
        file.write("x" * 20_000)
    assert "addresses.csv: line 19: is longer than 10000 characters" in refuse(app, folder)


def test_nesting_without_end_is_refused_without_a_traceback(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / AREAS).write_text("[" * 200_000, encoding="utf-8")
    assert "areas.geojson: is not JSON" in refuse(app, folder)
    folder = make_folder(tmp_path / "other")
    (folder / "city.toml").write_text("name = " + "[" * 200_000, encoding="utf-8")
    assert "city.toml: is not TOML" in refuse(app, folder)


def test_a_file_of_another_citys_addresses_is_refused(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    path = folder / ROWS
    path.write_text(path.read_text(encoding="utf-8").replace(",40.", ",45."), encoding="utf-8")
    assert "17 of 17 addresses lie outside the bounds" in refuse(app, folder)


def test_swapped_addresses_are_called_swapped(app: Flask, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    edit(folder, "city.toml", "lat = 40.0\nlong = -140.0", "lat = 40.0\nlong = -80.0")
    edit(folder, "city.toml", "west = -140.1", "west = -80.1")
    edit(folder, "city.toml", "east = -139.9", "east = -79.9")
    edit(folder, "city.toml", "long = -140.0005", "long = -80.0005")
    for name in (AREAS, STREETS, "resources.toml"):
        (folder / name).unlink()
    edit(folder, "staff.toml", 'center = "NORTH"', "")
    edit(folder, "staff.toml", 'center = "SOUTH"', "")
    (folder / ROWS).write_text("LON,LAT,NUMBER,STREET\n40.001,-80.001,12,Elm St\n", encoding="utf-8")
    assert "addresses.csv: line 2: latitude -80.001 and longitude 40.001 look swapped" in refuse(app, folder)
