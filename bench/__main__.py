"""`make bench`: every measurement in turn, each beside its target; one that cannot run says why and the rest go on."""

import importlib
import sys

MEASUREMENTS = {
    "bench.kernel": "Grouping kernel beside DBSCAN and DuckDB",
    "bench.import_calls": "Import of a file, grouping included",
    "bench.map_page": "Public map with 50,000 cases in Chromium",
    "bench.pages": "Pages with 50,000 cases and 500,000 calls",
    "bench.residents": "What residents and other systems ask for, quiet and while the city works",
    "bench.routes": "Routes: six of Solomon's instances, and a day in the demo city",
    "bench.suggestions": "Suggested cases and service types, on calls that were held back",
}


def main() -> int:
    """Run all, or those named on the command line (`python -m bench kernel`)."""
    wanted = [f"bench.{name}" for name in sys.argv[1:]] or list(MEASUREMENTS)
    sys.argv[1:] = []
    for name in wanted:
        print(f"\n== {MEASUREMENTS[name]}", flush=True)
        importlib.import_module(name).main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
