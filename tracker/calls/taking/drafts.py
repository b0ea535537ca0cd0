"""Drafts of calls: kept while the aide types, ended when the call is recorded or she throws them away."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError

from ...clock import utc_now
from ...errors import Invalid, NotFound
from ...extensions import db
from ...staff.models import User
from .models import DraftedCall

MOST_DRAFTS = 20
"""Per aide; with more, the oldest of them would be forgotten calls."""
KEPT_FOR = timedelta(days=30)
_LONGEST = 200_000


def keep_draft(actor: User, key: str, number: int, fields: Mapping[str, str | list[str]]) -> None:
    """Keep what was typed so far, unless something newer is kept already. Flushes."""
    if not key or len(key) > 40:
        raise Invalid("The draft has no key of its own. Reload the page.")
    if sum(len(name) + len(value) for name, value in fields.items()) > _LONGEST:
        raise Invalid(f"The draft is longer than {_LONGEST:,} characters and is kept in this browser only.")
    draft = _find(actor, key, lock=True)
    if draft is None:
        draft = _add(actor, key)
    if number >= draft.number:
        draft.number, draft.fields, draft.updated_at = number, dict(fields), utc_now()
    db.session.flush()


def _add(actor: User, key: str) -> DraftedCall:
    if len(drafts_of(actor)) >= MOST_DRAFTS:
        raise Invalid(f"You have {MOST_DRAFTS} unfinished calls. Finish or discard one; this one is kept here only.")
    draft = DraftedCall(user_id=actor.id, key=key, fields={})
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:  # two tabs, one key
        return _get(actor, key)
    return draft


def _find(actor: User, key: str, *, lock: bool = False) -> DraftedCall | None:
    query = select(DraftedCall).where(DraftedCall.user_id == actor.id, DraftedCall.key == key)
    return db.session.scalars(query.with_for_update() if lock else query).first()


def _get(actor: User, key: str) -> DraftedCall:
    draft = _find(actor, key, lock=True)
    if draft is None:
        raise NotFound("This draft is not there any more: the call was recorded, or you threw it away.")
    return draft


def find_draft(actor: User, key: str) -> DraftedCall | None:
    """One's own draft with this key, or None."""
    return _find(actor, key)


def drafts_of(actor: User) -> Sequence[DraftedCall]:
    """One's own drafts, newest first."""
    query = select(DraftedCall).where(DraftedCall.user_id == actor.id, DraftedCall.updated_at >= utc_now() - KEPT_FOR)
    return db.session.scalars(query.order_by(DraftedCall.updated_at.desc()).limit(MOST_DRAFTS)).all()


_END = delete(DraftedCall).where(DraftedCall.user_id == bindparam("user_id"), DraftedCall.key == bindparam("draft"))


def end_draft(actor: User, key: str) -> None:
    """Forget a draft; there need be none. Flushes."""
    db.session.flush()
    db.session.connection().execute(_END, {"user_id": actor.id, "draft": key})
