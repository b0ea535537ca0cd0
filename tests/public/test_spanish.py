"""The residents' pages in Spanish: no text is left out, and labels and ranges are said, not copied."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from jinja2 import nodes

from tests.factories import make_city
from tests.public.world import make_public_case, set_as_of_now
from tracker.config import PROJECT
from tracker.staff.log import append_log


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The Spanish texts."""
    with (PROJECT / "translations/es/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="es")


@pytest.fixture
def app(new_app: Flask) -> Flask:
    """An application that may be told where else its texts lie."""
    return new_app


@pytest.fixture
def spanish(tmp_path: Path, app: Flask, catalog: Catalog) -> None:
    """The Spanish texts compiled, as the set-up does it."""
    folder = tmp_path / "translations/es/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as target:
        write_mo(target, catalog)
    app.extensions["babel"].translation_directories = [str(tmp_path / "translations")]


def test_every_public_text_has_a_spanish_one(catalog: Catalog) -> None:
    keywords = {"_": None, "_l": None, "gettext": None}
    found = [
        *extract_from_dir(PROJECT / "tracker/public", [("**.py", "python")], keywords=keywords),
        *extract_from_dir(PROJECT / "templates/public", [("**.html", "jinja2")], keywords=keywords),
    ]
    texts = {message[2] for message in found}
    assert len(texts) > 80
    assert {text for text in texts if not (entry := catalog.get(text)) or not entry.string} == set()


@pytest.mark.usefixtures("spanish")
def test_the_pages_speak_spanish_when_asked(client: FlaskClient, database: SQLAlchemy) -> None:
    make_city()
    set_as_of_now()
    case = make_public_case(call_count=12)
    append_log("case", case.id, "opened", is_public=True)
    page = client.get("/?lang=es").text
    for text in (
        'lang="es"',
        "cuadra 100 de Elm St",
        "de 10 a 19 llamadas",
        "desde el 15 jun 2026",
        "Datos al 15 jun 2026",
    ):
        assert text in page, text
    page = client.get(f"/cases/{case.public_id}").text
    assert "se reunieron en un solo caso" in page and "primera mirada" in page
    box = "/map/cases.json?bbox=-71.2,42.2,-70.9,42.5&zoom=12"
    assert "cuadra 100 de Elm St" in client.get(f"{box}&lang=es").text
    assert "100 block of Elm St" in client.get(f"{box}&lang=en").text


SPEAKING = {
    "datetimeformat", "dateformat", "timeformat", "timedeltaformat", "numberformat", "decimalformat", "currencyformat",
    "percentformat", "scientificformat", "say_band", "say_day", "say_days", "say_label", "say_month", "say_times",
}  # fmt: skip
"""Filters whose answer depends on the reader's language."""


def test_no_template_asks_a_speaking_filter_about_a_constant(app: Flask) -> None:
    """Jinja reckons such a thing when it reads the template, in the language of whoever came first."""
    environment, wrong, seen = app.jinja_env, [], 0
    assert environment.loader is not None
    for name in environment.list_templates():
        source = environment.loader.get_source(environment, name)[0]
        for one in environment.parse(source).find_all(nodes.Filter):
            seen += one.name in SPEAKING
            if one.name in SPEAKING and isinstance(one.node, nodes.Const):
                wrong.append((name, one.lineno, one.name))
    assert wrong == [] and seen > 20
