"""`import-calls`, `scan`, `backtest`: from a file of calls to problem cases."""

import sys
import time
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import ColumnElement, func, select

from ..batches import rare_collections
from ..calls.importing.guessing import refuse_without_map
from ..calls.importing.mapping import ColumnMap, load_map, load_preset
from ..calls.models import CallImport, Placement, ServiceRequest
from ..cases.backtesting import backtest_file, check_overrides, drops_distinct_days
from ..cases.deliveries import Delivery, finish_broken_imports
from ..cases.intake import families_waiting, take_in_steps
from ..cases.measures import Measures, measure_city
from ..cases.rebuilding import rebuild_cases
from ..cases.relocating import relocate_calls
from ..errors import ImportRefused
from ..extensions import db
from .output import clear_errors, json_option, print_result, progress_bar

preset_option = click.option("--preset", metavar="NAME", help="Columns of a known source, such as boston-311.")
map_option = click.option(
    "--map", "map_file", metavar="FILE.toml", type=click.Path(path_type=Path), help="Says which column is what."
)


def choose_map(file: Path, preset: str | None, map_file: Path | None) -> ColumnMap:
    """The column map that the options name; raises `ImportRefused` with a guess when they name none."""
    if preset and map_file:
        raise ImportRefused("Give either --preset or --map, not both.")
    if preset:
        return load_preset(preset)
    if map_file:
        return load_map(map_file)
    raise refuse_without_map(file)


def load_hint(preset: str | None) -> str:
    """The command that loads the profile a file belongs to."""
    return f"flask --app tracker load-city --preset {preset}" if preset else "flask --app tracker load-city FOLDER"


@click.command("import-calls")
@click.argument("file", type=click.Path(path_type=Path))
@preset_option
@map_option
@click.option("--rejects", type=click.Path(path_type=Path), help="Where refused rows go. Default: instance/rejects/.")
@json_option
@with_appcontext
@clear_errors
def import_calls(file: Path, preset: str | None, map_file: Path | None, rejects: Path | None, as_json: bool) -> None:
    """Load a file of calls, then group them in time order. Running it again adds nothing.

    Plain or gzip CSV in any encoding. Rows that cannot be read go to the rejects file with line number and reason.
    """
    started = time.perf_counter()
    mapping = choose_map(file, preset, map_file)
    rejects = rejects or Path(current_app.instance_path) / "rejects" / f"{file.name}.rejects.csv"
    if rejects.resolve() == file.resolve():
        raise ImportRefused("--rejects names the file that is read; refused rows need a file of their own.")
    delivery = Delivery(file, mapping, rejects, load_hint(preset))
    with rare_collections(), progress_bar("Reading", None, "rows") as advance:
        for step in delivery.steps():
            db.session.commit()
            advance(step.stage.capitalize(), step.done, step.total, step.rows)
    result = _import_result(delivery, time.perf_counter() - started)
    print_result(result, as_json=as_json)
    _say_what_to_look_at(delivery, rejects, result["unlocated"])


def _say_what_to_look_at(delivery: Delivery, rejects: Path, unlocated: int) -> None:
    if delivery.run.rejected:
        click.echo(f"Refused rows, each with line and reason: {rejects}", err=True)
    if delivery.run.encoding == "latin-1":
        click.echo("The file is not UTF-8; it was read as Latin-1. Look at a few accented names.", err=True)
    if on_sinks := _count_unlocated(delivery.run, ServiceRequest.is_on_sink.is_(True)):
        click.echo(
            f"On known sinks: {on_sinks:,} of the {unlocated:,} unlocated calls. The source did not know their place; "
            "look for their addresses among those of other calls: flask --app tracker scan --relocate",
            err=True,
        )
    for candidate in delivery.candidates:
        click.echo(
            f"Perhaps a geocoder's «don't know»: {candidate.lat}, {candidate.long} holds {candidate.calls} calls with "
            f"{candidate.texts} different addresses and {candidate.types} types. Judge it on the page «Sinks».",
            err=True,
        )


def _import_result(delivery: Delivery, seconds: float) -> dict[str, Any]:
    run = delivery.run
    return {
        "rows": run.rows,
        "accepted": run.accepted,
        "duplicates": run.duplicates,
        "updated": run.updated,
        "rejected": run.rejected,
        "unlocated": _count_unlocated(run),
        "cases_opened": delivery.cases_opened,
        "encoding": run.encoding,
        "seconds": round(seconds, 2),
    }


def _count_unlocated(run: CallImport, *further: ColumnElement[bool]) -> int:
    query = select(func.count()).where(
        ServiceRequest.import_id == run.id, ServiceRequest.placement == Placement.UNLOCATED, *further
    )
    return db.session.scalar(query) or 0


@click.command("scan")
@click.option("--relocate", is_flag=True, help="First place calls that could not be placed, by what was learned since.")
@click.option("--rebuild", is_flag=True, help="Regroup from scratch what no person has touched; prints what changes.")
@json_option
@with_appcontext
@clear_errors
def scan(relocate: bool, rebuild: bool, as_json: bool) -> None:
    """Group what is not yet taken, and print the city's grouping in figures."""
    started = time.perf_counter()
    for _ in finish_broken_imports():
        db.session.commit()
    if relocate:
        placed = 0
        for step in relocate_calls():
            db.session.commit()
            placed += step
        click.echo(f"{placed} calls placed by what was learned since.", err=True)
    if rebuild:
        _rebuild()
    with progress_bar("Grouping", None, "families") as advance:
        done, total = 0, len(families_waiting())
        for taken in take_in_steps():
            db.session.commit()
            done += taken.families
            advance("Grouping", done, max(done, total), done)
    print_result(_scan_result(measure_city(), time.perf_counter() - started), as_json=as_json)


def _rebuild() -> None:
    """Regroup, say what that changes, and keep it; on a terminal only when the person agrees."""
    rebuilt = rebuild_cases()
    click.echo(
        f"Rebuild: {rebuilt.touched} cases that people touched stay; of the others {rebuilt.unchanged} come out the "
        f"same, {rebuilt.gone} go, {rebuilt.new} are new.",
        err=True,
    )
    if sys.stdin.isatty() and not click.confirm("Keep this?", err=True):
        db.session.rollback()
        click.echo("Nothing was changed.", err=True)
        return
    db.session.commit()


def _scan_result(measures: Measures, seconds: float) -> dict[str, Any]:
    return {
        "calls": measures.calls,
        "linked": measures.linked,
        "cases": measures.cases,
        "max_extent_m": measures.max_extent_m,
        "partition_sha256": measures.partition_sha256,
        "seconds": round(seconds, 2),
    }


@click.command("backtest")
@click.argument("file", type=click.Path(path_type=Path))
@preset_option
@map_option
@click.option("--radius", "radius_m", type=click.IntRange(1, 2000), metavar="M", help="Metres, for every family.")
@click.option("--window", "window_days", type=click.IntRange(1, 730), metavar="D", help="Days, for every family.")
@click.option("--threshold", type=click.IntRange(1, 1000), metavar="N", help="Weight of a case, for every family.")
@click.option("--distinct-days", type=click.IntRange(1, 1000), metavar="N", help="Different dates, for every family.")
@json_option
@with_appcontext
@clear_errors
def backtest(
    file: Path, preset: str | None, map_file: Path | None, as_json: bool, **measures: int | None
) -> None:  # fmt: skip
    """What would have been found in a file, and how early, under the city's rules or these. Writes nothing.

    What an option gives replaces that number in every family's rule. One exception: --radius, --window and
    --threshold together are a whole rule, which has no distinct days unless --distinct-days gives them.

    calls: those that may be in a case: with a place in the city, neither confidential nor tests. scan counts all.
    days_gained: per case the days from the call that would have made it a case to its last call, summed over cases.
    """
    started = time.perf_counter()
    overrides = {name: value for name, value in measures.items() if value is not None}
    check_overrides(overrides)
    try:
        found = backtest_file(file, choose_map(file, preset, map_file), load_hint(preset), overrides)
    finally:
        db.session.rollback()
    result = {
        "calls": found.calls,
        "cases": found.cases,
        "linked": found.linked,
        "days_gained": round(found.days_gained, 1),
        "partition_sha256": found.partition_sha256,
        "seconds": round(time.perf_counter() - started, 2),
    }
    print_result(result, as_json=as_json)
    if drops_distinct_days(overrides):
        click.echo("This whole rule asked for no distinct days. To ask for them too: --distinct-days N.", err=True)


COMMANDS = [import_calls, scan, backtest]
