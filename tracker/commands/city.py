"""`load-city` and `new-city`: the profile of the one city that a database holds."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from ..city.demo.profile_folder import write_demo_profile
from ..city.loading import find_known, load_profile
from ..city.presets import TEMPLATE, starter_folder, write_template
from ..city.profile import read_profile
from ..config import Settings
from ..errors import Invalid
from ..extensions import db
from ..scheduling.playbooks.lacking import skills_nobody_has
from .output import clear_errors, json_option, print_result, progress_bar


@click.command("load-city")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--preset", help="Load the starter profile of this preset, such as boston-311.")
@json_option
@with_appcontext
@clear_errors
def load_city(folder: Path | None, preset: str | None, as_json: bool) -> None:
    """Load a city profile, whole or not at all; loading it again, or a part of it, updates in place.

    Without FOLDER and --preset the folder in TRACKER_CITY is loaded, or else the built-in demo city.
    """
    with profile_folder(folder, preset) as found:
        counts = load_folder(found)
    print_result(counts, as_json=as_json)


def load_folder(folder: Path) -> dict[str, int]:
    """Read, check and load the profile in `folder` and commit once; returns how many of each it brought.

    A polygon that was mended on the way is named on stderr, and so are skills that playbooks ask for and nobody has.
    """
    profile = read_profile(folder, find_known())
    for area in profile.areas or ():
        if area.mended:
            click.echo(area.mended, err=True)
    rows = profile.addresses.inside + profile.addresses.outside if profile.addresses else 0
    title = f"Loading {profile.city.name}"
    try:
        with progress_bar(title, rows or None, "addresses") as advance:
            counts = load_profile(profile, lambda done: advance(title, done, rows, done))
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    if profile.playbooks or profile.resources:
        _name_missing_skills()
    return counts


def _name_missing_skills() -> None:
    """Say on stderr what no crew can do yet: without a word one would learn it from the plan's leftovers."""
    if missing := skills_nobody_has():
        click.echo(
            f"Playbooks ask for skills that no resource has: {', '.join(missing)}. Such work finds no crew; "
            "give the skills to resources in resources.toml, or on the page «Resources».",
            err=True,
        )


@contextmanager
def profile_folder(folder: Path | None, preset: str | None) -> Iterator[Path]:
    """The folder that the arguments and the settings mean; the demo city's is made for the while."""
    if folder is not None and preset is not None:
        raise Invalid("Give a folder or --preset, not both")
    settings: Settings = current_app.config["SETTINGS"]
    if preset is not None:
        yield starter_folder(preset)
    elif chosen := folder or settings.city:
        yield chosen
    else:
        with tempfile.TemporaryDirectory() as made:
            write_demo_profile(Path(made))
            yield Path(made)


@click.command("new-city")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--preset", help="Start from the starter profile of this preset, such as boston-311.")
@json_option
@with_appcontext
@clear_errors
def new_city(folder: Path, preset: str | None, as_json: bool) -> None:
    """Write a commented, ready-to-edit profile into FOLDER, which must be new or empty."""
    files = write_template(folder, starter_folder(preset) if preset else TEMPLATE)
    print_result({"folder": str(folder), "files": files if as_json else ", ".join(files)}, as_json=as_json)


COMMANDS = [load_city, new_city]
