"""Contacts that are no report, written down in seconds, once each."""

from sqlalchemy import select

from ...errors import Invalid
from ...extensions import db
from ...staff.models import User
from ..models import Channel, ServiceRequest
from .models import Inquiry, InquiryKind


def keep_inquiry(
    kind: InquiryKind,
    actor: User,
    *,
    key: str,
    about: ServiceRequest | None = None,
    caller_id: int | None = None,
    answer: str = "",
    note: str = "",
    promised: str = "",
    channel: Channel = Channel.PHONE,
) -> Inquiry:
    """Write a contact down; the form that arrives again gives what it wrote the first time. Flushes."""
    if not key or len(key) > 40:
        raise Invalid("The form has no key of its own. Reload the page; what you typed stays.")
    before = db.session.scalars(select(Inquiry).where(Inquiry.taken_by_id == actor.id, Inquiry.key == key)).first()
    if before is not None:
        return before
    inquiry = Inquiry(
        kind=kind, channel=channel, taken_by_id=actor.id, key=key, caller_id=caller_id, answer=answer[:160],
        about_id=about.id if about else None, note=note.strip(), promised=promised.strip(),
    )  # fmt: skip
    db.session.add(inquiry)
    db.session.flush()
    return inquiry
