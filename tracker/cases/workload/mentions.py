"""Who is mentioned in a text: «@» and a sign-in name, with no letter before it. Pure."""

import re
from unicodedata import normalize

MOST = 20
"""More people than that are not told by one note."""
_NAME = r"\w(?:[\w.\-]*\w)?"
_MENTION = re.compile(rf"(?<![\w.+\-@/])@({_NAME}(?:@{_NAME})?)(?![\w@])")
"""A sign-in name may itself be an email address."""


def mentioned_names(text: str) -> list[str]:
    """The sign-in names that a text mentions, in lower case, each once; an email address mentions nobody."""
    names = dict.fromkeys(found[1].casefold() for found in _MENTION.finditer(normalize("NFKC", text)))
    return list(names)[:MOST]
