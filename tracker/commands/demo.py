"""`demo`: the demo city in the instance, once, and random sign-ins for each role and crew, printed once."""

import secrets
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from ..calls.importing.mapping import load_map
from ..calls.models import ServiceRequest
from ..calls.transfers.recording import import_transfers
from ..cases.deliveries import Delivery
from ..cases.measures import source_ids_by_case
from ..city import demo as demo_city
from ..city.demo import demo_truth, evaluate, write_demo_calls, write_demo_profile, write_demo_transfers
from ..city.showing import tell_crews, tell_stories
from ..clock import utc_now
from ..errors import Conflict
from ..extensions import db
from ..places.city import find_city
from ..scheduling.bookings.models import Booking
from ..staff.accounts import set_password
from ..staff.models import Role, User
from .city import load_folder
from .output import clear_errors, json_option, print_result, progress_bar

SEED = 311
_COLUMNS = Path(demo_city.__file__).parent / "data" / "columns.toml"


@dataclass(frozen=True, slots=True)
class _Files:
    """What a build leaves in the instance, so that one that was broken off goes on where it stood."""

    folder: Path

    def until(self) -> datetime:
        """The instant up to which the demo's year of calls runs: that of the first start."""
        path = self.folder / "until"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(utc_now().replace(second=0, microsecond=0).isoformat())
        return datetime.fromisoformat(path.read_text())

    @property
    def is_done(self) -> bool:
        """Whether the build came to its end."""
        return (self.folder / "done").exists()

    def finish(self) -> None:
        """Note that it did."""
        (self.folder / "done").touch()


@click.command("demo")
@json_option
@with_appcontext
@clear_errors
def demo(as_json: bool) -> None:
    """Build the demo city in the instance, once: a year of calls, cases, owners, work on some, two weeks of crews.

    Prints one random sign-in per role when it builds, and every time how many of the planted problems became cases
    (recall) and how many cases are planted problems (precision).
    """
    started = time.perf_counter()
    sign_ins = build_demo()
    result = _figures(_files().until()) | {"seconds": round(time.perf_counter() - started, 1)}
    print_result(result | ({"sign_ins": sign_ins} if as_json else {}), as_json=as_json)


def build_demo() -> list[dict[str, str]]:
    """Build what is not yet built and print the sign-ins it made; raises `Conflict` where another city lives."""
    files = _files()
    city = find_city()
    if city is not None and not files.folder.exists():
        raise Conflict(f"This instance holds {city.name}. For the demo set TRACKER_INSTANCE to a new, empty folder.")
    if files.is_done:
        return []
    _build(files.until())
    sign_ins = _make_sign_ins()
    files.finish()
    click.echo("Sign-ins, shown only now (write them down):", err=True)
    for one in sign_ins:
        click.echo(f"  {one['role']:<18} {one['sign_in_name']:<24} {one['password']}", err=True)
    return sign_ins


def is_demo_unfinished() -> bool:
    """Whether a build of the demo was broken off here."""
    files = _files()
    return files.folder.exists() and not files.is_done


def _files() -> _Files:
    return _Files(Path(current_app.instance_path) / "demo")


def _build(until: datetime) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_demo_profile(folder / "profile", SEED)
        load_folder(folder / "profile")
        write_demo_calls(folder / "calls.csv", SEED, until)
        _import(folder / "calls.csv")
        write_demo_transfers(folder / "transfers.csv", SEED, until)
        for _ in import_transfers(folder / "transfers.csv", folder / "transfers.rejects.csv"):
            db.session.commit()
    tell_stories(until)
    db.session.commit()
    tell_crews(until)
    db.session.commit()


def _import(calls: Path) -> None:
    rejects = Path(current_app.instance_path) / "rejects" / "demo.csv"
    delivery = Delivery(calls, load_map(_COLUMNS), rejects, "flask --app tracker load-city")
    with progress_bar("Reading", None, "calls") as advance:
        for step in delivery.steps():
            db.session.commit()
            advance(step.stage.capitalize(), step.done, step.total, step.rows)


def _make_sign_ins() -> list[dict[str, str]]:
    """A random password for the first account of each role and for every crew; the others of the staff stay invited."""
    sign_ins = []
    for role in Role:
        query = select(User).where(User.role == role).order_by(User.id)
        for user in db.session.scalars(query if role is Role.CREW else query.limit(1)).all():
            password = "-".join(secrets.token_hex(3) for _ in range(3))
            set_password(user, password)
            sign_ins.append({"role": role.value, "sign_in_name": user.sign_in_name, "password": password})
    db.session.commit()
    return sign_ins


def _figures(until: datetime) -> dict[str, Any]:
    cases = source_ids_by_case()
    found = evaluate(cases, demo_truth(SEED, until))
    return {
        "calls": db.session.scalar(select(func.count()).select_from(ServiceRequest)),
        "cases": len(cases),
        "bookings": db.session.scalar(select(func.count()).select_from(Booking)),
        "planted": found.planted,
        "recall": round(found.recall, 3),
        "precision": round(found.precision, 3),
    }


COMMANDS = [demo]
