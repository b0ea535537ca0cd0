"""Words as people look for them: without case, accents and punctuation, the same in every Unicode form. Pure."""

from dataclasses import dataclass
from unicodedata import category, normalize

LONGEST_TEXT = 20_000
"""Characters of a text that are read for its words: a pasted megabyte is no narrative."""
LONGEST_WORD = 40
"""What is longer counts by its beginning, so that no engine's own limit is met."""
MOST_WANTED = 12
SHORTEST_BEGINNING = 3
"""Letters from which on the last word typed may be the beginning of a longer one."""
_INNER = dict.fromkeys(map(ord, "'\u2018\u2019\u02bc\u00ad"))
"""Apostrophes and soft hyphens part no word: «don't» is «dont»."""


def words_of(text: str) -> list[str]:
    """The words of a text in their order, folded: «Señora O'Neil, 2ND floor» gives senora, oneil, 2nd, floor."""
    folded = _fold(text[:LONGEST_TEXT].translate(_INNER))
    parted = "".join(sign if sign.isalnum() else " " for sign in folded)
    return [word[:LONGEST_WORD] for word in parted.split()]


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    bare = _without_marks(normalize("NFKD", text)).casefold()
    return _without_marks(normalize("NFKD", bare))


def _without_marks(text: str) -> str:
    """Accents (category M) and what takes no room (Cf) gone."""
    return "".join(sign for sign in text if sign.isascii() or not (category(sign)[0] == "M" or category(sign) == "Cf"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person looks for: every one of `words`, and some word that begins with `beginning` (if not empty)."""

    words: tuple[str, ...]
    beginning: str = ""

    def is_in(self, *texts: str) -> bool:
        """Whether a record of these texts is meant."""
        there = {word for text in texts for word in words_of(text)}
        if not there.issuperset(self.words):
            return False
        return not self.beginning or any(word.startswith(self.beginning) for word in there)


def read_wanted(typed: str) -> Wanted | None:
    """What was typed, as words; None when it holds none. Signs have no meaning, whatever they mean to an engine."""
    words = words_of(typed)[:MOST_WANTED]
    if not words:
        return None
    if len(words[-1]) < SHORTEST_BEGINNING:
        return Wanted(tuple(dict.fromkeys(words)))
    return Wanted(tuple(dict.fromkeys(words[:-1])), words[-1])
