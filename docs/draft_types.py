"""Draft service_types.toml from a file of calls: every type it holds, the commonest first, for you to sort.

    python docs/draft_types.py CALLS.csv COLUMN > service_types.toml

CALLS.csv may be gzipped. COLUMN is the one that says what the call was about.
"""

import csv
import gzip
import json
import re
import sys
from collections import Counter

HEAD = """\
# Put each type into the family of the problem it is a sign of; add families as you need them (docs/profile.md).
[[families]]
code = "to-sort"
name = "To sort"

[[families]]
code = "orders"
name = "Ordered services and questions"
"""


def draft(code: str, name: str, count: int) -> str:
    said = json.dumps(name, ensure_ascii=False)  # a text in JSON is one in TOML
    return f"""\
[[service_types]]  # {count} calls
service_code = "{code}"
service_name = {said}
family = "to-sort"
weight = 1
public = false
"""


def main(path: str, column: str) -> None:
    read = gzip.open if path.endswith(".gz") else open
    with read(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file)
        if column not in (rows.fieldnames or ()):
            sys.exit(f"{path} has no column {column!r}. It has: {', '.join(rows.fieldnames or ())}")
        counts = Counter(" ".join((row[column] or "").split()) for row in rows)
    drafts = {}
    for name, count in counts.most_common():
        code = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        if code:
            drafts.setdefault(code, draft(code, name, count))
    sys.stdout.write("\n".join([HEAD, *drafts.values()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
