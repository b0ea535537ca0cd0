"""Find the known address or street that a misspelled one most likely means."""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from .model import NormalizedAddress
from .numbers import read_number
from .streets import Street, read_street

_OTHER_DIRECTION = 2.0
_OTHER_SUFFIX = 3.0


def best_match(query: NormalizedAddress, candidates: Sequence[str], *, minimum: float) -> tuple[str, float] | None:
    """The candidate key nearest to the query and its score, 0 to 100; None when none reaches `minimum`.

    Candidates are keys of addresses, blocks, intersections or streets. A candidate with a number must have the
    query's; one without is compared by street alone. The score is rapidfuzz's ratio (similarity by insertions and
    deletions) of the streets' names, less 2 where only one has a direction and less 3 where the suffixes differ.
    Streets of different directions, or whose names differ in a numeral or a single letter ("3RD", "2ND"; "E", "K"),
    never match. Of an intersection both streets must match, and the worse one counts. Equal scores go to the first in
    the order of the alphabet.
    """
    wanted_head, wanted = _split_key(query.key)
    if not wanted:
        return None
    names = [_join_names(candidate) for candidate in candidates]
    floor = max(0.0, minimum - 1e-9)
    near = process.extract(
        _join_names(query.key), names, scorer=fuzz.ratio, score_cutoff=_loosen(floor, len(wanted)), limit=None
    )
    scored = []
    for _, _, index in near:
        head, streets = _split_key(candidates[index])
        score = _score(wanted, streets) if head in ("", wanted_head) else 0.0
        if score and score >= floor:
            scored.append((-score, candidates[index]))
    return (min(scored)[1], -min(scored)[0]) if scored else None


def _loosen(floor: float, streets: int) -> float:
    """A joined ratio that a good pair may fall to: two streets in another order look worse than each alone."""
    return floor if streets == 1 else 0.0


@lru_cache(maxsize=65_536)
def _split_key(key: str) -> tuple[str, tuple[Street, ...]]:
    """What stands before the streets of a key (number, fraction, BLOCK; "" if nothing), and the streets."""
    words = key.split()
    count = 0
    if len(words) > 1 and read_number(words[0]):
        count = 2 if "/" in words[1] or (words[1] == "BLOCK" and len(words) > 2) else 1
    streets = " ".join(words[count:]).split(" & ")
    return " ".join(words[:count]), tuple(read_street(street.split())[0] for street in streets if street)


def _join_names(key: str) -> str:
    return " & ".join(street.name for street in _split_key(key)[1])


def _score(wanted: tuple[Street, ...], found: tuple[Street, ...]) -> float:
    if len(wanted) != len(found):
        return 0.0
    straight = min(map(_score_street, wanted, found))
    return max(straight, min(map(_score_street, wanted, reversed(found)))) if len(wanted) == 2 else straight


def _score_street(wanted: Street, found: Street) -> float:
    directions = {street.direction for street in (wanted, found)}
    if len(directions - {""}) > 1 or wanted.ending != found.ending or _list_marks(wanted) != _list_marks(found):
        return 0.0
    score = fuzz.ratio(wanted.name, found.name)
    score -= _OTHER_DIRECTION if len(directions) > 1 else 0.0
    return max(0.0, score - (_OTHER_SUFFIX if wanted.suffix != found.suffix else 0.0))


def _list_marks(street: Street) -> list[str]:
    """The numerals and single letters of a name, which tell streets apart and are not misspelled by chance."""
    return [word for word in street.name.split() if len(word) == 1 or any(char.isdigit() for char in word)]
