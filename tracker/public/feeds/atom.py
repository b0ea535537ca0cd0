"""Atom (RFC 4287) written by the standard library: nothing that a text holds can break out of it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

NAMESPACE = "http://www.w3.org/2005/Atom"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""
_HOST = re.compile(r"[^a-z0-9.-]")
BEGAN = 2026
"""The year in our `tag:` ids (RFC 4151); it never changes, or every reader would take all for new."""


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One entry: `key` names it within the city for good, `day` is the city's date."""

    key: str
    title: str
    text: str
    link: str
    day: date
    category: str


@dataclass(frozen=True, slots=True)
class AtomFeed:
    """A feed: `key` names it within the city, `link` is the page for people, `own` the feed's own address."""

    key: str
    title: str
    author: str
    link: str
    own: str
    language: str
    day: date
    """For a feed without entries."""


def tag_of(host: str, key: str) -> str:
    """The id of a feed or an entry, the same under whichever address it is read."""
    return f"tag:{_HOST.sub('', host.lower()) or 'localhost'},{BEGAN}:{key}"


def say_instant(day: date, zone: ZoneInfo) -> str:
    """A date as the instant that formats want: its first moment on the city's clocks, with their offset."""
    return datetime.combine(day, time(), zone).isoformat()


def write_atom(feed: AtomFeed, entries: Sequence[AtomEntry], host: str, zone: ZoneInfo) -> bytes:
    """The feed as XML; `updated` tells days only."""
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _add(root, "id", tag_of(host, feed.key))
    _add(root, "title", feed.title)
    _add(root, "updated", say_instant(max((entry.day for entry in entries), default=feed.day), zone))
    _add(ElementTree.SubElement(root, "author"), "name", feed.author)
    ElementTree.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": _clean(feed.own)})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": _clean(feed.link)})
    for entry in entries:
        _add_entry(root, entry, host, zone)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(root: ElementTree.Element, entry: AtomEntry, host: str, zone: ZoneInfo) -> None:
    node = ElementTree.SubElement(root, "entry")
    _add(node, "id", tag_of(host, entry.key))
    _add(node, "title", entry.title)
    _add(node, "updated", say_instant(entry.day, zone))
    _add(node, "published", say_instant(entry.day, zone))
    ElementTree.SubElement(node, "link", {"rel": "alternate", "type": "text/html", "href": _clean(entry.link)})
    ElementTree.SubElement(node, "category", {"term": _clean(entry.category)})
    _add(node, "content", entry.text).set("type", "text")


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    node = ElementTree.SubElement(parent, name)
    node.text = _clean(text)
    return node


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
