"""The examples that come with the program, to begin a rule set from. Each says that counsel has to check it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .rule_terms import RuleTerms, read_terms

_FOLDER = Path(__file__).with_name("examples")


@dataclass(frozen=True, slots=True)
class Example:
    """A rule set to begin from."""

    code: str
    name: str
    note: str
    terms: RuleTerms


@cache
def example_rules() -> dict[str, Example]:
    """All examples by code."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Example:
    data = tomllib.loads(path.read_text("utf-8"))
    return Example(path.stem, data.pop("name"), data.pop("note"), read_terms(data))
