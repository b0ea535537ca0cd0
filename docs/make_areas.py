"""Make areas.geojson: neighborhoods as they are published, and service centers put together from them.

    python docs/make_areas.py NEIGHBORHOODS.geojson CENTERS.csv AREAS.geojson [NAME]

CENTERS.csv has the columns neighborhood, center, center_name. NAME is the property that holds a neighborhood's name in
your file (default: name). A neighborhood that CENTERS.csv does not list is kept, but belongs to no center.
"""

import csv
import json
import re
import sys
from pathlib import Path

import shapely
from shapely.geometry import MultiPolygon, shape

COLUMNS = ("neighborhood", "center", "center_name")


def feature(kind: str, code: str, name: str, polygon: shapely.Geometry) -> dict[str, object]:
    properties = {"kind": kind, "code": code, "name": name}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(polygon))}


def put_together(polygons: list[shapely.Geometry]) -> shapely.Geometry:
    """The union of neighborhoods, mended first; points and lines in which they only touch are left out."""
    union = shapely.union_all([shapely.make_valid(polygon) for polygon in polygons])
    parts = shapely.get_parts(shapely.get_parts(union))
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def read_neighborhoods(source: str, name_property: str) -> dict[str, shapely.Geometry]:
    """The published polygons by name; ends with one line when the property has another name in this file."""
    published = json.loads(Path(source).read_text(encoding="utf-8"))["features"]
    for number, hood in enumerate(published, 1):
        there = hood["properties"] or {}
        if name_property not in there:
            sys.exit(
                f"{source}: feature {number} has no property {name_property}. It has: {', '.join(sorted(there))}. "
                "Write the one that holds a neighborhood's name at the end of the command."
            )
    return {str(hood["properties"][name_property]): shape(hood["geometry"]) for hood in published}


def read_centers(path: str) -> list[dict[str, str]]:
    """The rows of CENTERS.csv; ends with one line when a column is missing or a row leaves one empty."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        there = table.fieldnames or []
        missing = [name for name in COLUMNS if name not in there]
        if missing:
            sys.exit(
                f"{path} has no column {', '.join(missing)}. It has: {', '.join(there) or 'nothing'}. "
                f"Make its first line: {','.join(COLUMNS)}"
            )
        rows = []
        for row in table:
            if not all(row[name] for name in COLUMNS):
                sys.exit(f"{path}: line {table.line_num} is not complete. Each has three cells: {','.join(COLUMNS)}")
            rows.append(row)
    return rows


def main(source: str, centers_file: str, target: str, name_property: str = "name") -> None:
    """Write the areas, and say how many of each there are."""
    hoods = read_neighborhoods(source, name_property)
    rows = read_centers(centers_file)
    unknown = sorted({row["neighborhood"] for row in rows} - set(hoods))
    if unknown:
        sys.exit(f"{centers_file}: not in {source}: {', '.join(unknown)}. There are: {', '.join(sorted(hoods))}")
    members: dict[str, list[shapely.Geometry]] = {}
    for row in rows:
        members.setdefault(row["center"], []).append(hoods[row["neighborhood"]])
    names = {row["center"]: row["center_name"] for row in rows}
    features = [feature("service_center", code, names[code], put_together(parts)) for code, parts in members.items()]
    features += [
        feature("neighborhood", re.sub(r"\W+", "-", name.lower()).strip("-"), name, hood)
        for name, hood in hoods.items()
    ]
    Path(target).write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    listed = {row["neighborhood"] for row in rows}
    without = len(hoods) - len(listed)
    sys.stdout.write(f"{len(members)} service centers, {len(hoods)} neighborhoods, {without} of them in no center\n")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit("Write: python docs/make_areas.py NEIGHBORHOODS.geojson CENTERS.csv AREAS.geojson [NAME]")
    main(*sys.argv[1:])
