"""Whether what waits for each other would wait forever. Pure."""

from collections.abc import Collection, Mapping


def find_circle(waits_for: Mapping[int, Collection[int]], start: int) -> list[int]:
    """A way from `start` along what is waited for back to `start`, both ends named; empty when there is none.

    «1 waits for 2, 2 for 1» gives [1, 2, 1]. The shortest such way.
    """
    came_from: dict[int, int] = {}
    edge = [start]
    while edge:
        found: list[int] = []
        for here in edge:
            for there in sorted(waits_for.get(here, ())):
                if there == start:
                    return _way_back(came_from, start, here)
                if there not in came_from:
                    came_from[there] = here
                    found.append(there)
        edge = found
    return []


def _way_back(came_from: Mapping[int, int], start: int, last: int) -> list[int]:
    way = [start, last] if last != start else [start]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1] if len(way) > 1 else [start, start]
