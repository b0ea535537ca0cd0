"""The application's shell: headers, errors, static files, language, the write lock."""

import gzip
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, render_template_string, request, session
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from tests.databases import close_connections, make_app
from tests.factories import make_city
from tracker.assets import JOINED
from tracker.clock import utc_now
from tracker.config import PROJECT
from tracker.database import only_reading
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.headers import content_security_policy
from tracker.migrating import upgrade_schema
from tracker.staff.models import Role, StaffSession, User
from tracker.staff.permissions import Permission, requires

SignIn = Callable[..., User]


@pytest.fixture
def app(new_app: Flask) -> Flask:
    """An application that takes more pages."""
    return new_app


def add_page(app: Flask, view: Callable[[], object], *, methods: tuple[str, ...] = ("GET",)) -> None:
    """A public page at /probe."""
    app.add_url_rule("/probe", "probe", requires(Permission.PUBLIC)(view), methods=list(methods))


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for address in ("/staff/sign-in", "/no-such-page", "/static/css/base.css"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in headers["Permissions-Policy"]


def test_pictures_may_come_from_the_tile_host_and_nothing_else_may(tmp_path: Path) -> None:
    app = make_app(tmp_path, TRACKER_TILE_URL="https://{s}.tiles.example/{z}/{x}/{y}.png")
    policy = content_security_policy(app.config["SETTINGS"])
    assert "img-src 'self' data: https://*.tiles.example;" in policy
    assert policy.count("tiles.example") == 1


def test_an_error_of_ours_is_a_page_for_people_and_json_for_programs(app: Flask, client: FlaskClient) -> None:
    def refuse() -> str:
        raise Conflict("Somebody has it already. Look at <b>her</b> version.")

    add_page(app, refuse)
    page = client.get("/probe")
    assert page.status_code == 409
    assert "Look at &lt;b&gt;her&lt;/b&gt; version." in page.text
    data = client.get("/probe", headers={"Accept": "application/json"})
    assert data.status_code == 409
    assert data.json == [{"code": 409, "description": "Somebody has it already. Look at <b>her</b> version."}]


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [("/no-such-page", "GET", 404), ("/staff/sign-out", "GET", 405), ("/open311/none", "GET", 404)],
)
def test_what_the_web_refuses_says_what_to_do(client: FlaskClient, address: str, method: str, status: int) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert answer.is_json == address.startswith("/open311")
    if status == 405:
        assert "POST" in answer.headers["Allow"]


def test_an_error_leaves_staff_their_menu_and_a_way_back_to_their_queue(
    client: FlaskClient, sign_in: Callable[..., User]
) -> None:
    stranger = client.get("/staff/no-such-page").text
    assert "Go to the first page" in stranger and "Staff sign-in" in stranger
    sign_in(Role.AIDE)
    for address, status in (("/staff/no-such-page", 404), ("/staff/users", 403)):
        answer = client.get(address)
        assert answer.status_code == status and "Go to my queue" in answer.text and "Sign out" in answer.text
    assert "Go to my queue" not in client.get("/no-such-page").text


def test_a_route_that_declares_nothing_is_refused_to_everybody(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "open to all")
    sign_in(Role.ADMINISTRATOR)
    assert client.get("/undeclared").status_code == 403


def test_too_big_a_body_is_refused(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    assert client.post("/staff/sign-in", data={"sign_in_name": "a" * 200}).status_code == 413


def test_a_database_that_is_away_gives_503_even_where_menus_would_ask_it(app: Flask, client: FlaskClient) -> None:
    def fail() -> str:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    add_page(app, fail)
    answer = client.get("/probe")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing was lost" in answer.text
    assert "SELECT" not in answer.text and "locked" not in answer.text


def test_a_mistake_of_ours_gives_a_500_page_without_its_insides(app: Flask, client: FlaskClient) -> None:
    def fail() -> str:
        raise ZeroDivisionError("the insides")

    add_page(app, fail)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    answer = client.get("/probe")
    assert answer.status_code == 500
    assert "Our mistake" in answer.text and "insides" not in answer.text


def test_only_requests_that_cannot_write_are_marked_as_reading(app: Flask, client: FlaskClient) -> None:
    seen: dict[str, bool] = {}

    def look() -> str:
        seen[request.method] = only_reading.get()
        return ""

    add_page(app, look, methods=("GET", "POST"))
    client.get("/probe")
    client.head("/probe")
    client.post("/probe")
    assert seen == {"GET": True, "HEAD": True, "POST": False}
    assert only_reading.get() is False


def test_a_signed_in_page_opens_while_somebody_writes(
    app: Flask, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL a writer never stands in a reader's way")
    sign_in(Role.AIDE)
    old = StaffSession.last_seen_at
    database.session.execute(update(StaffSession).values(last_seen_at=utc_now() - timedelta(minutes=5)))
    database.session.commit()
    writer = sqlite3.connect(app.config["SETTINGS"].instance / "tracker.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert client.get("/staff/account").status_code == 200
    writer.execute("COMMIT")
    writer.close()
    before = database.session.scalar(db.select(old))
    assert client.get("/staff/account").status_code == 200
    database.session.rollback()
    after = database.session.scalar(db.select(old))
    assert before is not None and after is not None and after > before, "the next page notes that she was seen"


def test_static_files_are_kept_forever_under_their_digest_only(client: FlaskClient) -> None:
    page = client.get("/staff/sign-in").text
    addresses = [part.split('"')[0] for part in page.split('href="')[1:] if ".css" in part.split('"')[0]]
    assert any("/assets/joined/" in address for address in addresses)
    assert any("/bootstrap/static/" in address for address in addresses)
    for address in addresses:
        assert "immutable" in client.get(address).headers["Cache-Control"]
        stale = client.get(address.split("?")[0] + "?v=000000000000")
        assert stale.status_code == 200 and "immutable" not in stale.headers["Cache-Control"]


def test_files_that_a_page_needs_together_come_as_one_in_their_order(app: Flask, client: FlaskClient) -> None:
    for name, parts in JOINED.items():
        with app.test_request_context():
            address = app.url_for("assets.joined", name=name)
        answer = client.get(address, headers={"Accept-Encoding": "identity"})
        places = [answer.text.index((PROJECT / "static" / part).read_text()) for part in parts]
        assert places == sorted(places) and "immutable" in answer.headers["Cache-Control"]
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.data) == answer.data and packed.mimetype == answer.mimetype
        assert packed.headers["ETag"] != answer.headers["ETag"]
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/assets/joined/other.css").status_code == 404


def test_leaflet_comes_from_us_under_its_version(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        addresses = [
            app.url_for("assets.leaflet", filename=name) for name in ("leaflet.js", "leaflet.css", "images/layers.png")
        ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    assert client.get("/assets/leaflet/1/../../../etc/passwd").status_code == 404


def test_nothing_on_a_page_comes_from_elsewhere_or_stands_inline(client: FlaskClient) -> None:
    page = client.get("/staff/sign-in").text
    assert "//" not in page.replace("http://www.w3.org", "")
    assert "<style" not in page and " style=" not in page and "<script>" not in page and " onclick" not in page


@pytest.fixture
def spanish(tmp_path: Path, app: Flask) -> None:
    """The Spanish texts, compiled as the set-up does it."""
    folder = tmp_path / "translations" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (
        (PROJECT / "translations/es/LC_MESSAGES/messages.po").open("rb") as source,
        (folder / "messages.mo").open("wb") as target,
    ):
        write_mo(target, read_po(source, locale="es"))
    app.extensions["babel"].translation_directories = [str(tmp_path / "translations")]


@pytest.mark.usefixtures("spanish")
def test_the_language_is_chosen_by_link_then_kept_then_guessed(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/nothing").text
    assert '<html lang="es">' in client.get("/nothing", headers={"Accept-Language": "es-MX,es;q=0.9"}).text
    chosen = client.get("/nothing?lang=es").text
    assert "Saltar al contenido" in chosen
    assert '<html lang="es">' in client.get("/nothing").text
    assert '<html lang="es">' in client.get("/nothing?lang=xx").text


def test_the_city_gives_every_page_its_name(client: FlaskClient, database: SQLAlchemy) -> None:
    make_city(name="Alder & Falls")
    assert "· Alder &amp; Falls</title>" in client.get("/staff/sign-in").text


def test_characters_that_turn_text_around_or_take_no_room_are_written_out(app: Flask) -> None:
    with app.test_request_context():
        page = render_template_string("{{ text }} <input value='{{ text }}'>", text="a\u202e<b>\u200bc ñ")
    assert page == "a[U+202E]&lt;b&gt;[U+200B]c ñ <input value='a[U+202E]&lt;b&gt;[U+200B]c ñ'>"


def test_a_request_under_a_name_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    app = make_app(tmp_path, TRACKER_HOSTS="cases.example.gov, localhost")
    with app.app_context():
        upgrade_schema(app)
    client = app.test_client()
    ours = client.get("/staff/sign-in", headers={"Host": "cases.example.gov"})
    theirs = client.get("/staff/sign-in", headers={"Host": "evil.example"})
    assert (ours.status_code, theirs.status_code) == (200, 400)
    assert "evil.example" not in theirs.text
    with app.app_context():
        close_connections()


def test_a_database_that_is_locked_while_we_ask_who_is_there_answers_503(client: FlaskClient, sign_in: SignIn) -> None:
    """The page that says so names nobody: to find out whom would ask the locked database once more."""
    sign_in()
    db.session.commit()

    def lock(connection: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))

    event.listen(db.engine, "begin", lock)
    try:
        assert client.post("/staff/calls/drafts", data={"key": "k"}).status_code == 503
    finally:
        event.remove(db.engine, "begin", lock)


def test_who_needs_no_form_cookie_is_given_none_and_a_forged_one_is_an_empty_one(
    app: Flask, client: FlaskClient
) -> None:
    def told() -> str:
        if request.args.get("word"):
            session["word"] = request.args["word"]
        return str(session.get("word"))

    add_page(app, told)
    assert "Set-Cookie" not in client.get("/probe").headers
    assert "HttpOnly" in client.get("/probe?word=lamp").headers["Set-Cookie"]
    kept = client.get("/probe")
    assert kept.text == "lamp" and "Cookie" in kept.headers["Vary"]
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], "not-signed-by-us")
    assert client.get("/probe").text == "None"
