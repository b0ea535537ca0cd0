"""Put values into the {{fields}} of a template: only those of one short table, nothing is ever run. Pure.

No field names a caller, and none can: what a letter may say of a case is this table and nothing else.
"""

import re
from collections.abc import Mapping

from ....errors import Invalid

FIELDS = {
    "case_number": "number of the case",
    "address": "address of the case",
    "family": "kind of problem",
    "first_call": "day of the first report",
    "last_call": "day of the latest report",
    "reports": "how many reports the city has: «12 reports»; below three just «reports»",
    "recipient_name": "who the letter is for",
    "recipient_address": "postal address of the recipient, in lines",
    "contact_name": "who owns the case; else the center",
    "contact_email": "e-mail of who owns the case",
    "center": "Neighborhood Service Center; else the city",
    "city": "name of the city",
    "today": "day of the letter",
    "due_date": "day by which an answer is due, given with each letter",
}
"""Every field with what it puts in. Reports are counted, never told apart: one field says how many there are."""

MISSING = {
    "recipient_name": "Say who the letter is for.",
    "recipient_address": "Give the recipient's postal address, or choose a template without it.",
    "due_date": "Give the day by which an answer is due.",
    "contact_email": "Nobody with an e-mail address owns the case. Assign it, or choose another template.",
    "first_call": "No report is linked to the case, so the letter cannot name a first one. Choose another template.",
    "last_call": "No report is linked to the case, so the letter cannot name the latest. Choose another template.",
}
"""What to do about a field that the template wants and for which nothing is known."""

_FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def fields_in(text: str) -> list[str]:
    """The names between double braces, as they stand there, each once."""
    return list(dict.fromkeys(_FIELD.findall(text)))


def check_fields(text: str) -> None:
    """Raise `Invalid` for a field that there is not, naming it and all there are, and for braces that do not close."""
    for name in fields_in(text):
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            raise Invalid(f"There is no field {{{{{name[:60]}}}}}. These there are: {known}.")
    rest = _FIELD.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise Invalid("A field is not closed: it begins with {{ and ends with }}, such as {{address}}.")


def merge(text: str, values: Mapping[str, str]) -> str:
    """The text with every field's value in its place; what a value holds is not looked at again.

    Raises `Invalid` for an unknown field, and for one that has no value, saying what to do about it.
    """
    check_fields(text)

    def value_of(found: re.Match[str]) -> str:
        value = values.get(found[1], "")
        if not value:
            raise Invalid(MISSING.get(found[1], f"Nothing is known for {{{{{found[1]}}}}}. Choose another template."))
        return value

    return _FIELD.sub(value_of, text)
