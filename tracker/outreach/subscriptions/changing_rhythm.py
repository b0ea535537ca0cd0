"""A subscription goes from one rhythm to another: nothing between the two is lost, and nothing is told twice.

Each rhythm reads the log on its own, so one is always further than the other. The rule: what the rhythm of a
subscription has dealt with was told to it; nothing else was, but for what it has claimed under its own name.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from ...batches import insert_missing
from ...cases.models import ProblemCase
from ...config import Settings
from ...extensions import db
from ...places.city import city_zone, find_city
from ...staff.models import LogClaim, LogEntry
from ..links import subscription_consumer
from ..log_reading import hold_reader
from ..notice_models import LogReader
from ..notices import write_notices
from .concerned import LIVE, followed_by, happenings_of
from .matching import concerns
from .models import Rhythm, Subscription, SubscriptionKind
from .telling import CONSUMERS, News, entries_told, is_claimed_by, read_news, rows_for

AT_ONCE = 500
"""Subscriptions that are changed in one go of the worker."""
PORTION = 5_000


def settle_rhythms(now: datetime, settings: Settings) -> Iterator[int]:
    """Change the rhythm of whoever chose another one; yields each subscription's id, to commit."""
    city = find_city()
    if city is None:
        return
    wanted = select(Subscription.id).where(*LIVE, Subscription.next_rhythm.is_not(None)).order_by(Subscription.id)
    for number in db.session.scalars(wanted.limit(AT_ONCE)).all():
        readers = {rhythm: hold_reader(CONSUMERS[rhythm]) for rhythm in Rhythm}  # always in this order
        held = select(Subscription).where(Subscription.id == number).with_for_update()
        subscription = db.session.scalars(held.execution_options(populate_existing=True)).first()
        if subscription is not None and subscription.next_rhythm is not None and subscription.ended_at is None:
            _settle(subscription, subscription.next_rhythm, readers, now.astimezone(city_zone(city)), settings)
        yield number


def _settle(
    subscription: Subscription, rhythm: Rhythm, readers: dict[Rhythm, LogReader], local: datetime, settings: Settings
) -> None:
    """Tell now what only the new rhythm has passed already, and claim what the new one has still before it."""
    old, new = readers[subscription.rhythm], readers[rhythm]
    for news, places in _own_news(subscription, dealt_by=new, not_by=old):
        write_notices(rows_for(subscription, news, places, rhythm, local.date(), settings))
    name = subscription_consumer(subscription.id)
    for news, places in _own_news(subscription, dealt_by=old, not_by=new):
        claims = [{"entry_id": news.told[place].entry_id, "consumer": name} for place in places]
        insert_missing(LogClaim.__table__, ["entry_id", "consumer"], claims)  # type: ignore[arg-type]  # a table
    subscription.rhythm, subscription.next_rhythm = rhythm, None
    db.session.flush()


def _own_news(
    subscription: Subscription, *, dealt_by: LogReader, not_by: LogReader
) -> Iterator[tuple[News, list[int]]]:
    """What one reader has dealt with and the other has not, as far as it concerns the subscription."""
    query = entries_told().where(_is_dealt_by(dealt_by), LogEntry.id > not_by.first, ~is_claimed_by(not_by.consumer))
    query = query.where(~is_claimed_by(subscription_consumer(subscription.id)))
    if subscription.confirmed_at is not None:
        query = query.where(LogEntry.at >= subscription.confirmed_at)
    wish, after = followed_by(subscription), 0
    if wish.kind is SubscriptionKind.CASE:  # its own, and the one that it was merged into
        into = select(ProblemCase.merged_into_id).where(ProblemCase.id == wish.case_id).scalar_subquery()
        query = query.where(or_(LogEntry.subject_id == wish.case_id, LogEntry.subject_id == into))
    while entries := list(db.session.scalars(query.where(LogEntry.id > after).limit(PORTION))):
        after = entries[-1].id
        news = read_news(entries)
        happenings = happenings_of(news.told)
        yield news, [place for place, happening in enumerate(happenings) if concerns(wish, happening)]


def _is_dealt_by(reader: LogReader) -> ColumnElement[bool]:
    return or_(LogEntry.id <= reader.first, is_claimed_by(reader.consumer))
