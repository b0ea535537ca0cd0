"""Names for the streets of the demo city, each base name used once."""

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np

from .geometry import chainage
from .layout import Road

_WORDS = Path(__file__).parent / "data" / "street_names.toml"
SHORT_STREET_M = 210.0
NUMBERED_TURN = 17.0
"""The turn of the downtown grid: its streets along v are numbered, 1st St to the last."""


def name_roads(roads: list[Road], rng: np.random.Generator) -> list[Road]:
    """The same roads with names: plain words on grids, two words on winding streets, numbers downtown."""
    words = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    taken = {road.name.rsplit(" ", 1)[0] for road in roads if road.name}
    plain = [word for word in _shuffled(words["plain"], rng) if word not in taken]
    pairs = [f"{first} {second}" for first in words["first"] for second in words["second"]]
    double = _shuffled(pairs, rng)
    named, number = [], 0
    for road in roads:
        name = road.name
        if road.pattern is not None and road.pattern.turn == NUMBERED_TURN and not road.is_cross:
            number += 1
            name = f"{_ordinal(number)} St"
        elif not name:
            pool = double if not plain or (_is_winding(road) and rng.random() < 0.45) else plain
            name = f"{pool.pop()} {_ending(road, rng)}"
        named.append(replace(road, name=name))
    return named


def _shuffled(words: list[str], rng: np.random.Generator) -> list[str]:
    return [words[i] for i in rng.permutation(len(words))]


def _is_winding(road: Road) -> bool:
    return road.pattern is not None and road.pattern.bend > 40


def _ending(road: Road, rng: np.random.Generator) -> str:
    """The cell's ending for streets along or across; short streets are courts and places."""
    if sum(float(chainage(piece)[-1]) for piece in road.pieces) < SHORT_STREET_M:
        return str(rng.choice(["Ct", "Pl", "Ln", "Aly"], p=[0.4, 0.3, 0.25, 0.05]))
    along, across = road.pattern.endings if road.pattern else ("St", "St")
    return across if road.is_cross else along


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
