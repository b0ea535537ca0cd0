"""How often the suggestions at the desk are right, on calls that were held back.

    python -m bench.suggestions [--held N] [--delivery N] [--city boston|demo] [--fit N]

The earlier calls of a file are taken; the last ones are held back. For each of these the suggestions are asked for, as
somebody at the desk would who does not know what the grouping will say; then it is taken, in deliveries of a few. At
the end the suggestions are compared with the grouping's own links. A suggestion for a call that joins no case, or
opens one itself, is wrong. Beside it stands what other 311 programs do: point to the nearest earlier call of the same
type within 50 m (or 250 m) in the last twelve weeks; that is right when both calls are in one case at the end, even in
one that was opened later.

The file is Boston's sample where it is found, and the demo city's year of calls. Boston's descriptions are the titles
of its types, so that its «words only» is easier than a caller's own words; the demo city's are sentences.

`--fit N` prints what a logistic regression on the N calls before those that are held back would put into
`tracker/cases/suggesting/weights.py`.
"""

import argparse
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from bench.fit_weights import fit_weights
from bench.held_back import BOSTON, HeldCall, boston, deliveries, demo, import_all_but, links, newest_case
from bench.peers import Peers
from bench.types_from_words import report_types, train_before
from tracker.calls.importing.mapping import ColumnMap
from tracker.cases.suggesting import SURE, CallAsked, suggest_cases

TARGET_PRECISION, TARGET_RECALL, TARGET_MS = 0.9, 0.8, 3.0
SCORES = (0.3, SURE, 0.7, 0.9)
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.01)
MOST_FAMILIES = 10
City = Callable[[], AbstractContextManager[tuple[Flask, Path, ColumnMap]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was suggested first for a call, under one way of asking: a case, or a call for the peers' rule."""

    call: HeldCall
    newest_case: int
    case_id: int | None = None
    score: float = 0.0
    call_id: int | None = None


Answers = dict[str, list[Asked]]
KNOWN, WORDS, PLACE = "type chosen", "words only", "place only"
PEERS = {"peers: same type within 50 m": 50, "peers: same type within 250 m": 250}


def as_asked(call: HeldCall) -> CallAsked:
    """The call as the desk asks about it."""
    assert call.x_dm is not None and call.y_dm is not None
    return CallAsked(call.x_dm, call.y_dm, call.address_key, call.unit, call.family_id, None, call.words, call.at)


def ask(held: Sequence[HeldCall], size: int) -> tuple[Answers, float]:
    """Every way of asking, for every held-back call that has a place; and the CPU milliseconds of one asking."""
    answers: Answers = {name: [] for name in (KNOWN, WORDS, PLACE, *PEERS)}
    peers = Peers()
    seconds, started, done = 0.0, time.monotonic(), 0
    for part in deliveries(held, size):
        newest = newest_case()
        for call in part:
            if call.x_dm is not None:
                seconds += _ask_one(call, newest, answers, peers)
        done += len(part)
        if done % (50 * size) == 0 or done == len(held):
            print(f"  {done:,} of {len(held):,} calls, {time.monotonic() - started:.0f} s", flush=True)
    return answers, 1000 * seconds / max(1, 3 * len(answers[KNOWN]))


def _ask_one(call: HeldCall, newest: int, answers: Answers, peers: Peers) -> float:
    known = as_asked(call)
    words = replace(known, family_id=None)
    started = time.process_time()
    for name, asked in ((KNOWN, known), (WORDS, words), (PLACE, replace(words, words=""))):
        found = suggest_cases(asked, limit=1)
        case_id, score = (found[0].case_id, found[0].score) if found else (None, 0.0)
        answers[name].append(Asked(call, newest, case_id, score))
    seconds = time.process_time() - started
    for name, metres in PEERS.items():
        answers[name].append(Asked(call, newest, call_id=peers.nearest(call, metres)))
    return seconds


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one way of asking at one score."""

    asked: int
    joined: int
    proposed: int
    right: int
    found: int

    @property
    def precision(self) -> float:
        """Of what was proposed, the share that is right."""
        return self.right / max(1, self.proposed)

    @property
    def recall(self) -> float:
        """Of the calls that joined a case, the share for which that case was proposed."""
        return self.found / max(1, self.joined)

    @property
    def coverage(self) -> float:
        """The share of calls for which something was proposed at all."""
        return self.proposed / max(1, self.asked)


def judge(answers: Sequence[Asked], case_of: dict[int, int], score: float = 0.0) -> Figures:
    """Compare with the links at the end."""
    joined = proposed = right = found = 0
    for one in answers:
        truth = case_of.get(one.call.id)
        stood = truth is not None and truth <= one.newest_case
        said = one.case_id if one.call_id is None else case_of.get(one.call_id, 0)
        is_proposed = said is not None and (one.call_id is not None or one.score >= score)
        is_right = is_proposed and truth is not None and said == truth
        joined, proposed = joined + stood, proposed + is_proposed
        right, found = right + is_right, found + (is_right and stood)
    return Figures(len(answers), joined, proposed, right, found)


def report(answers: Answers, case_of: dict[int, int]) -> Iterator[str]:
    """The lines of the table."""
    yield f"{'':<32}{'score':>6}{'precision':>11}{'recall':>8}{'coverage':>10}{'proposed':>10}{'right':>7}"
    for name in (KNOWN, WORDS, PLACE):
        for score in SCORES:
            yield _line(name, f"{score:.2f}", judge(answers[name], case_of, score))
    for name in PEERS:
        yield _line(name, "-", judge(answers[name], case_of))
    yield "Per family, type chosen and words only, at the score worth proposing:"
    count = Counter(one.call.family_name for one in answers[KNOWN] if one.call.id in case_of)
    for family, _ in count.most_common(MOST_FAMILIES):
        for name in (KNOWN, WORDS):
            of_family = [one for one in answers[name] if one.call.family_name == family]
            yield _line(f"{family[:20]}, {name}"[:31], f"{SURE:.2f}", judge(of_family, case_of, SURE))
    yield "Calibration: what the score says, and the share that is right"
    for name in (KNOWN, WORDS):
        yield from _calibration(name, answers[name], case_of)


def _line(name: str, score: str, found: Figures) -> str:
    shares = f"{found.precision:>11.3f}{found.recall:>8.3f}{found.coverage:>10.3f}"
    return f"{name:<32}{score:>6}{shares}{found.proposed:>10,}{found.right:>7,}"


def _calibration(name: str, answers: Sequence[Asked], case_of: dict[int, int]) -> Iterator[str]:
    for low, high in itertools.pairwise(BINS):
        within = [one for one in answers if one.case_id is not None and low <= one.score < high]
        if within:
            said = sum(one.score for one in within) / len(within)
            right = sum(case_of.get(one.call.id) == one.case_id for one in within) / len(within)
            band = f"{low:.1f} to {min(high, 1.0):.1f}"
            yield f"  {name:<14} {band}: says {said:.2f}, right {right:.2f} ({len(within):,})"


@dataclass(frozen=True, slots=True)
class Measured:
    """The answers, the case of each call at the end, CPU milliseconds of one asking, and the table of types."""

    answers: Answers
    case_of: dict[int, int]
    milliseconds: float
    types: list[str]


def measure(city: City, held: int, size: int) -> Measured:
    """Hold back, train on what is before, ask, take."""
    with city() as (_, path, mapping):
        print(f"  importing {path.name}", flush=True)
        calls = import_all_but(path, mapping, held)
        print("  training the model of types on the calls before", flush=True)
        examples = train_before(calls[0].at)
        answers, milliseconds = ask(calls, size)
        case_of = links()
        types = list(report_types(calls, examples))
        return Measured(answers, case_of, milliseconds, types)


def bench_city(name: str, city: City, held: int, size: int) -> None:
    """Print one city's table."""
    print(f"{name}: the last {held:,} calls held back, taken {size} at a time", flush=True)
    found = measure(city, held, size)
    best = judge(found.answers[KNOWN], found.case_of, SURE)
    print(f"  {best.asked:,} of them have a place, {best.joined:,} joined a case that stood when they came")
    print("\n".join([*report(found.answers, found.case_of), *found.types]))
    print(f"type chosen at {SURE:.2f}: precision {best.precision:.3f} (target {TARGET_PRECISION})")
    print(f"type chosen at {SURE:.2f}: recall {best.recall:.3f} (target {TARGET_RECALL})")
    print(f"one asking: {found.milliseconds:.2f} ms CPU (target {TARGET_MS:.0f})")


def main() -> None:
    """Print the tables of both cities, or fit the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", type=int, default=5_000)
    parser.add_argument("--delivery", type=int, default=20)
    parser.add_argument("--city", choices=("boston", "demo"))
    parser.add_argument("--fit", type=int, metavar="N", help="Fit the weights on N calls before those held back.")
    options = parser.parse_args()
    if options.fit:
        fit_weights(boston if BOSTON.exists() else demo, options.fit, options.held)
        return
    if options.city != "demo" and not BOSTON.exists():
        print("Boston's sample is not there (set TRACKER_SAMPLE_DATA to its folder): skipped")
    elif options.city != "demo":
        bench_city("Boston", boston, options.held, options.delivery)
    if options.city != "boston":
        bench_city("Demo city", demo, options.held // 2, options.delivery)


if __name__ == "__main__":
    main()
