"""`write_demo_profile`: the demo city as a profile folder, the same files that any city would write."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from .areas import CENTERS, NEIGHBORHOODS, center_rings, neighborhood_rings
from .geometry import Points
from .plan import BOUNDS_M, CITY_NAME, CITY_SLUG, CITY_ZONE, ORIGIN
from .sinks import LISTED_SINK
from .town import Town, build_town, to_degrees

DATA = Path(__file__).parent / "data"
COPIED = ("service_types.toml", "answers.toml", "rules.toml", "playbooks.toml", "staff.toml", "resources.toml")
"""What was written by hand and needs no seed."""

_HEADER = ["LON", "LAT", "NUMBER", "STREET", "UNIT", "CITY", "DISTRICT", "REGION", "POSTCODE", "ID", "HASH"]
_CITY = """\
# The demo city. It does not exist: its origin lies in the middle of Lake Ontario, and its streets are drawn by chance.
name = "{name}"
slug = "{slug}"
time_zone = "{zone}"
localities = {localities}

[origin]
lat = {origin[0]}
long = {origin[1]}

[bounds]
south = {south}
west = {west}
north = {north}
east = {east}

[[sinks]]
lat = {sink[0]}
long = {sink[1]}
note = "Where the telephone service's map puts every address that it does not know"
"""


def write_demo_profile(folder: Path, seed: int = 311) -> None:
    """Write the demo city's profile into `folder`, made if need be; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    town = build_town(seed)
    (folder / "city.toml").write_text(_city_text(), encoding="utf-8", newline="\n")
    for name in COPIED:
        shutil.copyfile(DATA / name, folder / name)
    _write_features(folder / "areas.geojson", _area_features())
    _write_features(folder / "streets.geojson", _street_features(town))
    _write_addresses(folder / "addresses.csv", town)


def _city_text() -> str:
    west, south, east, north = BOUNDS_M
    low, high = to_degrees(np.array([[west, south], [east, north]])).tolist()
    edges = {"south": low[0], "west": low[1], "north": high[0], "east": high[1]}
    localities = json.dumps([CITY_NAME.upper()])
    sink = LISTED_SINK
    return _CITY.format(
        name=CITY_NAME, slug=CITY_SLUG, zone=CITY_ZONE, localities=localities, origin=ORIGIN, sink=sink, **edges
    )


def _write_features(path: Path, features: list[dict[str, Any]]) -> None:
    """A FeatureCollection, a feature per line, so that a change shows as a line."""
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8", newline="\n")


def _positions(points: Points) -> list[list[float]]:
    """GeoJSON positions, longitude first."""
    return [[long, lat] for lat, long in to_degrees(points).tolist()]


def _area_features() -> list[dict[str, Any]]:
    centers = [("service_center", code, CENTERS[code], ring) for code, ring in center_rings().items()]
    rings = zip(NEIGHBORHOODS, neighborhood_rings(), strict=True)
    return [
        {
            "type": "Feature",
            "properties": {"kind": kind, "code": code, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [_positions(np.vstack([ring, ring[:1]]))]},
        }
        for kind, code, name, ring in [*centers, *(("neighborhood", one.code, one.name, ring) for one, ring in rings)]
    ]


def _street_features(town: Town) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "properties": {
                "name": block.street,
                "from_number": block.hundred,
                "to_number": block.hundred + 99,
                "priority": "main" if block.is_main else "residential",
            },
            "geometry": {"type": "LineString", "coordinates": _positions(block.line)},
        }
        for block in town.network.blocks
    ]


def _write_addresses(path: Path, town: Town) -> None:
    """OpenAddresses rows; a house with dwellings has a row for itself and one for each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_HEADER)
        houses, blocks = town.houses, town.network.blocks
        columns = (houses.number, houses.block, houses.units, town.area)
        places = zip(to_degrees(houses.spots).tolist(), *(column.tolist() for column in columns), strict=True)
        for at, ((lat, long), number, block, units, area) in enumerate(places, 1):
            tail = (CITY_NAME, "", "", NEIGHBORHOODS[area].zipcode)
            for unit in range(units + 1):
                text = f"APT {unit}" if unit else ""
                row = (f"{long:.6f}", f"{lat:.6f}", number, blocks[block].street, text, *tail, f"{at}-{unit}", "")
                rows.writerow(row)
