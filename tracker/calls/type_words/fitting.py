"""Finds the model's weights with scikit-learn. Runs as a process of its own: examples come in, a model goes out.

    python -m tracker.calls.type_words.fitting < examples.json > model.npz

Its figures go to stderr as one JSON object. Nothing of the program imports this file (tests hold that): scikit-learn
takes a second to load and 100 MB of memory, and both end with this process.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from .features import BUCKETS, count_buckets, read_words
from .model import WordModel, hash_stem, write_model

Pair = tuple[str, int]
LOOSENESS = 30.0
"""scikit-learn's C: chosen on the newest calls of Boston and of the demo city, where 3 to 100 differ little."""
ROUNDS, GOOD_ENOUGH = 40, 1e-3
TEMPERATURES = np.geomspace(0.3, 3.0, 24)
FEW = 50
"""Below so many calls kept aside the temperature says nothing; then the model stays modest."""
MODEST = 1.5


def fit(pairs: Sequence[Pair], temperature: float = 1.0) -> WordModel:
    """A multinomial logistic regression; texts that come often are read once and weigh as often as they come."""
    counts = Counter(pairs)
    texts, types = [text for text, _ in counts], np.array([kind for _, kind in counts])
    found = LogisticRegression(C=LOOSENESS, max_iter=ROUNDS, tol=GOOD_ENOUGH)
    found.fit(_matrix(texts), types, sample_weight=np.array(list(counts.values()), dtype=float))
    weights, start = found.coef_, found.intercept_
    if len(found.classes_) == 2:  # for two types scikit-learn gives the difference between them
        weights, start = np.vstack([-weights, weights]) / 2, np.concatenate([-start, start]) / 2
    stems = {hash_stem(word) for text in texts for word in read_words(text)}
    known = np.array(sorted(stems), dtype=np.uint32)
    return WordModel(found.classes_, weights.astype(np.float32), start.astype(np.float32), known, temperature)


def _matrix(texts: Sequence[str]) -> Any:
    rows = [count_buckets(text) for text in texts]
    ends = np.cumsum([0, *(buckets.size for buckets, _ in rows)])
    columns = np.concatenate([buckets for buckets, _ in rows])
    return csr_matrix((np.concatenate([values for _, values in rows]), columns, ends), shape=(len(texts), BUCKETS))


def find_temperature(model: WordModel, held: Sequence[Pair]) -> tuple[float, float]:
    """The temperature under which the held calls are likeliest, and the share of them whose type comes first."""
    place = {int(kind): index for index, kind in enumerate(model.type_ids)}
    known = [(text, place[kind]) for text, kind in held if kind in place]
    if len(known) < FEW:
        return MODEST, float("nan")
    sums = _matrix([text for text, _ in known]) @ model.weights.T + model.start
    truth = np.array([kind for _, kind in known])
    best = min(TEMPERATURES, key=lambda temperature: _surprise(sums / temperature, truth))
    return float(best), float((sums.argmax(axis=1) == truth).mean())


def _surprise(sums: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    sums = sums - sums.max(axis=1, keepdims=True)
    logs = sums - np.log(np.exp(sums).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(truth.size), truth].mean())


def main() -> None:
    """Read examples, keep the newest calls aside to find the temperature, then learn from all of them."""
    given = json.load(sys.stdin.buffer)
    names = [(str(text), int(kind)) for text, kind in given["names"]]
    calls = [(str(text), int(kind)) for text, kind in given["calls"]]
    held = int(given["held"])
    temperature, accuracy = MODEST, float("nan")
    if held >= FEW:
        temperature, accuracy = find_temperature(fit(names + calls[held:]), calls[:held])
    sys.stdout.buffer.write(write_model(fit(names + calls, temperature)))
    said = {"accuracy": None if np.isnan(accuracy) else round(accuracy, 4), "temperature": round(temperature, 3)}
    sys.stderr.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
