"""What every test may use: an application on a database of its own, a browser-like client, a sign-in."""

import gc
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import Context
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient, FlaskCliRunner
from flask_sqlalchemy import SQLAlchemy
from hypothesis import settings

from tests.browsing import chromium, live_address
from tests.databases import (
    PostgresServer,
    ReusedDatabase,
    ReusedPostgres,
    ReusedSqlite,
    close_connections,
    make_app,
    migrate_database,
    running_postgres,
)
from tests.factories import make_user
from tests.serving import free_port
from tracker.extensions import db
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

__all__ = ["chromium", "free_port", "live_address"]  # fixtures that live beside

settings.register_profile("tracker", deadline=None)  # no test fails by the clock
settings.load_profile("tracker")

LONGEST = (
    "test_scripted_week.py", "test_scripted_month.py", "test_canaries.py", "test_acceptance_samples.py",
    "test_double_booking.py", "test_demo.py",
    "test_privacy_properties.py", "test_in_a_browser.py", "test_triage_in_a_browser.py", "test_suggestion_samples.py",
    "test_reliability.py", "test_migrations.py", "test_normalize_address_properties.py", "test_grouping.py",
    "test_recall.py", "test_search_in_a_browser.py", "test_new_call_in_a_browser.py", "test_look.py",
    "test_commands.py", "test_permissions.py", "test_silly_addresses.py",
)  # fmt: skip


PAGES_OF_BOTH = (
    "test_permissions.py", "test_search.py", "test_call_list.py", "test_case_list.py", "test_queue.py",
    "test_triage.py", "test_settling.py", "test_two_people.py", "test_privacy.py", "test_caseload.py", "test_bulk.py",
    "test_board.py", "test_closing.py", "test_kept_apart.py", "test_case_pages.py", "test_telling.py", "test_visits.py",
    "test_resource_sheets.py", "test_open_data.py", "test_posting.py", "test_updates.py", "test_oracle.py",
)  # fmt: skip
"""Files whose pages are asked of PostgreSQL too, because they search, sort, count or race. What other pages read and
write is tried there by the tests of the verbs behind them, and `test_permissions.py` opens every page on both."""


class Browser(FlaskClient):
    """A client whose requests know nothing of the test around them, as over a real network.

    The test's own transaction is committed first, so that the request sees its rows and never waits for its lock.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.commit()
        return Context().run(super().open, *args, **{"buffered": True, **kwargs})  # buffered: files are closed again


class Terminal(FlaskCliRunner):
    """Runs commands that know nothing of the test around them, in the same way."""

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.commit()
        return Context().run(super().invoke, *args, **kwargs)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy."""
    folder = tmp_path_factory.mktemp("template")
    migrate_database(folder)
    return folder / "tracker.sqlite3"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh migrated PostgreSQL database, for a test that needs one of its own."""
    with postgres_server.database() as address:
        yield address


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of this process's application."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def reused_database(request: pytest.FixtureRequest, instance: Path) -> Iterator[ReusedDatabase]:
    """This process's database: PostgreSQL when TRACKER_TEST_POSTGRES=1, else SQLite."""
    if os.environ.get("TRACKER_TEST_POSTGRES") == "1":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database() as address:
            database = ReusedPostgres(address)
            yield database
            database.close()
    else:
        yield ReusedSqlite(request.getfixturevalue("sqlite_template"), instance)


@pytest.fixture
def database_url(reused_database: ReusedDatabase, instance: Path) -> str:
    """The address of a migrated database in which nothing is, with an instance folder in which nothing else is."""
    for left in instance.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    reused_database.renew()
    return reused_database.address


@pytest.fixture(scope="session")
def reused_apps(reused_database: ReusedDatabase, instance: Path) -> Callable[..., Flask]:
    """Applications on this process's database, each built once: building one takes as long as many a test."""
    return cache(lambda **environ: make_app(instance, TRACKER_DATABASE_URL=reused_database.address, **environ))


@contextmanager
def _borrowed(app: Flask) -> Iterator[Flask]:
    """The application for one test: what the test sets or the application remembers is gone afterwards."""
    config, known = dict(app.config), set(app.extensions)
    app.test_client_class, app.test_cli_runner_class = Browser, Terminal
    yield app
    app.config.clear()
    app.config.update(config)
    for remembered in set(app.extensions) - known:
        del app.extensions[remembered]
    with app.app_context():
        close_connections()


@pytest.fixture
def app(database_url: str, reused_apps: Callable[..., Flask]) -> Iterator[Flask]:
    """The application on a migrated database in which nothing is."""
    with _borrowed(reused_apps()) as app:
        yield app


@pytest.fixture
def postgres_app(tmp_path: Path, postgres_url: str) -> Iterator[Flask]:
    """The application always on PostgreSQL, for two transactions at once: SQLite has one writer at a time anyway."""
    app = make_app(tmp_path, TRACKER_DATABASE_URL=postgres_url)
    yield app
    with app.app_context():
        close_connections()


@pytest.fixture
def secure_app(app: Flask, reused_apps: Callable[..., Flask]) -> Iterator[Flask]:
    """The same installation behind https."""
    with _borrowed(reused_apps(TRACKER_HTTPS="1")) as app:
        yield app


@pytest.fixture
def framed_app(app: Flask, reused_apps: Callable[..., Flask]) -> Iterator[Flask]:
    """The same installation, whose map two other sites may show in a frame."""
    with _borrowed(reused_apps(TRACKER_EMBED_HOSTS="https://www.city.example, http://intra:8080")) as app:
        yield app


@pytest.fixture
def new_app(instance: Path, database_url: str) -> Iterator[Flask]:
    """The same application, never asked before: for a test that adds a page to it, or takes it apart."""
    with _borrowed(make_app(instance, TRACKER_DATABASE_URL=database_url)) as app:
        yield app


@pytest.fixture
def database(app: Flask) -> Iterator[SQLAlchemy]:
    """The database itself, for tests that call operations directly."""
    with app.app_context():
        yield db
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, client: FlaskClient, database: SQLAlchemy) -> Callable[..., User]:
    """`sign_in(Role.CONTACT)` or `sign_in(user=user)` signs the client in and returns the user."""

    def sign_in_as(role: Role = Role.AIDE, *, user: User | None = None) -> User:
        user = user or make_user(role=role)
        token = start_session(user)
        db.session.commit()
        client.set_cookie(cookie_name(app.config["SETTINGS"]), token)
        return user

    return sign_in_as


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: a million things that no collection of garbage looks at."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start the longest files first, so that no core waits for one at the end.

    A run on PostgreSQL repeats what touches the database; pure rules have been tried once already, and so have the
    words and forms of most pages. `TRACKER_TEST_POSTGRES=0` says that there is such a run beside this one.
    """
    order = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))
    engine = os.environ.get("TRACKER_TEST_POSTGRES")
    if engine not in ("0", "1"):
        return
    wanted = {item for item in items if (_is_about_postgres(item) if engine == "1" else not _starts_postgres(item))}
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = [item for item in items if item in wanted]


def _starts_postgres(item: pytest.Item) -> bool:
    """Whether a test is tried on PostgreSQL whatever the run is on: where there are two runs, the other one does it."""
    return item.get_closest_marker("postgres") is not None or "postgres_url" in _fixtures(item)


def _is_about_postgres(item: pytest.Item) -> bool:
    pages = "client" in _fixtures(item) and item.path.name not in PAGES_OF_BOTH
    return _starts_postgres(item) or ("database_url" in _fixtures(item) and not pages)


def _fixtures(item: pytest.Item) -> Collection[str]:
    return getattr(item, "fixturenames", ())
