"""What the aide tells the caller, in her language: what becomes of the call, who has it, what comes next. Pure.

The words go to a person outside the city: nothing that only staff may know (owners' names, notes) is among them.
"""

from dataclasses import dataclass
from datetime import date

LANGUAGES = {"en": "English", "es": "Español"}


@dataclass(frozen=True, slots=True)
class Told:
    """What is known when the call is over. `visit`: the day with booked work; `calls`: of the case, 0 if none."""

    number: str
    city: str
    kind: str
    place: str
    calls: int = 0
    since: date | None = None
    center: str = ""
    visit: date | None = None
    is_placed: bool = True


_WORDS = {
    "en": {
        "number": "Your report to {city} has the number {number}.",
        "new": "It is recorded: {kind}, {place}.",
        "unplaced": "It is recorded: {kind}. We still look for the exact place and may call you back.",
        "case": "{place}: the city knows of this problem. {calls} calls have come in since {since}, yours among them.",
        "center": "It is looked after by the {center}.",
        "visit": "Work there is planned for {visit}.",
        "no_visit": "No work is booked yet.",
        "keep": "Please keep the number: with it you can ask at any time how things stand.",
    },
    "es": {
        "number": "Su reporte a {city} tiene el número {number}.",
        "new": "Queda registrado: {kind}, {place}.",
        "unplaced": "Queda registrado: {kind}. Todavía buscamos el lugar exacto y quizá le llamemos.",
        "case": "{place}: la ciudad ya conoce este problema. Van {calls} llamadas desde el {since}, con la suya.",
        "center": "Se encarga de ello: {center}.",
        "visit": "Hay trabajo previsto allí para el {visit}.",
        "no_visit": "Todavía no hay trabajo programado.",
        "keep": "Guarde el número: con él puede preguntar en cualquier momento cómo va.",
    },
}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ),
}  # fmt: skip


def write_day(day: date, language: str) -> str:
    """«June 5» or «5 de junio»."""
    month = _MONTHS[language][day.month - 1]
    return f"{day.day} de {month}" if language == "es" else f"{month} {day.day}"


def words_for_caller(told: Told, language: str) -> str:
    """The sentences to read out, or to send as a text message; English for a language that has no words here."""
    spoken = language if language in _WORDS else "en"
    words = _WORDS[spoken]
    parts = ["number", _main_part(told)]
    if told.calls > 1:
        parts += ["center"] if told.center else []
        parts.append("visit" if told.visit else "no_visit")
    parts.append("keep")
    values = {
        "number": told.number, "city": told.city, "kind": told.kind, "place": told.place, "calls": told.calls,
        "center": told.center, "since": write_day(told.since, spoken) if told.since else "",
        "visit": write_day(told.visit, spoken) if told.visit else "",
    }  # fmt: skip
    return " ".join(words[part].format(**values) for part in parts)


def _main_part(told: Told) -> str:
    if not told.is_placed:
        return "unplaced"
    return "case" if told.calls > 1 and told.since else "new"
