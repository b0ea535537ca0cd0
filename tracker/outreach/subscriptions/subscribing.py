"""Subscribe, confirm, change, leave, forget: by whoever holds the address, without an account. Verbs flush only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, Update, case, cast, delete, func, literal, select, update

from ...batches import in_chunks, insert_missing
from ...clock import utc_now
from ...config import Settings
from ...errors import NotFound
from ...extensions import db
from ...secret_links import hash_of, secret_of
from ...staff.turns import take_turn
from ..links import subscription_key
from ..notice_models import Notice, NoticeStatus
from .addresses import counted_as
from .confirming import PREFIXES, ask_to_confirm
from .models import Rhythm, Subscription, SubscriptionKind, Way

MOST_A_DAY = 5
"""Subscriptions of one address within a day: nobody is flooded with questions whether she wants to be flooded."""
MOST_OF_HOST = 20
"""Of one host, whatever stands behind its name in the address."""
CONFIRMED_WITHIN = timedelta(days=7)
FORGOTTEN_AFTER = timedelta(days=30)
CONFIRMATION = "confirm"
_TURN = 8_311_000_131
_LEFT = "It was left before it was sent."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to hear of, and how; the place is the public point that the typed one stands for."""

    kind: SubscriptionKind
    way: Way
    address: str
    label: str = ""
    case_id: int | None = None
    call_id: int | None = None
    area_id: int | None = None
    lat: float | None = None
    long: float | None = None
    radius_m: int | None = None
    family_id: int | None = None
    language: str = "en"
    rhythm: Rhythm = Rhythm.DAILY


def subscribe(key: str, wish: Wish, settings: Settings) -> None:
    """Keep a wish, once for its form's key, and ask its address whether it wants it.

    It says nothing about the address, and beyond `MOST_A_DAY` and `MOST_OF_HOST` does nothing: whoever asks learns
    nothing of anybody.
    """
    take_turn(_TURN)
    if _is_asked_too_often(wish):
        return
    columns = {name: getattr(wish, name) for name in Wish.__dataclass_fields__}
    unset = dict.fromkeys(("secret_hash", "next_rhythm", "confirmed_at", "ended_at"))
    reckoned = {"counted_as": counted_as(wish.way, wish.address), "created_at": utc_now()}
    table = Subscription.__table__
    if not insert_missing(table, ["key"], [{"key": key, **columns, **unset, **reckoned}]):  # type: ignore[arg-type]  # a table
        return
    subscription = db.session.scalars(select(Subscription).where(Subscription.key == key)).one()
    subscription.secret_hash = hash_of(secret_for(subscription.id, settings))
    db.session.flush()
    ask_to_confirm(subscription, subscription_key(subscription.id, CONFIRMATION), settings)


def secret_for(subscription_id: int, settings: Settings) -> str:
    """The secret in the link of a subscription."""
    return secret_of(settings.secret_key, "subscription", subscription_id)


def _is_asked_too_often(wish: Wish) -> bool:
    """By address, in whatever letters it is written; other systems by their host too."""
    today = Subscription.created_at > utc_now() - timedelta(days=1)
    counted = Subscription.counted_as == counted_as(wish.way, wish.address)
    alike = _count(counted, today)
    if wish.way is not Way.WEBHOOK:
        return alike >= MOST_A_DAY
    return alike >= MOST_OF_HOST or _count(counted, today, Subscription.address == wish.address) >= MOST_A_DAY


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Subscription).where(*conditions)) or 0


def find_subscription(secret: str, *, lock: bool = False) -> Subscription:
    """The subscription with this secret; raises `NotFound`."""
    query = select(Subscription).where(Subscription.secret_hash == hash_of(secret))
    found = db.session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFound("This link leads nowhere any more. Subscribe again, or use the newest link that you got.")
    return found


def confirm(subscription: Subscription) -> None:
    """Whoever holds the address wants it; what ended stays ended, and twice is once."""
    if subscription.confirmed_at is None and subscription.ended_at is None:
        subscription.confirmed_at = utc_now()
        db.session.flush()


def change(subscription: Subscription, *, rhythm: Rhythm, language: str, family_id: int | None) -> None:
    """How often, in which language, and of which family alone; what has ended is not changed any more.

    The rhythm of one that is told news already is changed by the worker (`changing_rhythm.py`).
    """
    if subscription.ended_at is not None:
        return
    subscription.language, subscription.family_id = language, family_id
    if subscription.confirmed_at is None:
        subscription.rhythm = rhythm
    else:
        subscription.next_rhythm = rhythm if rhythm is not subscription.rhythm else None
    db.session.flush()


def leave(subscription: Subscription) -> None:
    """End it, once; what waits to be sent to it is not sent."""
    if subscription.ended_at is not None:
        return
    subscription.ended_at = utc_now()
    own = Notice.key.startswith(subscription_key(subscription.id, ""), autoescape=True)
    waiting = update(Notice).where(Notice.status == NoticeStatus.WAITING, own)
    db.session.execute(
        waiting.values(status=NoticeStatus.FAILED, problem=_LEFT), execution_options={"synchronize_session": False}
    )
    db.session.flush()


def forget_old(now: datetime) -> int:
    """Delete what nobody confirmed in time, and forget the addresses of what ended long ago; how many. Flushes."""
    query = select(Subscription.id).where(
        Subscription.confirmed_at.is_(None), Subscription.created_at < now - CONFIRMED_WITHIN
    )
    unconfirmed = list(db.session.scalars(query))
    for chunk in in_chunks(unconfirmed):
        keys = [subscription_key(number, CONFIRMATION) for number in chunk]
        db.session.execute(delete(Notice).where(Notice.key.in_(keys)))
        db.session.execute(delete(Subscription).where(Subscription.id.in_(chunk)))
    return len(unconfirmed) + _forget_ended(now)


def _forget_ended(now: datetime) -> int:
    """The notices of a subscription went to its address, so all of them are found by one look at both tables."""
    ended = Subscription.ended_at < now - FORGOTTEN_AFTER, Subscription.address != ""
    went_to = case({way: prefix for way, prefix in PREFIXES.items() if prefix}, value=Subscription.way, else_="")
    own_key = literal(subscription_key("", "")[:-1]) + cast(Subscription.id, String) + literal(":%")
    own = (
        select(Notice.id)
        .join(Subscription, Notice.address == went_to + Subscription.address)
        .where(Notice.key.like(own_key), *ended)
    )
    _run(update(Notice).where(Notice.id.in_(own)).values(address="", text="", subject=""))
    return _run(update(Subscription).where(*ended).values(address="", counted_as=""))


def _run(statement: Update) -> int:
    done: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)
