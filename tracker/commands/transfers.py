"""`import-transfers`: files of 911 transfers into the triage queue."""

import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from ..calls.transfers.recording import Counts, import_transfers
from ..errors import ImportRefused
from ..extensions import db
from .output import clear_errors, json_option, print_result, progress_bar


@click.command("import-transfers")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rejects", type=click.Path(path_type=Path), help="Where refused rows go. Default: instance/rejects/.")
@json_option
@with_appcontext
@clear_errors
def import_transfers_command(file: Path, rejects: Path | None, as_json: bool) -> None:
    """Load a file of 911 transfers into the triage queue. Running it again adds nothing.

    EIDO JSON (one document or a list of them) or CSV with the columns id, received_at and, as far as they are known,
    type_code, type_text, priority, narrative, address, lat, long, phone, name, direction, source; plain or gzip.
    """
    started = time.perf_counter()
    rejects = rejects or Path(current_app.instance_path) / "rejects" / f"{file.name}.rejects.csv"
    if rejects.resolve() == file.resolve():
        raise ImportRefused("--rejects names the file that is read; refused rows need a file of their own.")
    counts = Counts()
    with progress_bar("Reading", None, "rows") as advance:
        for counts in import_transfers(file, rejects):
            db.session.commit()
            advance("Reading", counts.rows, counts.rows, counts.rows)
    result = {
        "rows": counts.rows,
        "accepted": counts.accepted,
        "duplicates": counts.duplicates,
        "rejected": counts.rejected,
        "seconds": round(time.perf_counter() - started, 2),
    }
    print_result(result, as_json=as_json)
    if counts.rejected:
        click.echo(f"Refused rows, each with line and reason: {rejects}", err=True)


COMMANDS = [import_transfers_command]
