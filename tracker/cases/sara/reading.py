"""What the pages of scanning and analysis share."""

from typing import Any

from ...calls.as_of import as_of
from ...errors import Invalid
from ...places.city import the_city
from ..alive import is_alive
from ..models import ProblemCase


def is_workable(case: ProblemCase) -> bool:
    """Whether there is anything to do on the case now: it is open and has not lapsed."""
    return is_alive(case, as_of(the_city()))


def read_seen(form: Any) -> int:
    """The version that the person saw; raises `Invalid` for what no page of ours sends."""
    text = form.seen.data or ""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid("Reload the page and send it again.")
    return int(text)
