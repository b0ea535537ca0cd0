"""How far the calls concentrate on a few places: the 80/20 table of problem-oriented policing. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

MANY = 80
"""Per cent of the calls whose places are counted for the sentence."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place: its rank from 1, calls, their share, and the shares that it and all before it come to, in per cent."""

    rank: int
    name: str
    calls: int
    percent: float
    cumulated_calls: float
    cumulated_places: float


def rank_places(counts: Mapping[str, int], names: Mapping[str, str]) -> list[Ranked]:
    """The places by their calls, most first; of equals the one that comes first by name."""
    total, ranked, so_far = sum(counts.values()), [], 0
    order = sorted(counts.items(), key=lambda item: (-item[1], names[item[0]]))
    for rank, (key, calls) in enumerate(order, 1):
        so_far += calls
        ranked.append(
            Ranked(rank, names[key], calls, 100 * calls / total, 100 * so_far / total, 100 * rank / len(order))
        )
    return ranked


def concentration_words(ranked: list[Ranked]) -> str:
    """How few places give most of the calls."""
    if not ranked:
        return "No calls are linked."
    if len(ranked) == 1:
        return f"Every call names the same place: {ranked[0].name}."
    few = next(place for place in ranked if place.cumulated_calls >= MANY)
    verb = "gives" if few.rank == 1 else "give"
    return (
        f"{few.rank} of {len(ranked)} places {verb} {few.cumulated_calls:.0f} % of the calls;"
        f" {ranked[0].name} alone {ranked[0].percent:.0f} %."
    )


def percentages(counts: Counter[str]) -> list[tuple[str, int, float]]:
    """Each name with its count and its share in per cent, most first."""
    total = counts.total() or 1
    return [(name, count, 100 * count / total) for name, count in sorted(counts.items(), key=lambda i: (-i[1], i[0]))]
