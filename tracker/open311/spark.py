"""One structure as XML and as JSON, by Open311's «Spark convention». Pure.

A dictionary is an element with children, `Many` a container whose children all have one name. In JSON the names of
containers and of their children vanish: a list is a bare array, also with one child. What is empty is null.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, however it is written."""
_BARE = frozenset((int, float, bool, type(None)))
"""What JSON says as it is: most of a list of requests, so that it is worth a shorter way."""


_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Many:
    """A container: any number of children of one name."""

    child: str
    items: Iterable[Any]


def as_json(content: Any) -> str:
    """The structure as JSON; raises `ValueError` for a number that JSON cannot say."""
    return _JSON.encode(_plain(content))


def _plain(content: Any) -> Any:
    if isinstance(content, str):
        return speakable(content) or None
    if isinstance(content, Mapping):
        return {name: value if type(value) in _BARE else _plain(value) for name, value in content.items()}
    if isinstance(content, Many):
        return [_plain(item) for item in content.items]
    return content


def as_xml(name: str, content: Any) -> str:
    """The structure as an XML document whose root has this name."""
    return DECLARATION + element(name, content)


def element(name: str, content: Any) -> str:
    """One element and what is in it."""
    inside = _inside(content)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def _inside(content: Any) -> str:
    if isinstance(content, str):
        return escape(content)
    if content is None:
        return ""
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, Mapping):
        return "".join([element(name, value) for name, value in content.items()])
    if isinstance(content, Many):
        return "".join([element(content.child, item) for item in content.items])
    return str(content)


def speakable(text: str) -> str:
    """The text without the characters that no XML may hold; JSON leaves them out too, so that both say the same."""
    return text if text.isascii() and text.isprintable() else _UNSPEAKABLE.sub("", text)


def escape(text: str) -> str:
    """The text as it stands in XML, without what no XML can hold."""
    # A carriage return that is not written out would come back as a line feed.
    return speakable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
