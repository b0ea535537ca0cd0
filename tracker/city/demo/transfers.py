"""911 transfers that wait for review when the demo city is built: most of them for this desk, a few for 911."""

import csv
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from .catalog import DATA
from .draw import LOCATED, draw_calls
from .geometry import Ints
from .town import Town, build_town, to_degrees

TRANSFERS = 36
_COLUMNS = ("id", "received_at", "type_code", "type_text", "narrative", "address", "lat", "long", "phone", "name",
            "source")  # fmt: skip
_RECENT = 900
"""A transfer comes from where one of so many newest calls came from, so cases lie near."""
_LONGEST_WAIT_MIN = 95


def write_demo_transfers(path: Path, seed: int, until: datetime) -> None:
    """Write them as the desk's own CSV, received in the hour and a half before `until` (aware); seeded."""
    found = tomllib.loads((DATA / "transfers.toml").read_text(encoding="utf-8"))
    stories, names = found["stories"], found["names"]
    rng, town = np.random.default_rng([seed, 911]), build_town(seed)
    houses = _houses(town, seed, until, rng)
    waits = np.sort(rng.integers(0, _LONGEST_WAIT_MIN * 60, TRANSFERS))[::-1].tolist()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for number, (wait, house) in enumerate(zip(waits, houses.tolist(), strict=True), start=1):
            story = stories[number % len(stories)]
            street = town.network.blocks[int(town.houses.block[house])].street
            lat, long = to_degrees(town.houses.spots[house : house + 1])[0].tolist()
            said = story["said"][int(rng.integers(len(story["said"])))].format(street=street)
            at = (until.astimezone(UTC) - timedelta(seconds=wait)).isoformat()
            rows.writerow((f"DEMO-{number:03}", at, story["code"], story["text"], said,
                           f"{town.houses.number[house]} {street}", f"{lat:.6f}", f"{long:.6f}",
                           f"585-555-01{number:02}", names[int(rng.integers(len(names)))], "911.demo"))  # fmt: skip


def _houses(town: Town, seed: int, until: datetime, rng: np.random.Generator) -> Ints:
    """The houses nearest to some of the newest calls."""
    drawn = draw_calls(seed, until)
    recent = drawn.positions[drawn.fate == LOCATED][-_RECENT:]
    places = to_degrees(town.houses.spots)
    chosen = recent[rng.choice(len(recent), TRANSFERS, replace=False)]
    return np.array([int(np.argmin(((places - one) ** 2).sum(axis=1))) for one in chosen])
