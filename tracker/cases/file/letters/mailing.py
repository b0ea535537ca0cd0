"""What became of letters that go by e-mail; the outreach floor, which sends them, says so."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from ....config import Settings
from ....extensions import db
from ....staff.log import append_log
from ...blueprint import blueprint
from .models import CaseLetter, LetterChannel


def unsent_letters(limit: int, after: int = 0) -> Sequence[CaseLetter]:
    """Letters on their way: neither mailed nor given up, the oldest first."""
    query = select(CaseLetter).where(
        CaseLetter.channel == LetterChannel.MAIL, CaseLetter.mailed_at.is_(None), CaseLetter.mail_problem == ""
    )
    return db.session.scalars(query.where(CaseLetter.id > after).order_by(CaseLetter.id).limit(limit)).all()


def mark_mailed(letter_id: int, at: datetime) -> bool:
    """The mail server took it at this instant; False when the letter says already what became of it. Flushes."""
    letter = _hold(letter_id)
    if letter is None:
        return False
    letter.mailed_at = at
    append_log("case", letter.case_id, "letter_sent", f"Letter «{letter.template.name}» was sent by e-mail.")
    db.session.flush()
    return True


def mark_not_mailed(letter_id: int, why: str) -> bool:
    """It was not mailed and will not be; it may be printed. False as above. Flushes."""
    letter = _hold(letter_id)
    if letter is None:
        return False
    letter.mail_problem = why[:400]
    words = f"Letter «{letter.template.name}» was not mailed. Print it, or write another one."
    append_log("case", letter.case_id, "letter_not_mailed", words, data={"letter_id": letter.id})
    db.session.flush()
    return True


@blueprint.app_template_global()
def is_mail_set() -> bool:
    """Whether letters can be mailed from here at all."""
    settings: Settings = current_app.config["SETTINGS"]
    return bool(settings.mail_host)


def _hold(letter_id: int) -> CaseLetter | None:
    """The letter, held, if it is still on its way."""
    query = select(CaseLetter).where(CaseLetter.id == letter_id, CaseLetter.channel == LetterChannel.MAIL)
    letter = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    is_over = letter is None or letter.mailed_at is not None or bool(letter.mail_problem)
    return None if is_over else letter
