"""What a resident is told about an appointment, by mail and as a text message; every text in her language.

A text message is short and says neither who nor where: it may light up on a table.
"""

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Telling:
    """The words for one thing that happened, and what staff say when nothing else reaches her."""

    subject: object
    text: object
    short: object
    by_phone: str
    """What she has to be called about; empty: she knows it already."""
    asks: bool = False
    """She is to choose a time: without a link nothing is told."""


TELLINGS = {
    "appointment_offered": Telling(
        _l("Please choose a time"),
        _l("We would like to agree on a time with you when somebody comes. Please choose one that suits you."),
        _l("Please choose a time for our visit."),
        "Ask her to choose a time.",
        asks=True,
    ),
    "appointment_confirmed": Telling(
        _l("Your appointment"),
        _l("Your appointment is agreed: somebody comes within this time."),
        _l("Your appointment is agreed."),
        "",
    ),
    "appointment_changed": Telling(
        _l("Your appointment has a new time"),
        _l("Your appointment has a new time. The time before does not hold any more."),
        _l("Your appointment has a new time."),
        "",
    ),
    "appointment_reminded": Telling(
        _l("Your appointment is near"),
        _l("We would like to remind you of your appointment: somebody comes within this time."),
        _l("A reminder of your appointment."),
        "Remind her of the appointment.",
    ),
    "appointment_to_move": Telling(
        _l("We cannot keep your appointment"),
        _l("We are sorry: we cannot come at the time that was agreed. Please choose a new one."),
        _l("We are sorry: we cannot keep your appointment. Please choose a new time."),
        "Tell her that the agreed time cannot be kept, and find a new one with her.",
        asks=True,
    ),
    "appointment_cancelled": Telling(
        _l("Your appointment is cancelled"),
        _l("Your appointment is cancelled. Nobody comes at that time."),
        _l("Your appointment is cancelled."),
        "Tell her that nobody comes at the agreed time.",
    ),
}
"""By the verb of the log."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the texts speak of: the city, her name, what is done, the window in words, why, and her own link."""

    city: str
    name: str
    what: str
    when: str
    reason: str
    link: str
    calendar_link: str


def subject_of(telling: Telling, facts: Facts) -> str:
    """The subject of the mail: what, and when."""
    return f"{telling.subject}: {facts.when}" if facts.when and not telling.asks else str(telling.subject)


def mail_of(telling: Telling, facts: Facts) -> str:
    """The mail, in plain text."""
    parts = [str(gettext("Hello %(name)s,", name=facts.name)), str(telling.text), facts.what, facts.when]
    if facts.reason:
        parts.append(str(gettext("The reason: %(reason)s", reason=facts.reason)))
    if facts.link:
        kind = gettext("Choose a time here:") if telling.asks else gettext("See, move or cancel it here:")
        parts.append(f"{kind}\n{facts.link}")
        if facts.calendar_link:
            parts.append(str(gettext("For your calendar:")) + f"\n{facts.calendar_link}")
        parts.append(str(gettext("Whoever has this link can change the appointment: do not pass it on.")))
    return "\n\n".join([*filter(None, parts), facts.city]) + "\n"


def text_of(telling: Telling, facts: Facts) -> str:
    """The text message: one line."""
    when = "" if telling.asks else facts.when
    return " ".join(filter(None, [f"{facts.city}:", str(telling.short), when and f"{when}.", facts.link]))
