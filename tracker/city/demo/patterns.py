"""How the local streets of each cell run: images of a lattice under a turn, a bend and, for crescents, a polar map."""

from dataclasses import dataclass

import numpy as np

from .geometry import Ints, Points

SAMPLE_M = 12.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A cell's streets. Lengths in metres, the turn in degrees.

    `gap_u` lies between the streets that run along v, `gap_v` between those along u. `bend` is how far the streets
    swing over `wave`. `missing` is the share of lattice blocks left out. With `center`, u is the distance from it
    and v the way round, so that the streets along v are crescents. `lot` is the width of a plot.
    """

    turn: float
    gap_u: float
    gap_v: float
    lot: float = 20.0
    bend: float = 0.0
    wave: float = 1100.0
    missing: float = 0.08
    center: tuple[float, float] | None = None
    endings: tuple[str, ...] = ("St", "Ave")


@dataclass(frozen=True, slots=True)
class Strand:
    """One lattice line: its sampled points, and for each sample the lattice block that it lies in (-1: left out)."""

    points: Points
    block: Ints
    is_cross: bool


PATTERNS: dict[tuple[int, int], Pattern] = {
    (0, 0): Pattern(24, 115, 230, 25, bend=70, wave=1300, missing=0.2, endings=("Rd", "Dr")),
    (1, 0): Pattern(-8, 95, 190, 20, bend=30, missing=0.14),
    (2, 0): Pattern(14, 105, 210, 21, bend=45, missing=0.14, endings=("St", "Rd")),
    (3, 0): Pattern(-20, 120, 240, 26, bend=85, wave=1000, missing=0.24, endings=("Dr", "Ln")),
    (0, 1): Pattern(9, 200, 270, 42, missing=0.22, endings=("St", "Rd")),
    (1, 1): Pattern(-5, 88, 175, 18, missing=0.1),
    (2, 1): Pattern(29, 90, 180, 18, missing=0.1, endings=("St", "Pl")),
    (3, 1): Pattern(-12, 105, 210, 23, bend=55, missing=0.16, endings=("Ave", "Rd")),
    (0, 2): Pattern(-14, 110, 215, 23, bend=75, wave=1150, missing=0.18, endings=("Dr", "Rd")),
    (1, 2): Pattern(17, 92, 112, 15, missing=0.04),
    (2, 2): Pattern(-13, 84, 165, 16, missing=0.08),
    (3, 2): Pattern(0, 105, 190, 23, missing=0.12, center=(2180, 560), endings=("Cres", "Ave")),
    (0, 3): Pattern(-27, 115, 225, 25, bend=60, missing=0.18, endings=("Dr", "Ter")),
    (1, 3): Pattern(7, 95, 185, 20, bend=18, missing=0.1),
    (2, 3): Pattern(-18, 95, 190, 20, bend=30, wave=900, missing=0.12, endings=("St", "Ter")),
    (3, 3): Pattern(22, 118, 235, 26, bend=90, wave=950, missing=0.24, endings=("Ln", "Way")),
}


def lattice_strands(pattern: Pattern, ring: Points, rng: np.random.Generator) -> list[Strand]:
    """Every lattice line that can touch the ring, both ways, with blocks left out by chance."""
    middle = ring.mean(axis=0) if pattern.center is None else np.array(pattern.center)
    size = float(np.hypot(*(ring - middle).T).max())
    return [*_strands(pattern, middle, size, rng, False), *_strands(pattern, middle, size, rng, True)]


def _strands(pattern: Pattern, middle: Points, size: float, rng: np.random.Generator, is_cross: bool) -> list[Strand]:
    own, other = (pattern.gap_v, pattern.gap_u) if is_cross else (pattern.gap_u, pattern.gap_v)
    polar = pattern.center is not None
    along = np.arange(0.0 if polar and is_cross else -size, size, SAMPLE_M)
    block = np.floor(along / other).astype(np.int64)
    block -= block.min()
    strands = []
    for level in _levels(pattern, own, size, is_cross):
        gone = rng.random(block.max() + 1) < pattern.missing * (1.6 if is_cross else 0.7)
        u, v = (along, np.full_like(along, level)) if is_cross else (np.full_like(along, level), along)
        points = _around(pattern, u, v, middle) if polar else _bent(pattern, u, v, middle)
        kept = np.where(gone[block], -1, block)
        if polar:
            kept = np.where(_is_on_ring(pattern, along, level, is_cross), kept, -1)
        strands.append(Strand(points, kept, is_cross))
    return strands


def _levels(pattern: Pattern, gap: float, size: float, is_cross: bool) -> Points:
    if pattern.center is None:
        return np.arange(-np.floor(size / gap), np.floor(size / gap) + 1) * gap
    if is_cross:
        return np.arange(26) / 26 * 2 * np.pi
    return np.arange(2.0, np.floor(size / gap)) * gap


def _bent(pattern: Pattern, u: Points, v: Points, middle: Points) -> Points:
    wave = 2 * np.pi / pattern.wave
    bent_u = u + pattern.bend * np.sin(wave * v + 0.7)
    bent_v = v + 0.6 * pattern.bend * np.sin(wave * u + 2.1)
    turn = np.radians(pattern.turn)
    x = bent_u * np.cos(turn) - bent_v * np.sin(turn)
    return np.column_stack([x, bent_u * np.sin(turn) + bent_v * np.cos(turn)]) + middle


def _around(pattern: Pattern, u: Points, v: Points, middle: Points) -> Points:
    """Crescents: u is the distance, and v the angle for spokes or the way along the ring for rings."""
    spoke = u.size > 1 and u[0] != u[-1]
    angle = v if spoke else v / np.maximum(u, 1.0)
    squeezed = np.column_stack([1.12 * u * np.cos(angle), 0.9 * u * np.sin(angle)])
    return squeezed + middle


def _is_on_ring(
    pattern: Pattern, along: Points, level: float, is_cross: bool
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rings go round once; every other spoke begins farther out, for spokes draw apart."""
    if not is_cross:
        return np.asarray(np.abs(along) <= np.pi * level)
    number = round(level * 26 / (2 * np.pi))
    start = (2.0, 7.0, 4.0, 7.0)[number % 4] if number % 2 else 2.0
    return np.asarray(along >= start * pattern.gap_u - 1)
