"""What the worker runs, and when. Nothing here is lost when the worker is down: every job finds its own work."""

import logging
from datetime import datetime

from flask import Flask
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from sqlalchemy.engine import make_url

from .calls.models import TypeModel
from .calls.type_words.examples import read_examples
from .calls.type_words.training import fit_beside, keep_model
from .cases.intake import take_calls
from .cases.relocating import relocate_calls
from .clock import utc_now
from .config import Settings
from .errors import TrackerError
from .extensions import db
from .places.city import city_zone, find_city

log = logging.getLogger(__name__)
NIGHTLY_HOUR = 3
"""On the city's clocks: late enough that the day's calls are in, early enough that the morning sees the result."""


def make_queue(settings: Settings) -> Huey:
    """The job queue: a file of its own beside SQLite, or tables in PostgreSQL."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        return PostgresHuey("tracker", dsn=url.set(drivername="postgresql").render_as_string(hide_password=False))
    return SqliteHuey("tracker", filename=str(settings.instance / "jobs.sqlite3"))


def add_jobs(queue: Huey, app: Flask) -> None:
    """Put every periodic job on the queue; each runs inside the application's context."""

    @queue.periodic_task(crontab(minute="0"))  # type: ignore[untyped-decorator]  # huey ships no types
    def place_and_group_at_night() -> None:
        with app.app_context():
            if is_night(utc_now()):
                run_nightly()
                train_at_night()

    @queue.periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]  # as above
    def group_what_waits() -> None:
        with app.app_context():
            take_calls()
            db.session.commit()


def is_night(now: datetime) -> bool:
    """Whether it is the nightly hour on the city's clocks; False while no city is loaded."""
    city = find_city()
    return city is not None and now.astimezone(city_zone(city)).hour == NIGHTLY_HOUR


def run_nightly() -> None:
    """Place what can be placed by now, refresh the masks, then group."""
    for _ in relocate_calls():
        db.session.commit()
    take_calls()
    db.session.commit()


def train_types() -> TypeModel:
    """Learn anew which words mean which service type. No transaction is open while the model is fitted."""
    examples = read_examples()
    db.session.rollback()
    kept = keep_model(fit_beside(examples))
    db.session.commit()
    return kept


def train_at_night() -> None:
    """The same; what goes wrong is logged, and the model before stays in use."""
    try:
        train_types()
    except TrackerError as error:
        log.warning("The model of service types was not trained: %s", error)


def run_worker(app: Flask) -> None:
    """Run the jobs until a signal ends the process."""
    queue = make_queue(app.config["SETTINGS"])
    add_jobs(queue, app)
    queue.create_consumer(workers=1).run()
