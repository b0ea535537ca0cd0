"""Which of the city's answers fit what somebody asks; pure. Words count, however they are spelled or accented.

Each word of the question is looked for in the keywords, the title and the text of an answer, whole, as a beginning, or
nearly. A word that few answers hold says more than one that many hold (inverse document frequency). The words of the
keywords and the title count most, for somebody chose them.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

LONGEST_QUESTION = 400
_KEYWORD, _TITLE, _TEXT = 4.0, 3.0, 1.0
_BEGINNING, _NEAR = 0.75, 0.6
_NEAR_RATIO = 84.0
_SHORTEST_BEGINNING = 4
_WORD = re.compile(r"\w+")
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


def words_of(text: str) -> list[str]:
    """The words of a text without accents and case: «¿Cuándo pasa el camión?» gives `cuando pasa el camion`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def asked_words(text: str) -> list[str]:
    """The words of a question that say what it is about, each once."""
    words = dict.fromkeys(words_of(text[:LONGEST_QUESTION]))
    telling = [word for word in words if word not in _FILLERS]
    return [word for word in telling if len(word) > 1]


def rank_answers(text: str, candidates: Sequence[Candidate], limit: int = 5) -> list[tuple[int, float]]:
    """(id, score) of at most `limit` answers that fit `text`, the best first; of equals the one with the lower id."""
    indexes = [_Index.of(candidate) for candidate in candidates]
    scores = dict.fromkeys((index.id for index in indexes), 0.0)
    for word in asked_words(text):
        found = {index.id: index.score(word) for index in indexes}
        holders = sum(score > 0 for score in found.values())
        telling = math.log(1 + len(indexes) / holders) if holders else 0.0
        for number, score in found.items():
            scores[number] += score * telling
    fitting = sorted(((-score, number) for number, score in scores.items() if score > 0))
    return [(number, -score) for score, number in fitting[:limit]]


@dataclass(frozen=True, slots=True)
class _Index:
    """The words of one answer by where they stand."""

    id: int
    keywords: frozenset[str]
    title: frozenset[str]
    text: frozenset[str]

    @classmethod
    def of(cls, candidate: Candidate) -> "_Index":
        parts = (candidate.keywords, candidate.title, candidate.text)
        return cls(candidate.id, *(frozenset(words_of(part)) for part in parts))

    def score(self, word: str) -> float:
        """How much it says for this answer that somebody used `word`."""
        parts = ((self.keywords, _KEYWORD), (self.title, _TITLE), (self.text, _TEXT))
        whole = max((weight for words, weight in parts if word in words), default=0.0)
        if whole or len(word) < _SHORTEST_BEGINNING:
            return whole
        chosen = ((self.keywords, _KEYWORD), (self.title, _TITLE))
        begun = max((weight for words, weight in parts if _any_begins(word, words)), default=0.0) * _BEGINNING
        return begun or max((weight for words, weight in chosen if _any_near(word, words)), default=0.0) * _NEAR


def _any_begins(word: str, words: frozenset[str]) -> bool:
    """Whether one is the beginning of the other: «park» and «parking», «lights» and «light»."""
    return any(
        len(other) >= _SHORTEST_BEGINNING and (other.startswith(word) or word.startswith(other)) for other in words
    )


def _any_near(word: str, words: frozenset[str]) -> bool:
    """Whether one is the other with a slip of the finger: «recyling» and «recycling»."""
    long = [other for other in words if len(other) >= _SHORTEST_BEGINNING]
    return process.extractOne(word, long, scorer=fuzz.ratio, score_cutoff=_NEAR_RATIO) is not None
