"""Requests as RSS 2.0 and as Atom. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from .spark import DECLARATION, element, escape
from .w3c_time import say_day

TYPES = {"rss": "application/rss+xml; charset=utf-8", "atom": "application/atom+xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as a reader of feeds shows it; `link` answers with the whole request or with the page of its case."""

    number: str
    link: str
    title: str
    summary: str
    requested_on: date
    updated_on: date
    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of entries; `address` is the feed's own, `updated_on` a day on the city's clocks."""

    title: str
    address: str
    home: str
    updated_on: date
    zone: ZoneInfo
    entries: Sequence[Entry]


def as_rss(feed: Feed) -> str:
    """The feed as RSS 2.0, with places as GeoRSS."""
    head = element("title", feed.title) + element("link", feed.home) + element("description", feed.title)
    own = f'<atom:link rel="self" type="application/rss+xml" href="{_attribute(feed.address)}"/>'
    items = "".join(_rss_item(entry, feed.zone) for entry in feed.entries)
    spaces = 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"'
    return f'{DECLARATION}<rss version="2.0" {spaces}><channel>{head}{own}{items}</channel></rss>'


def _rss_item(entry: Entry, zone: ZoneInfo) -> str:
    published = format_datetime(datetime.combine(entry.requested_on, time(), tzinfo=zone))
    return (
        f"<item>{element('title', entry.title)}{element('link', entry.link)}"
        f'<guid isPermaLink="false">{escape(entry.number)}</guid>{element("pubDate", published)}'
        f"{element('description', entry.summary)}<georss:point>{entry.lat} {entry.long}</georss:point></item>"
    )


def as_atom(feed: Feed) -> str:
    """The feed as Atom, with places as GeoRSS."""
    head = element("title", feed.title) + element("id", feed.address) + element("author", {"name": feed.title})
    links = f'<link rel="self" href="{_attribute(feed.address)}"/><link href="{_attribute(feed.home)}"/>'
    entries = "".join(_atom_entry(entry, feed.zone) for entry in feed.entries)
    spaces = 'xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"'
    updated = element("updated", say_day(feed.updated_on, feed.zone))
    return f"{DECLARATION}<feed {spaces}>{head}{updated}{links}{entries}</feed>"


def _atom_entry(entry: Entry, zone: ZoneInfo) -> str:
    return (
        f"<entry>{element('title', entry.title)}{element('id', f'urn:request:{entry.number}')}"
        f'<link href="{_attribute(entry.link)}"/>{element("published", say_day(entry.requested_on, zone))}'
        f"{element('updated', say_day(entry.updated_on, zone))}{element('summary', entry.summary)}"
        f"<georss:point>{entry.lat} {entry.long}</georss:point></entry>"
    )


def _attribute(text: str) -> str:
    return escape(text).replace('"', "&quot;")
