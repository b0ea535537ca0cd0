"""Which of the city's answers fit what somebody asks; pure. Words count, however they are spelled or accented.

Each word of the question is looked for in the keywords, the title and the text of an answer, whole, as a beginning, or
nearly. A word that few answers hold says more than one that many hold (inverse document frequency). The words of the
keywords and the title count most, for somebody chose them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from ...words import words_of

LONGEST_QUESTION = 400
_KEYWORD, _TITLE, _TEXT = 4.0, 3.0, 1.0
_BEGINNING, _NEAR = 0.75, 0.6
_NEAR_RATIO = 84.0
_SHORTEST_BEGINNING = 4
_FILLERS = frozenset({
    "a", "about", "an", "and", "any", "are", "at", "be", "but", "by", "can", "could", "do", "does", "for", "from",
    "get", "go", "has", "have", "how", "i", "if", "in", "is", "it", "me", "my", "need", "of", "on", "or", "our",
    "please", "should", "so", "that", "the", "their", "there", "they", "this", "to", "up", "was", "we", "what",
    "when", "where", "which", "who", "why", "will", "with", "you", "your", "al", "como", "con", "cual", "cuando",
    "cuanto", "de", "del", "donde", "el", "ella", "en", "es", "esta", "este", "estoy", "hay", "la", "las", "lo",
    "los", "mi", "muy", "no", "o", "para", "pero", "por", "porque", "puedo", "que", "quien", "se", "si",
    "sin", "son", "su", "sus", "tengo", "un", "una", "uno", "y", "yo",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is looked through of one answer, each part in every language it has."""

    id: int
    title: str
    keywords: str
    text: str


def asked_words(text: str) -> list[str]:
    """The words of a question that say what it is about, each once."""
    words = dict.fromkeys(words_of(text[:LONGEST_QUESTION]))
    telling = [word for word in words if word not in _FILLERS]
    return [word for word in telling if len(word) > 1]


def rank_answers(text: str, candidates: Sequence[Candidate], limit: int = 5) -> list[tuple[int, float]]:
    """(id, score) of at most `limit` answers that fit `text`, the best first; of equals the one with the lower id."""
    index = _index(tuple(candidates))
    scores: dict[int, float] = {}
    for word in asked_words(text):
        found = index.score(word)
        for number, score in found.items():
            scores[number] = scores.get(number, 0.0) + score * math.log(1 + len(candidates) / len(found))
    fitting = sorted((-score, number) for number, score in scores.items())
    return [(number, -score) for score, number in fitting[:limit]]


@dataclass(frozen=True, slots=True)
class _Index:
    """Which answers hold a word: word to answer to the weight of the place where it stands."""

    everywhere: dict[str, dict[int, float]]
    chosen: dict[str, dict[int, float]]
    """Only the words of keywords and titles: a slip of the finger is looked for among these."""

    def score(self, word: str) -> dict[int, float]:
        """How much it says for each answer that somebody used `word`; answers for which it says nothing are absent."""
        found = [self.everywhere.get(word, {})]
        if len(word) >= _SHORTEST_BEGINNING:
            begun = [self.everywhere[other] for other in self.everywhere if _begins(word, other)]
            near = process.extract(word, self.chosen.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_RATIO, limit=None)
            found += [_weakened(begun, _BEGINNING), _weakened([self.chosen[other] for other, *_ in near], _NEAR)]
        return _weakened(found, 1.0)


@lru_cache(maxsize=2)
def _index(candidates: tuple[Candidate, ...]) -> _Index:
    """Made once for the answers as they stand: a desk asks of the same ones all day."""
    everywhere: dict[str, dict[int, float]] = {}
    chosen: dict[str, dict[int, float]] = {}
    for one in candidates:
        for weight, part in ((_TEXT, one.text), (_TITLE, one.title), (_KEYWORD, one.keywords)):
            for word in words_of(part):
                everywhere.setdefault(word, {})[one.id] = weight  # the heavier parts come later
                if weight > _TEXT and len(word) >= _SHORTEST_BEGINNING:
                    chosen.setdefault(word, {})[one.id] = weight
    return _Index(everywhere, chosen)


def _begins(word: str, other: str) -> bool:
    """Whether one is the beginning of the other: «park» and «parking», «lights» and «light»."""
    return len(other) >= _SHORTEST_BEGINNING and (other.startswith(word) or word.startswith(other))


def _weakened(found: Iterable[dict[int, float]], share: float) -> dict[int, float]:
    """Each answer's greatest weight among `found`, times `share`."""
    greatest: dict[int, float] = {}
    for weights in found:
        for number, weight in weights.items():
            greatest[number] = max(greatest.get(number, 0.0), weight * share)
    return greatest
