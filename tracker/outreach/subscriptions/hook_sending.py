"""Send what waits for other systems: the question once, news again and again until it is taken or given up."""

import json
import re
from collections.abc import Iterator

from ...clock import utc_now
from ...config import Settings
from ...errors import TrackerError
from ...extensions import db
from ..links import with_links
from ..notice_models import Notice, NoticeStatus
from ..notices import BY_HOOK, note_try, take_next
from .confirming import challenge_of
from .hooks import Door, HookAnswer, HookDelayed, HookRefused, post_to_hook
from .models import Subscription
from .subscribing import CONFIRMATION, confirm, leave

MOST_TRIES = 8
_KEY = re.compile(r"subscription:(\d{1,18}):(.*)", re.DOTALL)
GONE = 410
"""The status by which another system leaves."""


def send_waiting_hooks(limit: int, settings: Settings, door: Door | None = None) -> Iterator[int]:
    """Send up to `limit` of them; yields each one's id for the caller to commit, before and after it is sent."""
    for _ in range(limit):
        notice = take_next(utc_now(), by_hook=True)
        if notice is None:
            return
        yield notice.id
        url, text = notice.address.removeprefix(BY_HOOK), with_links(notice.text, notice.key, settings)
        key = notice.key
        db.session.rollback()  # no transaction stays open while somebody else is asked
        answer, problem = _try(url, text, door or Door())
        _note(notice, key, answer, problem, settings)
        yield notice.id


def _try(url: str, text: str, door: Door) -> tuple[HookAnswer | None, TrackerError | None]:
    try:
        return post_to_hook(url, text, door), None
    except (HookRefused, HookDelayed) as why:
        return None, why


def _note(
    notice: Notice, key: str, answer: HookAnswer | None, problem: TrackerError | None, settings: Settings
) -> None:
    known = _KEY.fullmatch(key)
    subscription = db.session.get(Subscription, int(known[1]), with_for_update=True) if known else None
    is_question = known is not None and known[2] == CONFIRMATION
    if answer is not None and not 200 <= answer.status < 300:
        problem = HookDelayed(f"The other system said {answer.status}")
        if answer.status == GONE and subscription is not None:
            leave(subscription)
    if is_question and answer is not None and problem is None and subscription is not None:
        if _has_answered(answer.text, challenge_of(subscription.id, settings)):
            confirm(subscription)
        else:
            problem = HookRefused("It did not answer with the challenge.")
    note_try(notice, problem, MOST_TRIES)
    is_final = isinstance(problem, HookRefused) or (is_question and problem is not None)
    if is_final:  # the question is asked once
        notice.status = NoticeStatus.FAILED
        db.session.flush()


def _has_answered(text: str, challenge: str) -> bool:
    """The challenge alone, or as JSON under its name."""
    if text.strip() == challenge:
        return True
    try:
        said = json.loads(text)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("challenge") == challenge
