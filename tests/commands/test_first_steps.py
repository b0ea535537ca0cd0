"""What somebody meets who has just begun: a database without tables, a starter to edit."""

from pathlib import Path

import pytest
from flask import Flask

from tests.databases import make_app
from tracker.city.presets import STARTERS


@pytest.mark.parametrize("line", ["load-city --preset la-311", "scan", "plan", "create-user somebody --role aide"])
def test_a_command_before_init_names_init(tmp_path: Path, line: str) -> None:
    result = make_app(tmp_path).test_cli_runner().invoke(args=line.split())
    assert result.exit_code == 1
    assert result.stderr == "Error: The database has no tables yet. Run first: flask --app tracker init\n"


def test_new_city_writes_a_starter_to_edit(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["new-city", str(tmp_path / "mine"), "--preset", "la-311"]).exit_code == 0
    for path in (STARTERS / "la-311").iterdir():
        assert (tmp_path / "mine" / path.name).read_bytes() == path.read_bytes()
    assert runner.invoke(args=["load-city", str(tmp_path / "mine")]).exit_code == 0
    unknown = runner.invoke(args=["new-city", str(tmp_path / "other"), "--preset", "nowhere"])
    assert unknown.exit_code == 1 and "boston-311, chicago-311, la-311, nyc-311, slo-police" in unknown.stderr
