"""`docs/your-city.md` does what it says: its files and commands, in their order, on a small invented city."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.places.models import Area, AreaKind
from tracker.scheduling.bookings.models import Booking

PROJECT = Path(__file__).resolve().parents[1]
TEXT = (PROJECT / "docs" / "your-city.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"(?:^`(?P<file>~/(?P<city>my-city|boston)/\S+)`:\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
Ring = list[list[float]]
NEIGHBORHOODS: dict[str, Ring] = {
    "Old Mill": [[-140.05, 40.0], [-140.0, 40.0], [-140.0, 40.02], [-140.05, 40.02], [-140.05, 40.0]],
    "Harbor": [
        [-140.0, 40.0], [-139.95, 40.0], [-139.95, 40.02], [-139.97, 40.02], [-139.96, 40.01], [-139.98, 40.01],
        [-139.97, 40.02], [-140.0, 40.02], [-140.0, 40.0],
    ],  # its border touches itself: the usual defect of published ones
    "Southfield": [[-140.05, 39.98], [-139.95, 39.98], [-139.95, 40.0], [-140.05, 40.0], [-140.05, 39.98]],
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a command of the document printed."""

    line: str
    code: int
    out: str
    err: str


def write_calls(path: Path) -> None:
    """A lamp of the north that fails five times, a dumping spot of the south, and ordered pickups at one house."""
    rows = []
    for number in range(5):
        rows.append(("Street Light Out", f"03/{1 + 4 * number:02} 21:15", "12 Elm St", 40.010, -140.010))
        rows.append(("Illegal Dumping", f"03/{2 + 4 * number:02} 08:30", "7 Oak Ave", 39.990, -140.020))
        rows.append(("Bulk Pickup", f"03/{3 + 4 * number:02} 10:00", "9 Oak Ave", 39.992, -140.030))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Case No", "Opened", "Closed", "Status", "What", "Where", "Lat", "Lon"])
        for number, (what, day, where, lat, long) in enumerate(rows, 1):
            table.writerow([number, day.replace(" ", "/2025 "), "", "Open", what, where, lat, long])


def squares() -> Iterator[Ring]:
    """Squares side by side within Boston's bounds."""
    for number in range(100):
        west, south = -71.15 + 0.005 * (number % 10), 42.25 + 0.005 * (number // 10)
        east, north = west + 0.005, south + 0.005
        yield [[west, south], [east, south], [east, north], [west, north], [west, south]]


def write_neighborhoods(path: Path, hoods: dict[str, Ring]) -> None:
    """A published map of neighborhoods, each a polygon with its name."""
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for name, ring in hoods.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def write_file(home: Path, step: re.Match[str]) -> None:
    """Put a file of the document where it says."""
    Path(step["file"].replace("~", str(home), 1)).write_text(step["body"], encoding="utf-8")


def command_lines(body: str) -> Iterator[str]:
    """The lines of a block that are commands."""
    return (line for line in body.splitlines() if line and not line.startswith("export "))


def run_line(app: Flask, home: Path, line: str) -> Answer:
    """Run one line: the program's own commands in this process, everything else in a shell."""
    words = [word.replace("~", str(home), 1) for word in shlex.split(line, comments=True)]
    if words[:3] == ["flask", "--app", "tracker"]:
        result = app.test_cli_runner().invoke(args=words[3:])
        return Answer(line, result.exit_code, result.stdout, result.stderr)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "HOME": str(home), "PATH": path}
    done = subprocess.run(
        ["/bin/bash", "-c", line], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    return Answer(line, done.returncode, done.stdout, done.stderr)


@pytest.fixture
def answers(app: Flask, tmp_path: Path) -> list[Answer]:
    """What every command of the document printed, after its files were written where it says."""
    home = tmp_path / "home"
    (home / "my-city").mkdir(parents=True)
    write_calls(home / "my-city" / "calls.csv")
    write_neighborhoods(home / "my-city" / "neighborhoods.geojson", NEIGHBORHOODS)
    found = []
    for step in STEP.finditer(TEXT):
        if step["city"] == "my-city":
            write_file(home, step)
        elif step["kind"] == "sh":
            found += [run_line(app, home, line) for line in command_lines(step["body"])]
    return found


def answer_to(answers: list[Answer], start: str) -> Answer:
    return next(answer for answer in answers if answer.line.removeprefix("flask --app tracker ").startswith(start))


def number_after(answer: Answer, name: str) -> int:
    found = re.search(rf"^{name} +(\d+)$", answer.out, re.MULTILINE)
    assert found, answer
    return int(found[1])


@pytest.mark.filterwarnings("error")
def test_the_document_takes_a_city_from_its_files_to_owned_cases_and_booked_work(
    app: Flask, answers: list[Answer]
) -> None:
    for answer in answers:
        assert answer.code == (1 if answer.line.endswith("# stops") else 0), answer
    assert 'requested = "Opened"' in answers[1].err
    assert "the polygon touches itself" in answer_to(answers, "load-city").err
    imported = answer_to(answers, "import-calls ~/my-city/calls.csv --map")
    assert (number_after(imported, "accepted"), number_after(imported, "rejected")) == (15, 0)
    assert number_after(imported, "cases opened") == 2
    assert number_after(answer_to(answers, "plan"), "booked") == 2
    with app.app_context():
        cases = db.session.scalars(select(ProblemCase)).all()
        owners = {case.address: (case.center.name, case.contact.user.display_name) for case in cases}
        assert owners == {
            "12 Elm St": ("North Service Center", "Nora Alder"),
            "7 Oak Ave": ("South Service Center", "Sue Elm"),
        }
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 2
        hoods = db.session.scalars(select(Area.name).where(Area.kind == AreaKind.NEIGHBORHOOD))
        assert set(hoods) == set(NEIGHBORHOODS)
    page = app.test_client().get("/").get_data(as_text=True)
    assert "Street lighting" in page and "Trash and dumping" in page


def test_the_invitation_that_the_document_ends_with_opens(app: Flask, answers: list[Answer]) -> None:
    found = re.search(r"^invitation path +(/\S+)$", answer_to(answers, "create-user").out, re.MULTILINE)
    assert found
    assert app.test_client().get(found[1]).status_code == 200


def test_the_files_of_the_boston_example_load_and_leave_no_skill_without_a_crew(app: Flask, tmp_path: Path) -> None:
    home, city = tmp_path / "home", "~/boston/profile"
    steps = {Path(step["file"]).name: step for step in STEP.finditer(TEXT) if step["city"] == "boston"}
    (home / "boston").mkdir(parents=True)
    write_file(home, steps["centers.csv"])
    names = [row["neighborhood"] for row in csv.DictReader(steps["centers.csv"]["body"].splitlines())]
    write_neighborhoods(home / "boston" / "neighborhoods.geojson", dict(zip(names, squares(), strict=False)))
    lines = [line for line in TEXT.splitlines() if "~/boston/" in line and not line.startswith(("export ", "`"))]
    *before, again, _ = lines
    answers = [run_line(app, home, line) for line in before]
    assert {answer.code for answer in answers} == {0}, answers
    assert answers[1].out.startswith("4 service centers, 26 neighborhoods, 0 of them in no center")
    missing = re.search(r"skills that no resource has: (.*?)\.", answers[2].err)
    assert missing and len(missing[1].split(", ")) == 11, answers[2]
    for name in ("staff.toml", "resources.toml"):
        write_file(home, steps[name])
    assert again == f"flask --app tracker load-city {city}"
    loaded = run_line(app, home, again)
    assert (loaded.code, loaded.err) == (0, "")


def test_every_command_that_the_document_only_names_exists(app: Flask) -> None:
    lines = [line for step in STEP.finditer(TEXT) if step["kind"] == "bash" for line in command_lines(step["body"])]
    for line in lines:
        if line.startswith("flask --app tracker "):
            name = shlex.split(line)[3]
            assert app.test_cli_runner().invoke(args=[name, "--help"]).exit_code == 0, line


def make_areas(folder: Path, centers: str, *more: str) -> tuple[int, str]:
    """The exit code and stderr of the document's script on the small city's polygons."""
    write_neighborhoods(folder / "hoods.geojson", NEIGHBORHOODS)
    (folder / "centers.csv").write_text(centers, encoding="utf-8")
    paths = [str(folder / name) for name in ("hoods.geojson", "centers.csv", "areas.geojson")]
    script = [sys.executable, str(PROJECT / "docs" / "make_areas.py")]
    done = subprocess.run([*script, *paths, *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


HEAD = "neighborhood,center,center_name\n"


@pytest.mark.parametrize(
    ("centers", "more", "said"),
    [
        (HEAD, ["nbhd"], "feature 1 has no property nbhd. It has: name. Write the one"),
        ("neighborhood,center\nHarbor,north\n", [], "has no column center_name. It has: neighborhood, center. Make"),
        ("", [], "It has: nothing. Make its first line: neighborhood,center,center_name"),
        (HEAD + "Old Mill,north,North\nHarbor,north\n", [], "line 3 is not complete. Each has three cells"),
        (HEAD + "Haven,north,North\n", [], "Haven. There are: Harbor, Old Mill, Southfield"),
        (HEAD, ["name", "too many"], "Write: python docs/make_areas.py NEIGHBORHOODS.geojson"),
    ],
)
def test_a_slip_in_what_areas_are_made_from_is_named_in_one_line(
    tmp_path: Path, centers: str, more: list[str], said: str
) -> None:
    code, err = make_areas(tmp_path, centers, *more)
    assert code == 1 and said in err
    assert len(err.splitlines()) == 1
