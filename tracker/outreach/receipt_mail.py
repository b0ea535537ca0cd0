"""A resident who left her mail address with a report gets her number and her own link, once, in her language.

Nothing that she wrote stands in it, and no place: the link leads to all that, and a mail may be read by others.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..batches import in_chunks
from ..calls.models import ServiceRequest
from ..calls.reporting.models import SentReport
from ..calls.reporting.recording import RECEIPT_WANTED
from ..config import Settings
from ..errors import Invalid
from ..extensions import db
from ..places.city import the_city
from ..staff.throttle import is_too_often
from .links import own_link_mark, receipt_key
from .log_reading import claim_portion, hold_reader, next_portion
from .mail import is_mail_on, one_address
from .notices import write_notices

CONSUMER = "receipt_mail"
YOUNG = timedelta(days=3)
"""An older receipt is not sent any more, such as one from before mail was set up here."""
MOST_TO_ONE = 5
"""Receipts to one address in a quarter of an hour: anybody may type it."""


def mail_receipts(now: datetime, settings: Settings) -> bool:
    """Write the receipts that the next portion of the log asks for; True while there is more to read. Flushes."""
    portion = next_portion(hold_reader(CONSUMER, from_beginning=True), {RECEIPT_WANTED}, subject_kind="call")
    wanted = [entry.subject_id for entry in portion.entries if now - entry.at < YOUNG]
    if is_mail_on(settings):
        for chunk in in_chunks(wanted):
            with_all = joinedload(SentReport.call).joinedload(ServiceRequest.caller)
            query = select(SentReport).options(with_all).where(SentReport.call_id.in_(chunk))
            reports = db.session.scalars(query.order_by(SentReport.call_id)).all()
            write_notices([row for sent in reports for row in _rows(sent, settings)])
    claim_portion(portion)
    return not portion.is_last


def _rows(sent: SentReport, settings: Settings) -> list[dict[str, Any]]:
    """The notice; none to an address that is none or that too many use, nor about what was withdrawn meanwhile."""
    address = _address_of(sent)
    if not address or sent.call.withdrawn_at is not None or _is_flooded(address):
        return []
    with force_locale(sent.language):
        subject, text = _written(sent.call.service_request_id, settings)
    return [{"key": receipt_key(sent.call_id), "address": address, "subject": subject, "text": text}]


def _address_of(sent: SentReport) -> str:
    typed = sent.call.caller.email.strip() if sent.call.caller else ""
    try:
        one_address(typed)
    except Invalid:
        return ""
    return typed


def _is_flooded(address: str) -> bool:
    hashed = hashlib.sha256(address.casefold().encode()).hexdigest()[:32]
    return is_too_often(f"receipts {hashed}", MOST_TO_ONE)


def _written(number: str, settings: Settings) -> tuple[str, str]:
    city, link = the_city().name, own_link_mark(settings)
    subject = gettext("%(city)s: your report %(number)s", city=city, number=number)
    lines = [
        gettext("Your report is here. Thank you."),
        f"{gettext('Your tracking number')}: {number}",
        gettext("With it anybody can read how far it is, and nothing else."),
    ]
    if link:
        lines += [
            f"{settings.address}/track?number={number}",
            gettext("With your own link you can add to your report, correct it, take it back, or say that it is not "
                    "fixed. Do not pass it on."),
            link,
        ]  # fmt: skip
    lines += [
        gettext("What happens next: a member of staff reads it. Where several people report the same, their reports "
                "become one case with somebody who looks after it, and its page says what is done."),
        gettext("Nobody reads answers to this mail. In danger, call 911."),
        city,
    ]  # fmt: skip
    return str(subject), "\n\n".join(str(line) for line in lines) + "\n"
