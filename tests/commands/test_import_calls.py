"""`import-calls` as a person types it: guesses, presets, maps, and what each refusal says."""

from pathlib import Path

import pytest
from flask import Flask

from tests.calls.cities import make_pothole_city
from tests.calls.csv_files import HEADER, MAP, import_text, row, table
from tracker.extensions import db
from tracker.places.sinks import add_sink


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """The application with a small city."""
    make_pothole_city(app)
    return app


def run(app: Flask, *arguments: object) -> tuple[int, str, str]:
    outcome = app.test_cli_runner().invoke(args=["import-calls", *map(str, arguments)])
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), repr(outcome.exception)
    return outcome.exit_code, outcome.stdout, outcome.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one good row."""
    path = tmp_path / "calls.csv"
    path.write_text(table([row(1)]), "utf-8")
    return path


def test_without_a_map_the_columns_are_guessed(city_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "my city.csv"
    path.write_text(table([], ["Ticket", "Created Date", "Complaint Type", "Latitude", "LNG", "Odd"]), "utf-8")
    code, out, error = run(city_app, path)
    assert (code, out) == (1, "")
    for line in (
        'source_id = "Ticket"',
        'requested = "Created Date"',
        'service_name = "Complaint Type"',
        'lat = "Latitude"',
        'long = "LNG"',
    ):
        assert line in error
    assert "--preset" in error and "--map" in error and 'source = "my city"' in error


def test_a_guess_says_what_it_could_not_find(city_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(table([], ["Ticket", "Odd"]), "utf-8")
    _, _, error = run(city_app, path)
    assert 'requested = "?"' in error and 'service_name = "?"' in error


def test_the_guess_is_a_map_that_works(city_app: Flask, tmp_path: Path) -> None:
    header = ["Ticket", "Opened", "Type", "Latitude", "Longitude"]
    text = table([["1", "2026-03-01 10:00", "Pothole", "42.35", "-71.06"]], header)
    _, _, error = run(city_app, _written(tmp_path / "c.csv", text))
    guessed = error[error.index("source = ") :]
    assert import_text(city_app, tmp_path, text, guessed).counts == (1, 1, 0, 0)


def test_the_columns_of_a_preset_are_known(city_app: Flask, tmp_path: Path) -> None:
    header = ["case_enquiry_id", "open_dt", "target_dt", "closed_dt", "case_status", "closure_reason", "case_title"]
    header += ["type", "department", "location", "location_zipcode", "latitude", "longitude"]
    _, _, error = run(city_app, _written(tmp_path / "c.csv", table([], header)))
    assert "Run again with --preset boston-311" in error and len(error.strip().splitlines()) == 1


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MAP.replace("source_id", "sourceid"), "«sourceid»"),
        (MAP.replace('service_name = "kind"\n', ""), "needs «service_name»"),
        (MAP + 'x = "y"\n', "«x»"),
        ("colour = 1\n" + MAP, "«colour»"),
        (MAP.replace('"kind"', "7"), "«service_name» must be a column name"),
        (MAP.replace('"kind"', "[]"), "«service_name» must be a column name"),
        (MAP.replace('"kind"', '["a", 1]'), "«service_name» must be a column name"),
        ("columns = 3\n", "«columns»"),
        ("datetime_formats = 5\n" + MAP, "«datetime_formats»"),
        ('datetime_formats = "iso"\n' + MAP, "«datetime_formats»"),
        ('datetime_formats = ["%Q"]\n' + MAP, "«datetime_formats»"),
        ("closed_words = [1]\n" + MAP, "«closed_words»"),
        (MAP.replace('"test-city"', "[1]"), "«source»"),
        (MAP.replace('"test-city"', '"' + "x" * 100 + '"'), "«source»"),
        ("[columns\n", "line 1"),
        ("source = 'a\0b'\n", "map.toml"),
    ],
)  # fmt: skip
def test_an_error_in_a_map_names_the_file_and_the_key(city_app: Flask, file: Path, text: str, said: str) -> None:
    mapping = _written(file.parent / "map.toml", text)
    code, out, error = run(city_app, file, "--map", mapping)
    assert (code, out) == (1, "") and len(error.strip().splitlines()) == 1
    assert "map.toml" in error and said in error


def test_a_map_that_is_no_text_is_refused(city_app: Flask, file: Path) -> None:
    mapping = file.parent / "map.toml"
    for make in (lambda: mapping.write_bytes(b"\xff\xfe\0"), lambda: (mapping.unlink(), mapping.mkdir())):
        make()
        code, _, error = run(city_app, file, "--map", mapping)
        assert code == 1 and len(error.strip().splitlines()) == 1 and "map.toml" in error
    assert "There is no mapping file" in run(city_app, file, "--map", file.parent / "none.toml")[2]


def test_options_that_contradict_each_other_are_refused(city_app: Flask, file: Path) -> None:
    assert "not both" in run(city_app, file, "--preset", "la-311", "--map", file)[2]
    code, _, error = run(city_app, file, "--preset", "nowhere")
    assert code == 1 and "boston-311, chicago-311, la-311, nyc-311, open311-bulk, open311-json, slo-police" in error


def test_without_json_each_figure_has_its_line(city_app: Flask, file: Path) -> None:
    code, out, _ = run(city_app, file, "--map", _written(file.parent / "map.toml", MAP))
    assert code == 0
    figures = dict(line.rsplit(maxsplit=1) for line in out.splitlines())
    assert (figures["rows"], figures["accepted"], figures["cases opened"]) == ("1", "1", "0")


def test_names_of_columns_are_matched_in_any_case_and_any_separator(city_app: Flask, tmp_path: Path) -> None:
    for mark in (";", "\t", "|"):
        header = mark.join(name.upper() for name in HEADER)
        text = header + "\n" + mark.join(row(f"n{ord(mark)}")) + "\n"
        assert import_text(city_app, tmp_path, text).counts == (1, 1, 0, 0)


def test_how_many_unlocated_calls_lie_on_known_sinks_is_said(city_app: Flask, tmp_path: Path) -> None:
    with city_app.app_context():
        add_sink(42.36, -71.058)
        db.session.commit()
    lost = [row(n, lat="42.36", long="-71.058", address="") for n in (1, 2)]
    answer = import_text(city_app, tmp_path, table([*lost, row(3, lat="", long="", address=""), row(4)]))
    assert answer.result["unlocated"] == 3
    assert answer.error.startswith("On known sinks: 2 of the 3 unlocated calls.")
    assert "scan --relocate" in answer.error and len(answer.error.splitlines()) == 1
    again = import_text(city_app, tmp_path, table([row(5), row(6, lat="", long="", address="")]))
    assert (again.result["unlocated"], again.error) == (1, "")
