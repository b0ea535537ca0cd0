"""Answer with a file for a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from flask.typing import ResponseReturnValue

from ..formatters import neutralize_cell


def csv_answer(name: str, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> ResponseReturnValue:
    """A CSV download called `name`, UTF-8, in which no cell can run as a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutralize_cell(value) for value in line] for line in lines)
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f"attachment; filename={name}"}
    return out.getvalue(), 200, headers
