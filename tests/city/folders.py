"""Profile folders for tests: the template that loads, and the same with something broken."""

import json
from pathlib import Path
from typing import Any

from tracker.city.presets import write_template


def make_folder(place: Path) -> Path:
    """A profile that loads."""
    folder = place / "profile"
    write_template(folder)
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Put `new` where `old` first stands in the file; `old` must stand there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def read_geojson(folder: Path, name: str) -> dict[str, Any]:
    """The collection in a GeoJSON file."""
    return dict(json.loads((folder / name).read_text(encoding="utf-8")))


def write_geojson(folder: Path, name: str, collection: dict[str, Any]) -> None:
    """Put a collection in place of a GeoJSON file."""
    (folder / name).write_text(json.dumps(collection), encoding="utf-8")


def keep_only(folder: Path, *names: str) -> None:
    """Take every file but these out of the folder."""
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()
