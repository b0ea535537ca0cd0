"""How many calls a second `import-calls` takes, grouping included, each time in a fresh instance.

    python bench/import_calls.py [--runs N] [--file FILE --preset NAME]

The file is Boston's sample when TRACKER_SAMPLE_DATA or ../shared/data has it, else a generated one of the same shape.
CPU seconds are printed beside a fixed loop's, because on a shared machine seconds alone say little.
"""

import argparse
import csv
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = Path(os.environ.get("TRACKER_SAMPLE_DATA") or ROOT.parent / "shared" / "data")
BOSTON = SAMPLES / "calls" / "boston_311_2011.csv.gz"
TARGET = 10_000
HEADER = [
    "case_enquiry_id",
    "open_dt",
    "target_dt",
    "closed_dt",
    "case_status",
    "closure_reason",
    "case_title",
    "type",
    "department",
    "location",
    "location_zipcode",
    "latitude",
    "longitude",
]
KINDS = ["Street Light Outages", "Request for Pothole Repair", "Graffiti Removal", "Missed Trash/Recycling/Yard Waste"]


def write_calls(path: Path, rows: int = 58_251) -> Path:
    """A made-up half year of Boston's size: 31,000 addresses, some of them again and again."""
    chance = random.Random(311)
    first = datetime.fromisoformat("2011-07-01")
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            at = first + timedelta(seconds=number * 270)
            house = int(chance.paretovariate(1.2)) if chance.random() < 0.3 else chance.randrange(31_000)
            place = random.Random(house)
            lat, long = 42.25 + 0.13 * place.random(), -71.18 + 0.2 * place.random()
            kind = chance.choice(KINDS)
            closed = at + timedelta(hours=chance.expovariate(1 / 90))
            dates = [moment.strftime("%Y-%m-%d %H:%M:%S") for moment in (at, at + timedelta(days=14), closed)]
            said = ["Closed", "Case Closed Case Resolved made-up words about what was done there", kind, kind, "PWDx"]
            address = f"{house % 400 + 1} Sample{house // 400} St  Dorchester  MA  02121"
            writer.writerow([200_000_000 + number, *dates, *said, address, "02121", f"{lat:.4f}", f"{long:.4f}"])
    return path


def flask(instance: Path, *arguments: str) -> tuple[dict[str, float], float]:
    """Run a command in an instance; its JSON and its CPU seconds, start-up of the program included."""
    before = os.times()
    command = [sys.executable, "-m", "flask", "--app", "tracker", *arguments, "--json"]
    environ = {**os.environ, "TRACKER_INSTANCE": str(instance)}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return json.loads(done.stdout), cpu


def measure_loop() -> float:
    """CPU seconds of ten million additions: how fast this machine is at this moment."""
    start = time.process_time()
    total = 0
    for number in range(10_000_000):
        total += number * number
    return time.process_time() - start


def import_once(file: Path, preset: str) -> tuple[int, float, float]:
    """Rows, seconds as the command says them, CPU seconds of the whole command."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        flask(instance, "init")
        flask(instance, "load-city", "--preset", preset)
        result, cpu = flask(instance, "import-calls", str(file), "--preset", preset)
    return int(result["rows"]), result["seconds"], cpu


def main() -> None:
    """Print each run, then the median rate beside the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--file", type=Path, default=BOSTON)
    parser.add_argument("--preset", default="boston-311")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.file if options.file.exists() else write_calls(Path(folder) / "calls.csv.gz")
        print(f"{file.name}, {options.runs} runs")
        rates = []
        for number in range(1, options.runs + 1):
            rows, seconds, cpu = import_once(file, options.preset)
            loop = measure_loop()
            rates.append(rows / seconds)
            print(
                f"run {number}: {rows:,} rows in {seconds:.2f} s wall, {cpu:.2f} s CPU with start-up "
                f"({cpu / loop:.1f} times a loop of {loop:.2f} s): {rates[-1]:,.0f} rows/s"
            )
    median = statistics.median(rates)
    print(f"median {median:,.0f} rows/s; target {TARGET:,} rows/s; ratio {median / TARGET:.2f}")


if __name__ == "__main__":
    main()
