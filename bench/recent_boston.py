"""Boston as if its year ended today: calls to import, calls that are about to come in, older ones to fill up."""

import csv
import gzip
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bench.held_back import BOSTON
from tracker.batches import in_chunks, insert_rows
from tracker.calls.importing.mapping import ColumnMap, load_preset
from tracker.calls.models import ServiceRequest
from tracker.calls.types import TypeBook
from tracker.cases.deliveries import Delivery
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.identifiers import new_identifiers
from tracker.places.city import city_projection, the_city
from tracker.places.sinks import sink_positions


@dataclass(frozen=True, slots=True)
class Script:
    """One call as the caller tells it."""

    address: str
    words: str
    type_id: int
    lat: float | None
    long: float | None


def make_city_of(stored: int, calls: int, folder: Path, *, last: int = 100_000) -> list[Script]:
    """Boston up to its last calls as if it were yesterday's, and older copies; gives the last calls as scripts.

    `last`: so many rows of the file, its newest, make the city.
    """
    mapping = load_preset("boston-311")
    held = write_recent_copy(folder / "calls.csv", mapping, calls, last)
    delivery = Delivery(folder / "calls.csv", mapping, folder / "rejects.csv", "load-city")
    for _ in delivery.steps():
        db.session.commit()
    the_city().is_live = True
    fill_up(stored)
    db.session.commit()
    types = TypeBook()
    return [as_script(row, mapping, types) for row in held]


def write_recent_copy(path: Path, mapping: ColumnMap, held_back: int, last: int) -> list[dict[str, str]]:
    """Write the sample's last rows with their times moved up to now, but for the very last, which are given back."""
    with gzip.open(BOSTON, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (requested,) = mapping.columns["requested"]
    times = [name for kind in ("requested", "updated", "closed", "expected") for name in mapping.columns.get(kind, ())]
    rows.sort(key=lambda row: read_time(row[requested], mapping))
    rows = rows[-last:]
    moved = timedelta(days=(utc_now().replace(tzinfo=None) - read_time(rows[-1][requested], mapping)).days)
    for row in rows:
        for name in times:
            if row[name]:
                row[name] = (read_time(row[name], mapping) + moved).isoformat(sep=" ", timespec="seconds")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows[:-held_back])
    return rows[-held_back:]


def read_time(text: str, mapping: ColumnMap) -> datetime:
    """A clock reading of the sample."""
    for pattern in mapping.datetime_formats:
        try:
            return datetime.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern)  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(text)


def as_script(row: dict[str, str], mapping: ColumnMap, types: TypeBook) -> Script:
    """A row of the sample as its caller tells it."""

    def cell(name: str) -> str:
        return " ".join(row[column] for column in mapping.columns.get(name, ())).strip()

    kind = types.find_or_file(cell("service_name"))
    lat, long = cell("lat"), cell("long")
    x_dm, y_dm = city_projection(the_city()).to_decimetres(float(lat or 0), float(long or 0))
    placed = bool(lat and long) and (x_dm, y_dm) not in sink_positions()
    return Script(cell("address"), cell("description") or cell("service_name"), kind.id,
                  float(lat) if placed else None, float(long) if placed else None)  # fmt: skip


def fill_up(stored: int) -> None:
    """Older copies of the imported calls, taken long ago, until `stored` calls are there."""
    table = ServiceRequest.__table__
    columns = [one.name for one in table.columns if one.name not in ("id", "service_request_id", "source")]
    rows = db.session.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id)).mappings().all()
    copy = 0
    missing = stored - len(rows)
    while missing > 0:
        copy += 1
        for part in in_chunks(rows[:missing], 10_000):
            numbers = new_identifiers(len(part))
            insert_rows(table, [
                {**row, "service_request_id": number, "source": f"copy-{copy}", "is_taken": True,
                 "requested_datetime": row["requested_datetime"] - timedelta(days=365 * copy)}
                for row, number in zip(part, numbers, strict=True)
            ])  # fmt: skip
            db.session.commit()
        missing -= len(rows)
        print(f"  {stored - max(missing, 0):,} calls stored", flush=True)
