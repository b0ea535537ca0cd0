"""The learned model at work: plain arrays and a few lines of arithmetic, and how they are kept as bytes.

scikit-learn finds the weights (`fitting.py`, in a process of its own); here only numpy is needed, so that no program
that serves pages loads it. The bytes hold plain numbers, never objects: reading them can run nothing.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from .features import BUCKETS, count_buckets, read_words

STEM = 5
"""Letters: «pothole» and «potholes» begin alike."""
FORMAT = 1
"""Raise it when features or arrays change: a model of another format is not read; the next night makes a new one."""

_DIGEST = sha256().digest_size


@dataclass(frozen=True, slots=True)
class WordModel:
    """Weights of shape (types, `BUCKETS`), a start for each type, and how words that were met in training begin."""

    type_ids: NDArray[np.int64]
    weights: NDArray[np.float32]
    start: NDArray[np.float32]
    known_stems: NDArray[np.uint32]
    temperature: float
    """Divides the sums: found on calls that were not trained on, so that a confidence of 0.8 is right 8 times of 10."""

    def shares(self, text: str) -> dict[int, float]:
        """The probability of each type by its id; {} where no word begins like one that was met."""
        stems = np.array([hash_stem(word) for word in set(read_words(text))], dtype=np.uint32)
        if not np.isin(stems, self.known_stems).any():
            return {}
        buckets, values = count_buckets(text)
        sums = (self.weights[:, buckets] @ values + self.start) / self.temperature
        shares = np.exp(sums - sums.max())
        shares /= shares.sum()
        return dict(zip(self.type_ids.tolist(), shares.tolist(), strict=True))


def hash_stem(word: str) -> int:
    """The beginning of a word as 32 bits: enough to know whether it was met, and no caller's words can be read."""
    return zlib.crc32(word[:STEM].encode())


def write_model(model: WordModel) -> bytes:
    """The model as the bytes of an .npz file."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        format=np.array([FORMAT, BUCKETS]),
        type_ids=model.type_ids.astype(np.int64),
        weights=model.weights.astype(np.float16),
        start=model.start.astype(np.float32),
        known_stems=model.known_stems.astype(np.uint32),
        temperature=np.array([model.temperature]),
    )
    return seal(buffer.getvalue())


def seal(arrays: bytes) -> bytes:
    """The bytes behind their own SHA-256, so that damage is found before anything tries to make sense of them."""
    return sha256(arrays).digest() + arrays


def read_model(data: bytes) -> WordModel | None:
    """The model again, or None where the bytes are damaged or of another format."""
    digest, whole = data[:_DIGEST], data[_DIGEST:]
    if sha256(whole).digest() != digest:
        return None
    try:
        with np.load(io.BytesIO(whole), allow_pickle=False) as arrays:
            if arrays["format"].tolist() != [FORMAT, BUCKETS]:
                return None
            model = WordModel(
                type_ids=arrays["type_ids"],
                weights=arrays["weights"].astype(np.float32),
                start=arrays["start"],
                known_stems=arrays["known_stems"],
                temperature=float(arrays["temperature"][0]),
            )
    except (ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile):
        return None
    return model if _is_whole(model) else None


def _is_whole(model: WordModel) -> bool:
    types = model.type_ids.size
    shapes = model.weights.shape == (types, BUCKETS) and model.start.shape == (types,) and types > 0
    numbers = bool(np.isfinite(model.weights).all() and np.isfinite(model.start).all())
    return shapes and numbers and bool(np.isfinite(model.temperature)) and model.temperature > 0
