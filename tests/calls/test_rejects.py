"""Refused rows come back in a file that can be mended and imported by the same map, to the same values."""

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.calls.csv_files import HEADER, MAP, import_file, import_text, row, table
from tracker.calls.models import ServiceRequest
from tracker.extensions import db

FORMULAS = ['=HYPERLINK("x")', "+1 call", "-2 calls", "@home", "\tx", "'=x", "''=x", "'plain", "it's", "=1,2\n3"]


def stored(app: Flask) -> dict[str, tuple[str, str, float | None, float | None]]:
    columns = (ServiceRequest.source_id, ServiceRequest.description, ServiceRequest.address, ServiceRequest.lat)
    with app.app_context():
        rows = db.session.execute(select(*columns, ServiceRequest.long))
        return {source_id: (text, address, lat, long) for source_id, text, address, lat, long in rows}


def mend(path: Path, column: str, value: str) -> None:
    """What a person does in a spreadsheet: put a right value into every row of one column."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    place = header.index(column)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([*r[:place], value, *r[place + 1 :]] for r in rows)])


def test_mended_rejects_give_what_the_file_itself_would_have_given(city_app: Flask, tmp_path: Path) -> None:
    texts = {str(number): text for number, text in enumerate(FORMULAS)}
    good = [row(number, notes=text, address=text) for number, text in texts.items()]
    straight = tmp_path / "straight"
    straight.mkdir()
    import_text(city_app, straight, table([[f"s{line[0]}", *line[1:]] for line in good]))
    bad = import_text(city_app, tmp_path, table([row(n, notes=t, address=t, opened="?") for n, t in texts.items()]))
    assert bad.counts == (len(texts), 0, 0, len(texts))
    rejected = tmp_path / "rejected.csv"
    mend(rejected, "opened", "2026-03-01 00:00:00")
    again = rejected.rename(tmp_path / "mended.csv")
    assert import_file(city_app, again).counts == (len(texts), len(texts), 0, 0)
    values = stored(city_app)
    assert {n: values[n] for n in texts} == {n: values[f"s{n}"] for n in texts}


def test_no_cell_of_the_rejects_starts_a_formula(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([row(0, notes=text, opened="?") for text in FORMULAS]))
    for _, _, cells in answer.rejects:
        assert not cells[HEADER.index("notes")].startswith(("=", "+", "-", "@", "\t"))
        assert cells[HEADER.index("long")] == "-71.06"


def test_parts_of_a_text_in_two_columns_are_restored_each(city_app: Flask, tmp_path: Path) -> None:
    mapping = MAP.replace('"notes"', '["status", "notes"]').replace('status = "status"\n', "")
    bad = table([row(0, status="=a", notes="=b", opened="?")])
    assert import_text(city_app, tmp_path, bad, mapping).counts == (1, 0, 0, 1)
    mend(tmp_path / "rejected.csv", "opened", "2026-03-01 00:00:00")
    again = (tmp_path / "rejected.csv").rename(tmp_path / "mended.csv")
    assert import_file(city_app, again, mapping).counts == (1, 1, 0, 0)
    assert stored(city_app)["0"][0] == "=a =b"


def test_a_source_with_a_reason_column_can_read_its_rejects(city_app: Flask, tmp_path: Path) -> None:
    header = [*HEADER[:-1], "Reason"]
    mapping = MAP.replace('"notes"', '"reason"')
    bad = table([row(0, notes="dark", opened="?")], header)
    assert import_text(city_app, tmp_path, bad, mapping).counts == (1, 0, 0, 1)
    mend(tmp_path / "rejected.csv", "opened", "2026-03-01 00:00:00")
    again = (tmp_path / "rejected.csv").rename(tmp_path / "mended.csv")
    assert import_file(city_app, again, mapping).counts == (1, 1, 0, 0)
    assert stored(city_app)["0"][0] == "dark"


def test_a_clean_file_leaves_no_rejects(city_app: Flask, tmp_path: Path) -> None:
    assert import_text(city_app, tmp_path, table([row(0)])).counts == (1, 1, 0, 0)
    assert not (tmp_path / "rejected.csv").exists()


def test_rejects_go_to_the_instance_by_default(city_app: Flask, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    (tmp_path / "c.csv").write_text(table([row(0, id="")]), "utf-8")
    outcome = city_app.test_cli_runner().invoke(
        args=["import-calls", str(tmp_path / "c.csv"), "--map", str(tmp_path / "map.toml")]
    )
    kept = Path(city_app.instance_path) / "rejects" / "c.csv.rejects.csv"
    assert outcome.exit_code == 0 and str(kept) in outcome.stderr
    assert "the row has no id of its own" in kept.read_text("utf-8")


@pytest.mark.parametrize("name", ["c.csv", "folder", "map.toml/rejects.csv"])
def test_a_place_where_rejects_cannot_go_is_refused(city_app: Flask, tmp_path: Path, name: str) -> None:
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    (tmp_path / "folder").mkdir()
    text = table([row(0), row(1, id="")])
    (tmp_path / "c.csv").write_text(text, "utf-8")
    files = {"--map": tmp_path / "map.toml", "--rejects": tmp_path / name}
    options = [str(part) for option in files.items() for part in option]
    outcome = city_app.test_cli_runner().invoke(args=["import-calls", str(tmp_path / "c.csv"), *options])
    assert outcome.exit_code == 1 and len(outcome.stderr.strip().splitlines()) == 1
    assert (tmp_path / "c.csv").read_text("utf-8") == text
