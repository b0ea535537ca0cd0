"""The planner's routes, each beside its target: six instances of Solomon's, and a day in the demo city.

    python -m bench.routes [--seconds S] [--only solomon|day]

**Solomon.** C101, C201, R101, R201, RC101 and RC201 go through the planner itself: a customer is a work order with a
load and a window in which it has to begin; a truck is a crew with a capacity and one shift. The planner's slots are
then a tenth of Solomon's unit. Distances follow the convention of the files and of
`best_known.csv` (EDGE_WEIGHT_TYPE FLOOR_2D, SCALE 10): the Euclidean distance cut, not rounded, to one decimal; the way
takes as long as it is far. Only the distance counts, with as many trucks as the best known answer uses; where a
customer has no place, a distance compares with nothing and no gap is shown. «CPU» is how many of its seconds the
machine really gave: with much less than all of them the figures say how busy it was.

**A day in the demo city.** 120 orders, drawn from a seed over the city's extent, for the first 15 crews of its profile
that work on Mondays, from their own bases, with a break of half an hour around noon; a quarter of the orders has a
window in which the crew has to begin. The same facts go to the planner and to nearest-crew-first, and the tests' own
checker looks at both.
"""

import argparse
import csv
import math
import os
import random
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.scheduling.planning_checker import check_proposal
from tracker.city import demo
from tracker.city.demo.plan import BOUNDS_M, ORIGIN
from tracker.places.projection import Projection
from tracker.scheduling.bookings.slots import slot_at, slots_needed
from tracker.scheduling.planning.facts import BreakFacts, Facts, OrderFacts, ResourceFacts, ShiftFacts
from tracker.scheduling.planning.nearest_first import propose_nearest
from tracker.scheduling.planning.planner import propose
from tracker.scheduling.planning.travel import Spot

SAMPLES = Path(os.environ.get("TRACKER_SAMPLE_DATA") or Path(__file__).parents[2] / "shared" / "data") / "vrptw"
INSTANCES = ("C101", "C201", "R101", "R201", "RC101", "RC201")
TARGET_GAP, TARGET_SAVED, TARGET_SECONDS = 2.0, 25.0, 30.0
UNENDING = 1_000_000_000
DAY = date(2026, 6, 15)
ORDERS, CREWS, SEED = 120, 15, 311
DEMO_RESOURCES = Path(demo.__file__).parent / "data" / "resources.toml"


@dataclass(frozen=True, slots=True)
class Solomon:
    """An instance as its file says it: customer 0 is the depot, times and positions in Solomon's unit."""

    trucks: int
    capacity: int
    service: int
    at: list[tuple[int, int]]
    demand: list[int]
    window: list[tuple[int, int]]


class FlooredRoads:
    """Ways of the convention, in tenths of Solomon's unit, for metres and slots alike; positions are in the unit."""

    def metres(self, start: Spot, goal: Spot) -> float:
        """Ten times the distance, cut."""
        return self.slots(start, goal)

    def slots(self, start: Spot, goal: Spot) -> int:
        """The same."""
        return math.floor(10 * math.hypot(goal.x_dm - start.x_dm, goal.y_dm - start.y_dm))


def read_solomon(path: Path) -> Solomon:
    """Read the VRPLIB format."""
    heads: dict[str, str] = {}
    parts: dict[str, list[list[int]]] = {}
    section = ""
    for line in path.read_text("ascii").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            heads[name.strip()] = value.strip()
        elif line.strip().endswith("SECTION"):
            section = line.strip()
        elif section and line.strip() not in ("", "EOF", "-1"):
            parts.setdefault(section, []).append([int(float(word)) for word in line.split()])
    return Solomon(
        int(heads["VEHICLES"]),
        int(heads["CAPACITY"]),
        int(heads["SERVICE_TIME"]),
        [(row[1], row[2]) for row in parts["NODE_COORD_SECTION"]],
        [row[1] for row in parts["DEMAND_SECTION"]],
        [(row[1], row[2]) for row in parts["TIME_WINDOW_SECTION"]],
    )


def as_facts(given: Solomon) -> Facts:
    """The instance as the planner is told of a day."""
    opens, closes = given.window[0]
    shift = (ShiftFacts(DAY, 10 * opens, 10 * closes),)
    trucks = [
        ResourceFacts(number, f"truck-{number:02d}", frozenset({"deliver"}), None, *given.at[0], shift,
                      capacity=given.capacity)
        for number in range(1, given.trucks + 1)
    ]  # fmt: skip
    orders = [
        OrderFacts(number, f"customer {number}", 3, DAY, 10 * closes + 1, "deliver", 10 * given.service, *place, None,
                   10 * given.window[number][0], 10 * given.window[number][1], load=given.demand[number])
        for number, place in enumerate(given.at)
        if number > 0
    ]  # fmt: skip
    return Facts((DAY,), tuple(orders), tuple(trucks), ())


def bench_solomon(seconds: float) -> Iterator[str]:
    """A line an instance."""
    with (SAMPLES / "best_known.csv").open(encoding="utf-8", newline="") as file:
        best = {row["instance"]: float(row["distance_floor1"]) for row in csv.DictReader(file)}
    yield f"{'':<8}{'placed':>8}{'distance':>10}{'best known':>12}{'gap %':>8}{'target':>8}{'seconds':>9}{'CPU':>6}"
    for name in INSTANCES:
        facts = as_facts(read_solomon(next(SAMPLES.glob(f"{name}.*.vrptw"))))
        roads = FlooredRoads()
        started, worked = time.perf_counter(), time.process_time()
        proposal = propose(facts, limit=UNENDING, seconds=seconds, patience=UNENDING, roads=roads)
        took, worked = time.perf_counter() - started, time.process_time() - worked
        check_proposal(facts, proposal, roads)
        distance = proposal.distance_km * 1000 / 10
        gap = f"{100 * (distance - best[name]) / best[name]:.2f}" if not proposal.left_out else "-"
        placed = f"{len(proposal.booked)}/{len(facts.orders)}"
        line = f"{name:<8}{placed:>8}{distance:>10.1f}{best[name]:>12.1f}{gap:>8}{TARGET_GAP:>8.1f}"
        yield f"{line}{took:>9.1f}{worked:>6.1f}"


def demo_day() -> Facts:
    """120 orders for 15 of the demo city's crews, always the same."""
    chance = random.Random(SEED)
    midnight = slot_at(datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC))
    crews = _demo_crews(midnight)
    skills = sorted({skill for crew in crews for skill in crew.skills})
    west, south, east, north = BOUNDS_M
    orders = []
    for number in range(1, ORDERS + 1):
        crew = crews[number % len(crews)]
        skill = chance.choice(sorted(crew.skills & set(skills)))
        begins = crew.shifts[0].start + 4 * chance.randint(1, 5)
        has_window = chance.random() < 1 / 4
        orders.append(
            OrderFacts(
                number, f"{number} Elm St", chance.randint(1, 5), DAY + timedelta(days=chance.randint(0, 6)),
                midnight + 96 * 7, skill, slots_needed(chance.choice((15, 20, 30, 30, 45))),
                round(10 * chance.uniform(west, east)), round(10 * chance.uniform(south, north)), None,
                begins if has_window else midnight, begins + 8 if has_window else None,
            )
        )  # fmt: skip
    return Facts((DAY,), tuple(orders), crews, ())


def _demo_crews(midnight: int) -> tuple[ResourceFacts, ...]:
    plane = Projection(*ORIGIN)
    crews = []
    for row in tomllib.loads(DEMO_RESOURCES.read_text("utf-8"))["resources"]:
        for shift in row["shifts"]:
            if "mon" in shift["days"] and len(crews) < CREWS:
                start, end = (midnight + _slots_after_midnight(shift[name]) for name in ("start", "end"))
                noon = (start + end) // 2
                pause = BreakFacts(noon - 4, noon + 4, 2)
                place = plane.to_decimetres(*row["base"])
                crews.append(
                    ResourceFacts(len(crews) + 1, row["code"], frozenset(row["skills"]), None, *place,
                                  (ShiftFacts(DAY, start, end, (pause,)),), name=row["name"], people=2)
                )  # fmt: skip
    return tuple(crews)


def _slots_after_midnight(clock: str) -> int:
    hours, minutes = clock.split(":")
    return slots_needed(int(hours) * 60 + int(minutes))


def bench_day() -> Iterator[str]:
    """The demo day by both planners."""
    facts = demo_day()
    kilometers = []
    yield f"{'':<22}{'placed':>8}{'km':>9}{'seconds':>9}"
    for name, plan in (("nearest crew first", propose_nearest), ("planner", propose)):
        started = time.perf_counter()
        proposal = plan(facts, limit=ORDERS)
        took = time.perf_counter() - started
        check_proposal(facts, proposal)
        kilometers.append(proposal.distance_km)
        yield f"{name:<22}{f'{len(proposal.booked)}/{ORDERS}':>8}{proposal.distance_km:>9.1f}{took:>9.1f}"
        yield from (f"  left out: {left.reason}" for left in proposal.left_out)
    saved = 100 * (1 - kilometers[1] / kilometers[0])
    yield f"less travel: {saved:.1f} % (target {TARGET_SAVED:.0f}), in at most {TARGET_SECONDS:.0f} s; all feasible"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="For each of Solomon's instances.")
    parser.add_argument("--only", choices=("solomon", "day"))
    options = parser.parse_args()
    if options.only != "day" and not SAMPLES.exists():
        print("Solomon's instances are not there (set TRACKER_SAMPLE_DATA to the folder above vrptw): skipped")
    elif options.only != "day":
        for line in bench_solomon(options.seconds):
            print(line, flush=True)
    if options.only != "solomon":
        for line in bench_day():
            print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
