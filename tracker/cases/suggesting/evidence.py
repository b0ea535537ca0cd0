"""What is known when a call is asked about, and what speaks for each case, in numbers between 0 and 1. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...formatters import fold
from ...words import words_of
from ..grouping import CaseCode
from .weights import KNOWN, LIKE_LINKED, OTHER_FAMILY, OTHER_UNIT, SAME_CALLER, SAME_UNIT, UNKNOWN

NEAR_M = 50
"""From a linked call's site to the new call: at 0 m it says most, from here on nothing."""
LONGEST_TEXT = 4_000
_TELLING = 4


@dataclass(frozen=True, slots=True)
class CallAsked:
    """A call that somebody is just taking. Position in decimetres, `at` aware, `family_id` None while not chosen."""

    x_dm: int
    y_dm: int
    address_key: str
    unit: str
    family_id: int | None
    caller_id: int | None
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallSeen:
    """A call that is in a case, as far as it speaks for the case."""

    x_dm: int | None
    y_dm: int | None
    address_key: str
    unit: str
    family_id: int
    caller_id: int | None
    words: str


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case that the new call may belong to, with its newest calls."""

    id: int
    public_id: str
    address: str
    family_id: int
    family_name: str
    code: CaseCode
    x_dm: int
    y_dm: int
    radius_m: int
    window_days: int
    last_call_at: datetime | None
    calls: Sequence[CallSeen] = ()
    has_callers_last: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one case; `sounds_like` is the share that the words give to the case's family."""

    case: CaseSeen
    distance_m: float
    site_m: float
    in_reach: float
    nearest: float
    site_near: float
    same_address: float
    same_unit: float
    other_unit: float
    fresh: float
    words: float
    common: tuple[str, ...]
    sounds_like: float
    same_family: bool | None
    like_linked: bool
    caller: float


def weigh(evidence: Evidence) -> float:
    """The score: the share, between 0 and 1, of suggestions with such evidence that are right."""
    weights = UNKNOWN if evidence.same_family is None else KNOWN
    total = weights["start"] + sum(
        weight * float(getattr(evidence, name)) for name, weight in weights.items() if name != "start"
    )
    if evidence.same_family is False:
        total += OTHER_FAMILY + (LIKE_LINKED if evidence.like_linked else 0.0)
    total += SAME_CALLER * evidence.caller + SAME_UNIT * evidence.same_unit + OTHER_UNIT * evidence.other_unit
    return 1 / (1 + math.exp(-total))


def telling_words(text: str) -> frozenset[str]:
    """The words of a text that can tell one matter from another: four letters and more, folded."""
    return frozenset(word for word in words_of(text[:LONGEST_TEXT]) if len(word) >= _TELLING and word.isalpha())


def gather_evidence(asked: CallAsked, cases: Sequence[CaseSeen], shares: Mapping[int, float]) -> list[Evidence]:
    """The evidence for each case, in the cases' order. `shares`: what the words give to each family, by its id."""
    distances = [math.dist((asked.x_dm, asked.y_dm), (case.x_dm, case.y_dm)) / 10 for case in cases]
    nearest = _nearest_of_each_family(cases, distances)
    words = telling_words(asked.words)
    return [
        _evidence(asked, case, distance, case.id in nearest, words, shares)
        for case, distance in zip(cases, distances, strict=True)
    ]


def _nearest_of_each_family(cases: Sequence[CaseSeen], distances: Sequence[float]) -> set[int]:
    """The cases that the rule would link to: of each family the nearest in reach, of equals the one opened first."""
    found: dict[int, tuple[float, int]] = {}
    for case, distance in zip(cases, distances, strict=True):
        if distance <= case.radius_m:
            found[case.family_id] = min(found.get(case.family_id, (math.inf, 0)), (distance, case.id))
    return {case_id for _, case_id in found.values()}


def _evidence(
    asked: CallAsked,
    case: CaseSeen,
    distance: float,
    is_nearest: bool,
    words: frozenset[str],
    shares: Mapping[int, float],
) -> Evidence:
    sites = {(call.x_dm, call.y_dm) for call in case.calls if call.x_dm is not None and call.y_dm is not None}
    site_m = min((math.dist((asked.x_dm, asked.y_dm), site) / 10 for site in sites), default=distance)
    site_m = min(site_m, distance)
    units = {call.unit for call in case.calls if asked.address_key and call.address_key == asked.address_key}
    share, common = _common_words(words, case.calls)
    unit = fold(asked.unit)
    told = {fold(one) for one in units if one}
    return Evidence(
        case=case,
        distance_m=distance,
        site_m=site_m,
        in_reach=float(distance <= case.radius_m),
        nearest=float(is_nearest),
        site_near=max(0.0, 1 - site_m / NEAR_M),
        same_address=float(bool(units)),
        same_unit=float(bool(unit) and unit in told),
        other_unit=float(bool(unit) and bool(told) and unit not in told),
        fresh=_freshness(asked.at, case),
        words=share,
        common=common,
        sounds_like=shares.get(case.family_id, 0.0),
        same_family=None if asked.family_id is None else case.family_id == asked.family_id,
        like_linked=any(call.family_id == asked.family_id for call in case.calls),
        caller=float(case.has_callers_last or _has_caller(asked.caller_id, case.calls)),
    )


def _has_caller(caller_id: int | None, calls: Iterable[CallSeen]) -> bool:
    return caller_id is not None and any(call.caller_id == caller_id for call in calls)


def _freshness(at: datetime, case: CaseSeen) -> float:
    """1 for a case that was called about just now, 0 for one whose window has passed."""
    if case.last_call_at is None:
        return 0.0
    return max(0.0, 1 - abs(at - case.last_call_at) / timedelta(days=max(1, case.window_days)))


def _common_words(words: frozenset[str], calls: Sequence[CallSeen]) -> tuple[float, tuple[str, ...]]:
    """How much the words are those of the likest of the calls (words in common by words in either), and which."""
    if not words:
        return 0.0, ()
    best, common = 0.0, frozenset[str]()
    for text in {call.words for call in calls}:
        theirs = telling_words(text)
        both = words & theirs
        share = len(both) / len(words | theirs)
        if share > best:
            best, common = share, both
    return best, tuple(sorted(common))
