"""Who sends a report: nobody, or a person as she says. What a stranger types never changes who somebody is."""

from dataclasses import dataclass

from sqlalchemy import select

from ...errors import Invalid
from ...extensions import db
from ...staff.log import append_log
from ..callers import phone_columns, write_name_words
from ..models import Caller


@dataclass(frozen=True, slots=True)
class Sender:
    """What a reporter says of herself; all of it may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"


def keep_sender(sender: Sender) -> Caller | None:
    """The person, or None for nobody. Flushes.

    Somebody known is meant only by the very same name, number and mail address: a stranger who knows a number would
    else put a mail address of his own beside it. Two rows of one person are merged by staff.
    """
    name, email = " ".join(sender.name.split())[:160], sender.email.strip()[:254]
    columns = _phone(sender.phone)
    if not (name or email or columns["phone"]):
        return None
    if columns["phone_digits"]:
        query = select(Caller).where(
            Caller.phone_digits == columns["phone_digits"], Caller.name == name, Caller.email == email,
            Caller.merged_into_id.is_(None),
        )  # fmt: skip
        known = db.session.scalars(query.order_by(Caller.id).limit(1)).first()
        if known is not None:
            return known
    caller = Caller(name=name, email=email, language=sender.language, **columns)
    db.session.add(caller)
    db.session.flush()
    write_name_words(caller)
    append_log("caller", caller.id, "recorded", "First known, from a report on the web.")
    return caller


def _phone(typed: str) -> dict[str, str]:
    """A number that cannot be read refuses no report: it is kept as it was typed."""
    try:
        return phone_columns(typed)
    except Invalid:
        return {"phone": typed.strip()[:40], "phone_digits": "", "phone_backwards": ""}
