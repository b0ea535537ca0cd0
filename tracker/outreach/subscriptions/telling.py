"""From the activity log to the notices of subscribers: each event once for each rhythm, also what was held back.

What a family holds back waits in the log until its days are over. Who confirmed later than something happened is not
told of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import ColumnElement, Select, or_, select

from ...batches import in_chunks, insert_missing
from ...clock import local_date
from ...config import Settings
from ...extensions import db
from ...places.city import city_zone, find_city, the_city
from ...published.entry_events import Told, tell_entries
from ...published.event_facts import KIND_OF_VERB, PublicEvent
from ...published.events import OF_COLUMNS
from ...scheduling.appointments.contacting import LANGUAGES
from ...staff.models import LogClaim, LogEntry
from ..links import own_link_mark, subscription_consumer, subscription_key
from ..log_reading import LOOK_BACK, hold_reader, newest_entry
from ..notice_models import LogReader
from ..notices import write_notices
from .concerned import find_concerned, happenings_of
from .confirming import address_of
from .models import Rhythm, Subscription, Way
from .wording import write_hook, write_mail, write_text

CONSUMERS = {rhythm: f"subscriptions_{rhythm.value}" for rhythm in Rhythm}
MOST_ENTRIES = {Rhythm.AT_ONCE: 2_000, Rhythm.DAILY: 20_000, Rhythm.WEEKLY: 50_000}
"""Read in one go; what follows is told the next time."""
MOST_EACH = 5
"""More events than that for one subscriber in one go become a single notice."""
NEWS_FOR = timedelta(days=30)
"""An opening, a coming back or an end longer before its entry is history that an import brought."""


def tell_subscribers(rhythm: Rhythm, now: datetime, settings: Settings) -> Iterator[int]:
    """Write the notices of this rhythm that are due; yields how many entries were read after each portion, to commit.

    The first time it only notes where the log ends: what happened before is not told. Each portion begins behind the
    one before, also behind what waits in it: that is read again the next time, and stops nothing meanwhile.
    """
    city = find_city()
    if city is None:
        return
    local = now.astimezone(city_zone(city))
    reader = hold_reader(CONSUMERS[rhythm])
    if not _is_due(reader, rhythm, local, settings):
        return
    reader.read_on = local.date()
    cursor, most, waiting, is_more = reader.first, MOST_ENTRIES[rhythm], list[int](), True
    while is_more:
        cursor, entries = _unread(reader, cursor, most)
        is_more = len(entries) == most
        if entries:
            waiting += _tell(entries, rhythm, local, settings)
        _note_read(reader, entries, waiting, cursor)
        yield len(entries)
        reader = hold_reader(CONSUMERS[rhythm])  # the commit let it go


def _is_due(reader: LogReader, rhythm: Rhythm, local: datetime, settings: Settings) -> bool:
    """At once: always. Else from the hour of the morning mails on, once a day, or once in a week that began."""
    if rhythm is Rhythm.AT_ONCE:
        return True
    today = local.date()
    begins = today - timedelta(days=today.weekday()) if rhythm is Rhythm.WEEKLY else today
    return local.hour >= settings.digest_hour and (reader.read_on is None or reader.read_on < begins)


def _unread(reader: LogReader, after: int, most: int) -> tuple[int, list[LogEntry]]:
    """The entries behind `after` that nobody was told of, and up to which number they are all."""
    newest = newest_entry()
    query = entries_told().where(LogEntry.id > after, LogEntry.id <= newest, ~is_claimed_by(reader.consumer))
    entries = list(db.session.scalars(query.limit(most)))
    return (entries[-1].id if len(entries) == most else newest), entries


def entries_told() -> Select[LogEntry]:
    """The entries about cases that may tell subscribers something, in order."""
    is_told = or_(LogEntry.is_public.is_(True), LogEntry.verb.in_(KIND_OF_VERB))
    return select(LogEntry).where(LogEntry.subject_kind == "case", is_told).order_by(LogEntry.id)


def is_claimed_by(consumer: str) -> ColumnElement[bool]:
    """Whether this consumer has dealt with an entry behind the place where it began."""
    return select(LogClaim.id).where(LogClaim.entry_id == LogEntry.id, LogClaim.consumer == consumer).exists()


def _note_read(reader: LogReader, entries: Sequence[LogEntry], waiting: Sequence[int], end: int) -> None:
    """Move on to the first entry that still waits, and mark what was dealt with behind it."""
    look_back = LOOK_BACK.get(db.session.get_bind().dialect.name, 0)
    reader.upto = max(reader.upto, end)
    reader.first = max(reader.first, min([reader.upto - look_back, *(number - 1 for number in waiting)]))
    claims = [
        {"entry_id": entry.id, "consumer": reader.consumer}
        for entry in entries
        if entry.id > reader.first and entry.id not in set(waiting)
    ]
    insert_missing(LogClaim.__table__, ["entry_id", "consumer"], claims)  # type: ignore[arg-type]  # a table
    db.session.flush()


def _tell(entries: Sequence[LogEntry], rhythm: Rhythm, local: datetime, settings: Settings) -> list[int]:
    """Write the notices about entries; which of them wait for their day."""
    news = read_news(entries)
    concerned = find_concerned(happenings_of(news.told), rhythm)
    ids = {news.told[place].entry_id for places in concerned.values() for place in places}
    known = _told_beside(ids)
    rows: list[dict[str, Any]] = []
    for subscription, places in concerned.items():
        name = subscription_consumer(subscription.id)
        own = [place for place in places if (name, news.told[place].entry_id) not in known]
        rows += rows_for(subscription, news, own, rhythm, local.date(), settings)
    write_notices(rows)
    return news.waiting


@dataclass(frozen=True, slots=True)
class News:
    """What entries of the log tell, in each language, and which of them wait for their day."""

    told: list[Told]
    in_language: dict[str, dict[int, Told]]
    at: dict[int, datetime]
    waiting: list[int]


def read_news(entries: Sequence[LogEntry]) -> News:
    """What these entries tell today."""
    at = {entry.id: entry.at for entry in entries}
    waiting: list[int] = []
    in_language: dict[str, dict[int, Told]] = {}
    for language in LANGUAGES:
        with force_locale(language):
            sorted_out = tell_entries(entries)
        in_language[language] = {one.entry_id: one for one in sorted_out.told}
        waiting = sorted_out.waiting
    told = [one for one in in_language[LANGUAGES[0]].values() if _is_news(one, at[one.entry_id])]
    return News(told, in_language, at, waiting)


def rows_for(
    subscription: Subscription, news: News, places: Sequence[int], rhythm: Rhythm, today: date, settings: Settings
) -> list[dict[str, Any]]:
    """The notices about news at these places; whoever confirmed later than something happened is not told of it."""
    since = subscription.confirmed_at
    own = [news.told[place].entry_id for place in places]
    known = news.in_language.get(subscription.language, news.in_language[LANGUAGES[0]])
    fresh = [known[number] for number in own if since is not None and news.at[number] >= since and number in known]
    with force_locale(subscription.language):
        return _rows(subscription, _each_once(fresh), rhythm, today, settings)


def _told_beside(entry_ids: Iterable[int]) -> set[tuple[str, int]]:
    """What subscriptions were told in another rhythm, before they were changed: their names with the entries."""
    found: set[tuple[str, int]] = set()
    for chunk in in_chunks(sorted(entry_ids)):
        query = select(LogClaim.consumer, LogClaim.entry_id).where(
            LogClaim.entry_id.in_(chunk), LogClaim.consumer.startswith(subscription_consumer(""), autoescape=True)
        )
        found |= {(consumer, entry_id) for consumer, entry_id in db.session.execute(query)}
    return found


def _is_news(told: Told, at: datetime) -> bool:
    """What an import brings from long ago is written down today, and is no news."""
    return local_date(at, city_zone(the_city())) - told.event.day <= NEWS_FOR or told.event.kind not in OF_COLUMNS


def _each_once(told: Sequence[Told]) -> list[Told]:
    """Of several entries that tell the same, such as two openings of a day, one."""
    return list({one.event.key: one for one in told}.values())


def _rows(
    subscription: Subscription, told: Sequence[Told], rhythm: Rhythm, today: date, settings: Settings
) -> list[dict[str, Any]]:
    """A notice for each event at once, or a single one for all of them; nothing for nothing."""
    if not told:
        return []
    apart = rhythm is Rhythm.AT_ONCE and len(told) <= MOST_EACH
    lots = [[one] for one in told] if apart else [list(told)]
    rows = []
    for lot in lots:
        events = sorted((one.event for one in lot), key=lambda event: event.order, reverse=True)
        what = str(lot[-1].entry_id) if apart else f"{rhythm.value}:{today}:{lot[-1].entry_id}"
        subject, text = _written(subscription, events, settings)
        key = subscription_key(subscription.id, what)
        rows.append({"key": key, "address": address_of(subscription), "subject": subject, "text": text})
    return rows


def _written(subscription: Subscription, events: Sequence[PublicEvent], settings: Settings) -> tuple[str, str]:
    own = own_link_mark(settings)
    if subscription.way is Way.WEBHOOK:
        return "", write_hook(events, settings.address, own)
    if subscription.way is Way.TEXT:
        return "", write_text(subscription, events, the_city().name, settings.address, own)
    return write_mail(subscription, events, settings.address, own)
