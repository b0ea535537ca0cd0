"""The grouping kernel's speed beside scikit-learn's DBSCAN and DuckDB on the same synthetic calls.

    python -m bench.kernel [--runs N] [--calls N ...]

The city is 15 km by 15 km with 120,000 addresses, a thousand of them chronic, and 460,000 calls a
year; more calls are more years of it. Beyond 10 million calls the city is widened as well.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np

from tracker.cases.grouping import CallArrays, Rule, compile_kernel, empty_cases, group_calls

try:
    import duckdb
except ImportError:
    duckdb = None
try:
    from sklearn.cluster import DBSCAN
except ImportError:
    DBSCAN = None

RULE = Rule(radius_m=50, window_days=14, threshold=4)
CALLS_A_YEAR, SITES, CHRONIC_SITES, SIDE_DM = 460_000, 120_000, 1_000, 150_000
CHRONIC_SHARE = 0.15
YEAR_US, DAY_US = 365 * 86_400_000_000, 86_400_000_000
WIDEST_YEARS = 20
SIZES = (46_000, 460_000, 4_600_000)
TARGET_SECONDS = {460_000: 0.25, 4_600_000: 3.0, 35_000_000: 35.0}
PEERS_UP_TO = 460_000

# Calls within R and W of each call, on a grid of cells of R: what a SQL house would start from.
NEIGHBORS_SQL = """
with placed as (select *, x // 500 as column_number, y // 500 as row_number from calls),
     reached as (select *, column_number + dx as near_column, row_number + dy as near_row
                 from placed, (values (-1), (0), (1)) as across(dx), (values (-1), (0), (1)) as up(dy))
select count(*) from (
    select c.id from reached c join placed d
      on d.column_number = c.near_column and d.row_number = c.near_row
     and d.at between c.at - 1209600000000 and c.at
     and (c.x - d.x) * (c.x - d.x) + (c.y - d.y) * (c.y - d.y) <= 250000
    group by c.id having count(*) >= 4)
"""


def make_calls(count: int, seed: int = 311) -> CallArrays:
    """Draw `count` calls of a made-up city, in order of time, the same for the same seed."""
    chance = np.random.default_rng(seed)
    years = count / CALLS_A_YEAR
    widening = max(1.0, years / WIDEST_YEARS)
    sites, chronic = int(SITES * widening), int(CHRONIC_SITES * widening)
    side = int(SIDE_DM * widening**0.5)
    place_x, place_y = chance.integers(0, side, (2, sites))
    share = chance.pareto(1.5, chronic) + 1
    site = chance.integers(0, sites, count)
    is_chronic = chance.random(count) < CHRONIC_SHARE
    site[is_chronic] = chance.choice(chronic, int(is_chronic.sum()), p=share / share.sum())
    at = np.sort(chance.integers(0, int(YEAR_US * years / widening), count))
    ones, new = np.ones(count, np.int64), np.zeros(count, np.bool_)
    return CallArrays(at, place_x[site], place_y[site], ones, at // DAY_US, new)


def measure(work: Callable[[], object], runs: int) -> float:
    """Give the median CPU seconds of several runs; all that is measured here uses one thread."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def run_dbscan(calls: CallArrays) -> None:
    """Cluster the positions by exact DBSCAN, eps R, as the field's usual tool would."""
    positions = np.column_stack([calls.x_dm, calls.y_dm]) / 10
    DBSCAN(eps=RULE.radius_m, min_samples=RULE.threshold).fit(positions)


def run_duckdb(calls: CallArrays) -> None:
    """Count in SQL, on one core as the others, the calls that have N calls within R and W before."""
    with duckdb.connect(config={"threads": 1}) as connection:
        columns = {"id": np.arange(calls.at_us.size), "at": calls.at_us, "x": calls.x_dm, "y": calls.y_dm}
        connection.register("given", columns)
        connection.execute("create table calls as select * from given")
        connection.execute(NEIGHBORS_SQL).fetchall()


def print_row(name: str, count: int, seconds: float, target: float | None = None) -> None:
    """Print one measurement; a ratio over 1 misses the target."""
    goal = f"{target:8.2f} {seconds / target:7.2f}" if target else f"{'-':>8} {'-':>7}"
    print(f"{name:<28} {count:>11,} {seconds:10.4f} {seconds / count * 1e9:9.0f} {goal}", flush=True)


def bench_size(count: int, runs: int) -> None:
    """Measure the kernel, and where the size allows the peers, on one city."""
    calls = make_calls(count)
    seconds = measure(lambda: group_calls(calls, empty_cases(), RULE), runs)
    print_row("kernel", count, seconds, TARGET_SECONDS.get(count))
    if count > PEERS_UP_TO:
        return
    for name, module, peer in (("scikit-learn DBSCAN", DBSCAN, run_dbscan), ("DuckDB grid join", duckdb, run_duckdb)):
        if module is None:
            print(f"{name}: skipped, not installed")
        else:
            print_row(name, count, measure(lambda peer=peer: peer(calls), 1))


def bench_desk(runs: int) -> None:
    """Measure one call at the desk with the loose calls and cases of its neighborhood."""
    calls = make_calls(10)
    calls.x_dm, calls.y_dm = calls.x_dm % 1000, calls.y_dm % 1000
    calls.taken[:-1] = True
    seconds = measure(lambda: group_calls(calls, empty_cases(), RULE), runs * 100)
    print_row("kernel, one call, 9 loose", 1, seconds, 0.001)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--calls", type=int, nargs="*", default=list(SIZES))
    options = parser.parse_args()
    compile_kernel()
    print(f"{'':<28} {'calls':>11} {'CPU s':>10} {'ns/call':>9} {'target':>8} {'ratio':>7}")
    bench_desk(options.runs)
    for count in options.calls:
        bench_size(count, options.runs)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


if __name__ == "__main__":
    main()
