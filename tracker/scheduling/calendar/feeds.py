"""Open and revoke calendar feeds, and find one by its secret. Every verb flushes, never commits, and tells the log."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from ...cases.models import ProblemCase
from ...clock import utc_now
from ...errors import Conflict, NotFound
from ...extensions import db
from ...secret_links import hash_of
from ...staff.apart import write_apart
from ...staff.log import append_log
from ...staff.models import User
from ...staff.permissions import Permission, may
from ..resources.models import CityResource
from .models import CalendarFeed

_MOST_FEEDS = 20
"""Feeds of one record at once: more are no calendars of people."""
_TOUCH_AFTER = timedelta(hours=1)


def open_feed(subject: CityResource | ProblemCase, label: str, actor: User) -> tuple[CalendarFeed, str]:
    """A new feed with the secret of its address, which is told now and never again: the table keeps its hash.

    Raises `Conflict` when the record has more feeds than people could read.
    """
    if len(feeds_of(subject)) >= _MOST_FEEDS:
        raise Conflict(f"{_MOST_FEEDS} calendars read this already. Revoke those that nobody uses any more.")
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed(token_hash=hash_of(secret), label=label, created_by_id=actor.id)
    if isinstance(subject, CityResource):
        feed.resource = subject
    else:
        feed.case = subject
    db.session.add(feed)
    _say(feed, "feed_opened", f"A calendar feed was opened for «{label}».", actor)
    return feed, secret


def revoke_feed(feed: CalendarFeed, actor: User) -> None:
    """From now on its address answers nobody. Revoking it twice is no mistake."""
    if feed.revoked_at is None:
        feed.revoked_at = utc_now()
        _say(feed, "feed_revoked", f"The calendar feed of «{feed.label}» was revoked.", actor)


def feeds_of(subject: CityResource | ProblemCase) -> Sequence[CalendarFeed]:
    """The feeds of a resource or a case that can be read, oldest first."""
    own = CalendarFeed.resource_id if isinstance(subject, CityResource) else CalendarFeed.case_id
    query = select(CalendarFeed).options(joinedload(CalendarFeed.created_by))
    return db.session.scalars(
        query.where(own == subject.id, CalendarFeed.revoked_at.is_(None)).order_by(CalendarFeed.id).limit(_MOST_FEEDS)
    ).all()


def get_feed(feed_id: int) -> CalendarFeed:
    """The feed; raises `NotFound`."""
    feed = db.session.get(CalendarFeed, feed_id)
    if feed is None:
        raise NotFound("There is no such calendar feed.")
    return feed


def find_feed(secret: str) -> CalendarFeed | None:
    """The feed of a secret, unless it was revoked or whoever opened it may not open such a feed any more.

    By its hash, so that no timing tells how near a guess was.
    """
    wanted = hash_of(secret)
    query = select(CalendarFeed).options(
        joinedload(CalendarFeed.resource), joinedload(CalendarFeed.case), joinedload(CalendarFeed.created_by)
    )
    feed = db.session.scalar(query.where(CalendarFeed.token_hash == wanted, CalendarFeed.revoked_at.is_(None)))
    if feed is None:
        return None
    return feed if _may_be_read(feed) else None


def _may_be_read(feed: CalendarFeed) -> bool:
    """A feed lasts no longer than the account and the role with which it was opened, and than its resource."""
    opener, resource = feed.created_by, feed.resource
    if opener.disabled_at is not None or (resource is not None and resource.retired_at is not None):
        return False
    return may(opener.role, Permission.WORK_CASES if resource is None else Permission.SCHEDULE)


def note_read(feed: CalendarFeed, now: datetime) -> None:
    """Note that somebody reads it, at most once an hour, without making the reader wait for a writer."""
    if feed.last_read_at is None or now - feed.last_read_at >= _TOUCH_AFTER:
        write_apart(update(CalendarFeed).where(CalendarFeed.id == feed.id).values(last_read_at=now))


def _say(feed: CalendarFeed, verb: str, text: str, actor: User) -> None:
    db.session.flush()
    kind, number = ("resource", feed.resource_id) if feed.resource_id is not None else ("case", feed.case_id)
    append_log(kind, number or 0, verb, text, actor=actor, data={"feed_id": feed.id})
    db.session.flush()
