"""A city whose last calls are held back: they are recorded, and taken only when somebody has asked about them."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, update

from tracker.app import create_app
from tracker.batches import in_chunks
from tracker.calls.importing.mapping import ColumnMap, load_map, load_preset
from tracker.calls.models import Family, ServiceRequest, ServiceType
from tracker.cases.deliveries import Delivery
from tracker.cases.intake import take_calls
from tracker.cases.models import CaseCall, ProblemCase
from tracker.city import demo as demo_city
from tracker.city.demo import write_demo_calls, write_demo_profile
from tracker.clock import utc_now
from tracker.commands.city import load_folder
from tracker.config import load_settings
from tracker.extensions import db
from tracker.migrating import upgrade_schema

SAMPLES = Path(os.environ.get("TRACKER_SAMPLE_DATA") or Path(__file__).parents[2] / "shared" / "data")
BOSTON = SAMPLES / "calls" / "boston_311_2011.csv.gz"
SEED = 311


@dataclass(frozen=True, slots=True)
class HeldCall:
    """A call that is held back, as somebody at the desk would know it. A call without a place has x and y None."""

    id: int
    at: datetime
    x_dm: int | None
    y_dm: int | None
    address_key: str
    unit: str
    words: str
    type_id: int
    family_id: int
    family_name: str


@contextmanager
def boston() -> Iterator[tuple[Flask, Path, ColumnMap]]:
    """A throwaway instance with Boston's starter profile, and its file."""
    with _instance() as (app, _):
        done = app.test_cli_runner().invoke(args=["load-city", "--preset", "boston-311"])
        assert done.exit_code == 0, done.output
        yield app, BOSTON, load_preset("boston-311")


@contextmanager
def demo() -> Iterator[tuple[Flask, Path, ColumnMap]]:
    """A throwaway instance with the demo city's profile, and a year of its calls."""
    with _instance() as (app, folder):
        write_demo_profile(folder / "profile", SEED)
        load_folder(folder / "profile")
        db.session.commit()
        write_demo_calls(folder / "calls.csv", SEED, utc_now().replace(second=0, microsecond=0))
        yield app, folder / "calls.csv", load_map(Path(demo_city.__file__).parent / "data" / "columns.toml")


@contextmanager
def _instance() -> Iterator[tuple[Flask, Path]]:
    with tempfile.TemporaryDirectory() as name:
        app = create_app(load_settings({"TRACKER_INSTANCE": name}))
        with app.app_context():
            upgrade_schema(app)
            yield app, Path(name)
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def import_all_but(path: Path, mapping: ColumnMap, count: int) -> list[HeldCall]:
    """Record a whole file and group all of it but the last `count` calls; gives these in their order key."""
    held: list[HeldCall] = []
    delivery = Delivery(path, mapping, Path(tempfile.gettempdir()) / f"{path.name}.rejects.csv", "load-city")
    for step in delivery.steps():
        if step.stage == "learning":
            held = _hold_back(count)
        db.session.commit()
    return held


def _hold_back(count: int) -> list[HeldCall]:
    """Let the last calls look as if they were taken, so that the grouping leaves them alone."""
    call = ServiceRequest
    query = (
        select(call.id, call.requested_datetime, call.x_dm, call.y_dm, call.address_key, call.unit, call.description,
               ServiceType.id, ServiceType.family_id, Family.name)
        .join(ServiceType, ServiceType.id == call.service_type_id)
        .join(Family, Family.id == ServiceType.family_id)
        .order_by(call.requested_datetime.desc(), call.source.desc(), call.source_id.desc())
        .limit(count)
    )  # fmt: skip
    held = [HeldCall(*row) for row in reversed(db.session.execute(query).all())]
    _set_taken(held, True)
    return held


def _set_taken(calls: Sequence[HeldCall], is_taken: bool) -> None:
    for ids in in_chunks([call.id for call in calls], 500):
        db.session.execute(update(ServiceRequest).where(ServiceRequest.id.in_(ids)).values(is_taken=is_taken))


def deliveries(held: Sequence[HeldCall], size: int) -> Iterator[Sequence[HeldCall]]:
    """One small delivery after the other: it is given to whoever asks, then it is taken."""
    for start in range(0, len(held), size):
        part = held[start : start + size]
        yield part
        _set_taken(part, False)
        take_calls()
        db.session.commit()


def newest_case() -> int:
    """The highest id of a case so far: what is opened later has a higher one."""
    return db.session.scalar(select(func.max(ProblemCase.id))) or 0


def links() -> dict[int, int]:
    """The case of every call that is in one, once everything is taken."""
    query = select(CaseCall.call_id, CaseCall.case_id).where(CaseCall.unlinked_at.is_(None))
    return {call_id: case_id for call_id, case_id in db.session.execute(query)}  # noqa: C416  # a result is no mapping
