"""Fold the characters of an address text, so that later rules see upper-case words and few signs."""

import re
import string
import unicodedata

MAXIMUM_LENGTH = 400
"""A longer text is a story, not an address."""

_BREAK = "\t"  # stands for anything that separates words but never fields
_ASCII = dict.fromkeys(range(128), _BREAK)
_ASCII |= {ord(char): char.upper() for char in string.ascii_letters + string.digits + " &#/-;,@."}
_ASCII |= {ord("+"): "&", ord("\\"): "/"}
_ASCII |= dict.fromkeys(map(ord, "()[]\n"), ",")
_ASCII_TABLE: dict[int, str | None] = {**_ASCII, **dict.fromkeys(map(ord, "'`\""))}
_SPECIAL = str.maketrans(
    {
        **{char: f" {text}" for char, text in {"\u00bd": "1/2", "\u00bc": "1/4", "\u00be": "3/4"}.items()},
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4\u201c\u201d\u201e", "'"),
    }
)
_DOT_BEFORE_WORD = re.compile(r"\.(?=[A-Z0-9]{2})")
_BLANKS_AFTER_NUMBER = re.compile(
    r"^((?:# ?)?(?!0\d{4} )(?:\d+-?[A-Z]?(?:-\d+[A-Z]?)?|[NSEW]\d+[NSEW]\d+)(?: +\d/\d)?) {2,}(?=\S)"
)
"""Behind the house number, with its fraction; five digits that start with 0 are a postcode."""
_LOOSE_RANGE = re.compile(r"(?<=\d) ?- ?(?=\d)")


def fold_characters(text: str) -> str:
    """Upper-case text with accents, apostrophes, dots and odd signs folded; "" when blank or too long.

    Runs of blanks are kept, for two blanks separate fields in many sources; but a run right behind a leading house
    number is one blank. Unicode's blanks count as blanks.
    """
    if len(text) > MAXIMUM_LENGTH:
        return ""
    if not text.isascii():
        text = _fold_unicode(text)
        if len(text) > MAXIMUM_LENGTH:  # One character may stand for many.
            return ""
    folded = text.translate(_ASCII_TABLE)
    if _BREAK in folded:
        folded = " ".join(piece.strip(" ") for piece in folded.split(_BREAK) if piece.strip(" "))
    if "." in folded:
        folded = _DOT_BEFORE_WORD.sub(" ", folded).replace(".", "")
    if " -" in folded or "- " in folded:
        folded = _LOOSE_RANGE.sub("-", folded)
    if "&AMP;" in folded:
        folded = folded.replace("&AMP;", "&")
    folded = folded.strip(" ")
    return _join_number(folded) if "  " in folded else folded


def _join_number(text: str) -> str:
    """The text with single blanks up to what follows its leading house number."""
    return _BLANKS_AFTER_NUMBER.sub(lambda found: " ".join(found[1].split()) + " ", text)


def _fold_unicode(text: str) -> str:
    """Compatible forms made one, accents and invisible characters dropped, other scripts' digits made ASCII."""
    text = unicodedata.normalize("NFKC", text.translate(_SPECIAL)).upper()
    folded = "".join(map(_fold_one, unicodedata.normalize("NFKD", text)))
    return unicodedata.normalize("NFC", folded).translate(_SPECIAL)


def _fold_one(char: str) -> str:
    if char.isascii():
        return char
    if "\u0300" <= char <= "\u036f" or unicodedata.category(char) == "Cf":
        return ""
    if char in "\u02bc\u2019":
        return "'"
    if char.isdecimal():
        return str(unicodedata.digit(char))
    # Signs, pictures, separators and lone surrogates (which no database takes) only part words.
    return char if char.isalnum() or unicodedata.category(char)[0] == "M" else _BREAK
