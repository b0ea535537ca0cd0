"""The street network: where streets cross, and the blocks between crossings with their hundreds."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .geometry import Ints, Points, at_chainage, chainage, near_pairs, segments
from .layout import Road
from .patterns import Pattern

MERGE_M, DANGLE_M, LONGEST_BLOCK_M = 16.0, 30.0, 210.0
_HASH_M = 30.0


@dataclass(frozen=True, slots=True)
class Block:
    """One hundred block: its line from the lower to the higher number, and the plot width along it."""

    street: str
    hundred: int
    line: Points
    is_main: bool
    lot: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where streets of different names meet: metres, and their names in the order of the alphabet."""

    x: float
    y: float
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Every block and every crossing of the city."""

    blocks: list[Block]
    crossings: list[Crossing]


def build_network(roads: list[Road]) -> Network:
    """Cut every road at its crossings and number the blocks, a hundred each, away from the middle of the city."""
    lines = [piece for road in roads for piece in road.pieces]
    nodes, stops = _find_crossings(lines)
    blocks: list[Block] = []
    names: list[set[str]] = [set() for _ in nodes]
    first = 0
    for road in roads:
        count = len(road.pieces)
        numbered = _number_blocks(road, stops[first : first + count], nodes)
        blocks += numbered
        for met in stops[first : first + count]:
            for node in met.values():
                names[node].add(road.name)
        first += count
    crossings = [
        Crossing(float(x), float(y), tuple(sorted(met)))
        for (x, y), met in zip(nodes, names, strict=True)
        if len(met) > 1
    ]
    return Network(blocks, crossings)


def _find_crossings(lines: list[Points]) -> tuple[Points, list[dict[float, int]]]:
    """All crossings (metres, shape (k, 2)) and, for each line, chainage -> crossing."""
    lines = [_fine(line) for line in lines]
    start, end = segments(lines)
    owner = np.repeat(np.arange(len(lines)), [len(line) - 1 for line in lines])
    along = np.concatenate([chainage(line)[:-1] for line in lines])
    one, two = near_pairs((start + end) / 2, _HASH_M)
    other_line = owner[one] != owner[two]
    one, two = one[other_line], two[other_line]
    p, q = end[one] - start[one], end[two] - start[two]
    gap = start[two] - start[one]
    turn = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
    turn = np.where(np.abs(turn) < 1e-6, np.nan, turn)
    s = (gap[:, 0] * q[:, 1] - gap[:, 1] * q[:, 0]) / turn
    t = (gap[:, 0] * p[:, 1] - gap[:, 1] * p[:, 0]) / turn
    slack = 1e-6
    met = (s >= -slack) & (s <= 1 + slack) & (t >= -slack) & (t <= 1 + slack)
    one, two, s, t, p, q = one[met], two[met], s[met], t[met], p[met], q[met]
    spots = start[one] + s[:, None] * p
    label = _merge_close(spots)
    nodes = np.column_stack([np.bincount(label, spots[:, axis]) / np.bincount(label) for axis in (0, 1)])
    stops: list[dict[float, int]] = [{} for _ in lines]
    for owners, chain in ((owner[one], along[one] + s * np.hypot(*p.T)), (owner[two], along[two] + t * np.hypot(*q.T))):
        for line, metres, node in zip(owners.tolist(), chain.tolist(), label.tolist(), strict=True):
            if node not in stops[line].values():
                stops[line][metres] = node
    return nodes, stops


def _fine(line: Points) -> Points:
    """The same line with no segment over the hashing size, so that crossing segments have neighboring middles."""
    along = chainage(line)
    if np.diff(along).max() <= _HASH_M:
        return line
    return at_chainage(line, np.union1d(along, np.arange(0, along[-1], _HASH_M)))


def _merge_close(spots: Points) -> Ints:
    """A label for each spot; spots within `MERGE_M` of each other, or chained so, share one."""
    one, two = near_pairs(spots, MERGE_M)
    close = np.hypot(*(spots[one] - spots[two]).T) <= MERGE_M
    one, two = one[close], two[close]
    label = np.arange(len(spots))
    while one.size:
        low = np.minimum(label[one], label[two])
        before = label.copy()
        np.minimum.at(label, one, low)
        np.minimum.at(label, two, low)
        if (label == before).all():
            break
    return np.unique(label, return_inverse=True)[1]


def _number_blocks(road: Road, stops: list[dict[float, int]], nodes: Points) -> list[Block]:
    pieces = list(zip(road.pieces, stops, strict=True))
    outward = np.hypot(*road.pieces[0][0]) <= np.hypot(*road.pieces[-1][-1])
    if not outward:
        pieces = [
            (line[::-1], {chainage(line)[-1] - at: node for at, node in met.items()}) for line, met in reversed(pieces)
        ]
    blocks: list[Block] = []
    hundred = 100
    for line, met in pieces:
        for part in _cut(line, met, nodes):
            blocks.append(Block(road.name, hundred, part, road.pattern is None, _lot(road.pattern)))
            hundred += 100
    return blocks


def _lot(pattern: Pattern | None) -> float:
    return 21.0 if pattern is None else pattern.lot


def _cut(line: Points, met: dict[float, int], nodes: Points) -> list[Points]:
    """The line cut exactly at its crossings; short loose ends dropped, long blocks divided."""
    if not met:
        return []  # it leads nowhere
    length = float(chainage(line)[-1])
    cuts = sorted((min(max(at, 0.0), length), node) for at, node in met.items())
    if not cuts or cuts[0][0] > DANGLE_M:
        cuts.insert(0, (0.0, -1))
    if length - cuts[-1][0] > DANGLE_M:
        cuts.append((length, -1))
    parts = []
    for (begin, first), (end, last) in pairwise(cuts):
        count = max(1, round((end - begin) / LONGEST_BLOCK_M))
        marks = np.linspace(begin, end, count + 1)
        for low, high in pairwise(marks.tolist()):
            part = _simple(at_chainage(line, np.arange(low, high, 14.0)), at_chainage(line, np.array([high])))
            if first >= 0 and low == begin:
                part[0] = nodes[first]
            if last >= 0 and high == end:
                part[-1] = nodes[last]
            parts.append(part)
    return parts


def _simple(points: Points, last: Points) -> Points:
    """Only the ends of a straight part; every vertex but those crowding the end of a curved one."""
    full = np.vstack([points, last])
    chord = full[-1] - full[0]
    if len(full) < 4 or _offsets(full, chord).max() < 0.8:
        return full[[0, -1]]
    return np.vstack([full[:-2], full[-1:]])


def _offsets(full: Points, chord: Points) -> Points:
    turned = np.array([-chord[1], chord[0]]) / max(float(np.hypot(*chord)), 1e-9)
    return np.asarray(np.abs((full - full[0]) @ turned))
