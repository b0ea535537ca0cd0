"""Roads named by a number or letter that comes after the kind of road: "US Hwy 101", "Route 1", "Avenue K"."""

from .suffixes import SUFFIXES
from .words import HIGHWAY_FORMS, HIGHWAY_TAILS, HIGHWAY_WORDS, LETTER_HEADS


def read_highway(words: list[str]) -> tuple[str, int] | None:
    """Canonical name of the highway that the words start with, and how many words it took; None if they do not."""
    heads, count = [], 0
    if words[:2] == ["UNITED", "STATES"]:
        heads, count = ["US"], 2
    while count < len(words) and words[count] in HIGHWAY_WORDS:
        heads.append(HIGHWAY_WORDS[words[count]])
        count += 1
    if not heads or count == len(words) or not _names_highway(" ".join(heads), words[count]):
        return None
    head = HIGHWAY_FORMS.get(" ".join(heads), " ".join(heads))
    name = [head, words[count]]
    count += 1
    while count < len(words) and words[count] in HIGHWAY_TAILS:
        name.append(words[count])
        count += 1
    if count < len(words) and words[count] in SUFFIXES:
        return None
    return " ".join(name), count


def _names_highway(head: str, word: str) -> bool:
    if word[0].isdigit():
        return not word.endswith(("ST", "ND", "RD", "TH"))
    return head in LETTER_HEADS and word.isalpha() and len(set(word)) == 1 and len(word) <= 2
