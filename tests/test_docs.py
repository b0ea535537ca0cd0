"""The documents say what is so: commands, links, folders, files and settings that they name exist."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import click
import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tracker"
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
TOUR = DOCS / "tour.md"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
MOST_PICTURE_BYTES = 400_000
pytestmark = pytest.mark.once

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def fenced(text: str) -> list[str]:
    """The code blocks of a page."""
    return re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)


def code(text: str) -> list[str]:
    """What a page sets as code: the lines of its blocks (continued ones joined), and what stands in backticks."""
    blocks = fenced(text)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    rest = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return lines + [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", rest)]


def commands_in(page: Path) -> Iterator[list[str]]:
    """The words of each `flask --app tracker ...` of a page, up to a comment, a pipe or the next command."""
    for line in code(page.read_text("utf-8")):
        for found in re.findall(r"flask --app tracker ([^|;&>]+)", line):
            words = shlex.split(found, comments=True)
            if words and words != ["..."]:
                yield words


@lru_cache
def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def check_command(app: Flask, words: list[str]) -> None:
    """Raise what click raises when a command or one of its options does not exist; a group is followed down."""
    command: click.Command = app.cli
    context = click.Context(command)
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        command, context = found, click.Context(found, parent=context)
    command.make_context(command.name, [*words], parent=context, resilient_parsing=not words)


@each_page
def test_every_command_in_the_documents_exists_with_its_options(app: Flask, page: Path) -> None:
    for words in commands_in(page):
        try:
            check_command(app, words)
        except click.ClickException as error:
            pytest.fail(f"{page.name}: flask --app tracker {shlex.join(words)}: {error.format_message()}")


@pytest.mark.parametrize("line", ["no-such-command", "scan --no-such-option", "backtest calls.csv --radius far"])
def test_a_command_that_does_not_exist_is_noticed(app: Flask, line: str) -> None:
    with pytest.raises((AssertionError, click.ClickException)):
        check_command(app, shlex.split(line))


def test_every_command_is_documented(app: Flask) -> None:
    table = set(re.findall(r"^\| `([a-z-]+)", (DOCS / "operations.md").read_text("utf-8"), re.MULTILINE))
    assert table == set(app.cli.commands) - {"db"}  # Flask-Migrate's own group, for engineers: it stands in the tour


@each_page
def test_every_make_target_in_the_documents_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {target for line in code(page.read_text("utf-8")) for target in re.findall(r"^make ([a-z]+)", line)}
    assert named <= targets


def test_the_readme_shows_two_commands() -> None:
    blocks = fenced((ROOT / "README.md").read_text("utf-8"))
    assert [block.split("\n") for block in blocks] == [["make run", "make test", ""]]


@each_page
def test_every_link_leads_somewhere_in_the_project(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if target.startswith(("http://127.0.0.1", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.is_relative_to(ROOT) and there.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors_of(there), f"{page.name} links to {target}, which has no such heading"


@each_page
def test_every_file_that_is_named_in_full_exists(page: Path) -> None:
    roots = "tracker|tests|docs|scripts|templates|static|migrations|translations|bench"
    made = ("instance/", "migrations/versions/")
    missing = [
        span
        for span in code(page.read_text("utf-8"))
        if re.fullmatch(rf"(?:{roots})/[\w./-]*", span)
        and "NAME" not in span
        and not span.startswith(made)
        and not (ROOT / span).exists()
    ]
    assert missing == []


@each_page
def test_no_document_shows_pictures_from_elsewhere_or_a_developers_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"!\[[^]]*\]\(\w+://|<img\b[^>]*\bsrc=[\"']?\w+://", text) == []
    for place in (str(ROOT), f"{Path.home()}/", "/home/", "/Users/", "localhost:"):
        assert place not in text


def test_every_picture_is_small_and_shown() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^]]+\]\(([^)\s]+)\)", page.read_text("utf-8"))
    }
    pictures = set((DOCS / "pictures").iterdir())
    assert pictures and pictures == shown
    assert {path.name: size for path in pictures if (size := path.stat().st_size) > MOST_PICTURE_BYTES} == {}


def test_the_tour_names_every_folder_of_the_program() -> None:
    spans = set(code(TOUR.read_text("utf-8")))
    folders = {
        path.parent.relative_to(ROOT).as_posix() + "/" for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE
    }
    assert folders - spans == set()


def test_the_tour_names_every_file_at_the_top_of_the_program() -> None:
    spans = set(code(TOUR.read_text("utf-8")))
    files = {path.relative_to(ROOT).as_posix() for path in PACKAGE.glob("*.py") if path.name != "__init__.py"}
    assert files - spans == set()


def test_decisions_are_numbered_without_gaps_and_say_three_things_briefly() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], path.name
        assert len(text.splitlines()) <= 18, path.name


def test_the_page_of_settings_is_what_the_code_says() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "write-settings"), "--print"]
    written = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert (DOCS / "settings.md").read_text("utf-8") == written, "run scripts/write-settings"
    read = set(re.findall(r'"(TRACKER_\w+)"', (PACKAGE / "config.py").read_text("utf-8")))
    assert set(re.findall(r"^\| `(\w+)`", written, re.MULTILINE)) == read
