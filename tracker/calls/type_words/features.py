"""A text as numbers: its words, its pairs of words and the pieces of its words, each in one of a fixed lot of buckets.

Pieces let a misspelled or inflected word still say something; folded accents let «senal» stand for «señal». Pure.
"""

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 14
PIECE = 4
LONGEST_TEXT = 2_000
"""Characters that are read; a longer story says what it is about in its beginning."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_ACCENTS = re.compile("[\u0300-\u036f]")


def read_words(text: str) -> list[str]:
    """The words of a text, folded and without accents; numbers are left out, because they name places and dates."""
    return _WORD.findall(_ACCENTS.sub("", normalize("NFKD", text[:LONGEST_TEXT].casefold())))


@lru_cache(maxsize=50_000)
def bucket_of(token: str) -> int:
    """The bucket of a word, a pair or a piece: the same on every machine and in every process."""
    return crc32(token.encode()) % BUCKETS


def count_buckets(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The buckets of a text, ascending, with 1 + log(how often) of each, scaled to a vector of length 1."""
    words = read_words(text)
    tokens = [*words, *(f"{one} {two}" for one, two in pairwise(words))]
    for word in words:
        padded = f"^{word}$"
        tokens += (f"~{padded[start : start + PIECE]}" for start in range(len(padded) - PIECE + 1))
    counts = Counter(map(bucket_of, tokens))
    buckets = np.array(sorted(counts), dtype=np.int64)
    values = 1 + np.log(np.array([counts[int(one)] for one in buckets], dtype=np.float32))
    return buckets, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)
