"""What can be called in, how often and when, and in which words: the tables of `data/`, read once."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Service:
    """A service type, and how many calls of it a year has besides the planted ones."""

    code: str
    name: str
    family: str
    weight: int
    due_days: int
    counts: bool  # neither confidential nor a test
    calls: int


@dataclass(frozen=True, slots=True)
class Rule:
    """The grouping rule of a family: metres, days, weight, distinct days."""

    radius_m: int
    window_days: int
    threshold: int
    distinct_days: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a family is called in: weights of the 24 hours, 7 days from Monday and 12 months; share at crossings."""

    hours: NDArray[np.float64]
    week: NDArray[np.float64]
    months: NDArray[np.float64]
    corners: float
    is_night: bool
    storms: bool


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that the calls are drawn from. `stories` is the text table as it stands in the file."""

    services: tuple[Service, ...]
    rules: dict[str, Rule]
    rhythms: dict[str, Rhythm]
    stories: dict[str, Any]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def read_catalog() -> Catalog:
    """The catalog of the demo city."""
    profile, demand, rules = _read("service_types.toml"), _read("demand.toml"), _read("rules.toml")
    services = tuple(
        Service(
            code=entry["service_code"],
            name=entry["service_name"],
            family=entry["family"],
            weight=entry["weight"],
            due_days=entry["due_days"],
            counts=not (entry.get("confidential") or entry.get("test")),
            calls=demand["calls"][entry["service_code"]],
        )
        for entry in profile["service_types"]
    )
    families = [family["code"] for family in profile["families"]]
    return Catalog(
        services,
        {code: Rule(**{**rules["default"], **rules["families"].get(code, {})}) for code in families},
        {code: _read_rhythm(demand["families"][code], demand["rhythms"]) for code in families},
        _read("stories.toml"),
    )


def _read_rhythm(entry: dict[str, Any], named: dict[str, Any]) -> Rhythm:
    return Rhythm(
        hours=_shares(named["hours"][entry["hours"]]),
        week=_shares(named["week"][entry["week"]]),
        months=_shares(entry["months"]),
        corners=entry["corners"],
        is_night=entry["hours"] == "night",
        storms=entry.get("storms", False),
    )


def _shares(weights: list[float]) -> NDArray[np.float64]:
    values = np.array(weights, float)
    return np.asarray(values / values.sum())
