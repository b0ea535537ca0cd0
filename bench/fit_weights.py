"""Fits the weights of the suggestions on calls that were held back; `bench/suggestions.py --fit` runs it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
from flask import Flask
from sklearn.linear_model import LogisticRegression

from bench.held_back import HeldCall, deliveries, import_all_but, links
from bench.types_from_words import train_before
from tracker.calls.importing.mapping import ColumnMap
from tracker.calls.type_words import family_shares
from tracker.cases.suggesting import CallAsked
from tracker.cases.suggesting.candidates import find_candidates
from tracker.cases.suggesting.evidence import Evidence, gather_evidence
from tracker.cases.suggesting.weights import KNOWN, UNKNOWN

DELIVERY = 100
LOOSENESS = 1.0
Rows = list[tuple[HeldCall, Evidence]]
City = Callable[[], AbstractContextManager[tuple[Flask, Path, ColumnMap]]]


def fit_weights(city: City, count: int, after: int) -> None:
    """Print both tables of weights, fitted on `count` calls; the `after` calls behind them are not looked at."""
    known: Rows = []
    unknown: Rows = []
    with city() as (_, path, mapping):
        held = import_all_but(path, mapping, count + after)[:count]
        train_before(held[0].at)
        for number, part in enumerate(deliveries(held, DELIVERY)):
            for call in part:
                _gather(call, known, unknown)
            if number % 10 == 0:
                print(f"  {number * DELIVERY:,} of {count:,} calls, {len(unknown):,} pairs", flush=True)
        case_of = links()
    _print("KNOWN", list(KNOWN), [row for row in known if row[1].same_family], case_of)
    _print("UNKNOWN", list(UNKNOWN), unknown, case_of)


def _gather(call: HeldCall, known: Rows, unknown: Rows) -> None:
    if call.x_dm is None or call.y_dm is None:
        return
    asked = CallAsked(call.x_dm, call.y_dm, call.address_key, call.unit, call.family_id, None, call.words, call.at)
    known += [(call, one) for one in gather_evidence(asked, find_candidates(asked), {})]
    asked = replace(asked, family_id=None)
    cases = find_candidates(asked)
    shares = family_shares(call.words) if cases else {}
    unknown += [(call, one) for one in gather_evidence(asked, cases, shares)]


def _print(table: str, names: list[str], rows: Rows, case_of: dict[int, int]) -> None:
    names = [name for name in names if name != "start"]
    facts = np.array([[float(getattr(one, name)) for name in names] for _, one in rows])
    right = np.array([case_of.get(call.id) == one.case.id for call, one in rows])
    found = LogisticRegression(C=LOOSENESS, max_iter=1_000).fit(facts, right)
    print(f"{table}: {right.sum():,} of {right.size:,} pairs are links")
    for name, weight in zip(["start", *names], [found.intercept_[0], *found.coef_[0]], strict=True):
        print(f'    "{name}": {weight:.2f},')
