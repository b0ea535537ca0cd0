"""The street network: blocks meet exactly at crossings, and houses stand beside their street, odd on the left."""

import numpy as np
import pytest

from tracker.city.demo.areas import NEIGHBORHOODS, center_rings, neighborhood_of, neighborhood_rings
from tracker.city.demo.geometry import Points, chainage
from tracker.city.demo.plan import RIVER, cell_ring
from tracker.city.demo.town import Town, build_town


@pytest.fixture(scope="module", params=[311, 7])
def town(request: pytest.FixtureRequest) -> Town:
    return build_town(request.param)


def area_of(ring: Points) -> float:
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def test_a_hundred_block_is_there_once(town: Town) -> None:
    names = [(block.street, block.hundred) for block in town.network.blocks]

    assert len(set(names)) == len(names) > 2500
    assert len({street for street, _ in names}) > 300


def test_every_crossing_is_the_end_of_a_block_of_each_of_its_streets(town: Town) -> None:
    ends: dict[tuple[float, float], set[str]] = {}
    for block in town.network.blocks:
        for x, y in block.line[[0, -1]].tolist():
            ends.setdefault((x, y), set()).add(block.street)

    for crossing in town.network.crossings:
        assert set(crossing.streets) == ends[crossing.x, crossing.y]


def test_no_two_crossings_are_of_the_same_pair_in_the_same_place(town: Town) -> None:
    spots = np.array([(crossing.x, crossing.y) for crossing in town.network.crossings])
    gaps = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)

    assert gaps.min() > 10


def test_most_blocks_are_as_long_as_blocks_are(town: Town) -> None:
    lengths = np.array([chainage(block.line)[-1] for block in town.network.blocks])

    assert 60 < np.median(lengths) < 220
    assert lengths.max() < 400


def test_houses_stand_a_few_metres_beside_their_block_odd_on_the_left(town: Town) -> None:
    houses, rng = town.houses, np.random.default_rng(1)
    for house in rng.choice(len(houses.number), 2000, replace=False).tolist():
        block = town.network.blocks[int(houses.block[house])]
        fine = np.vstack([block.line[:-1] + share * np.diff(block.line, axis=0) for share in np.linspace(0, 1, 60)])
        gaps = fine - houses.spots[house]
        nearest = int(np.argmin(np.hypot(*gaps.T)))
        ahead = np.diff(block.line, axis=0)[nearest % (len(block.line) - 1)]
        is_left = ahead[0] * -gaps[nearest][1] - ahead[1] * -gaps[nearest][0] > 0
        assert 9 < np.hypot(*gaps[nearest]) < 25
        assert is_left == bool(houses.number[house] % 2)


def test_nobody_lives_in_the_river(town: Town) -> None:
    gaps = [np.hypot(*(town.houses.spots - point).T).min() for point in RIVER]

    assert min(gaps) > 40


def test_centers_and_neighborhoods_each_cover_the_city_once() -> None:
    whole = sum(area_of(cell_ring(column, row)) for column in range(4) for row in range(4))

    for rings in (list(center_rings().values()), neighborhood_rings()):
        assert sum(area_of(ring) for ring in rings) == pytest.approx(whole)


def test_a_neighborhood_holds_its_own_middle() -> None:
    middles = np.array([cell_ring(*area.cells[0]).mean(axis=0) for area in NEIGHBORHOODS])

    assert neighborhood_of(middles).tolist() == list(range(len(NEIGHBORHOODS)))


def test_a_street_name_means_one_street(town: Town) -> None:
    """No base name comes with two endings, so that an address without its ending has one meaning; Main St has sides."""
    endings: dict[str, set[str]] = {}
    for block in town.network.blocks:
        name, ending = block.street.rsplit(" ", 1)
        endings.setdefault(name, set()).add(ending)

    assert all(len(found) == 1 for found in endings.values())
