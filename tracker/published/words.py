"""What the public reads, in plain words and in the page's language; numbers of calls as bands, instants as dates."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

import numpy as np
from babel.dates import format_skeleton
from babel.lists import format_list
from flask_babel import format_date, get_locale, gettext
from flask_babel import lazy_gettext as _l
from numpy.typing import NDArray

from ..cases.models import SaraPhase

_BANDS = (1, 4, 10, 20, 50, 100)
"""Where each band begins."""
PHASES = {
    SaraPhase.SCANNING: _l("We have noticed the repeat calls and are taking a first look."),
    SaraPhase.ANALYSIS: _l("We are finding out why it keeps happening."),
    SaraPhase.RESPONSE: _l("Work on a lasting fix is under way."),
    SaraPhase.ASSESSMENT: _l("The work is done; we are checking whether it has helped."),
}
STEPS = (
    (SaraPhase.SCANNING, _l("First look")),
    (SaraPhase.ANALYSIS, _l("Finding the cause")),
    (SaraPhase.RESPONSE, _l("Fixing it")),
    (SaraPhase.ASSESSMENT, _l("Checking that it lasts")),
)
NEXT = {
    SaraPhase.SCANNING: _l("A member of staff looks at the calls together and decides what is needed."),
    SaraPhase.ANALYSIS: _l("When the cause is clear, work is planned with the crews that can mend it."),
    SaraPhase.RESPONSE: _l("When the work is done, the place is watched to see whether the calls stop."),
    SaraPhase.ASSESSMENT: _l("If the calls stop, the case is closed as solved."),
}
NEXT_WHEN_SOLVED = _l("The place is watched. If new calls come, the case is opened again by itself.")
NEXT_WHEN_OVER = _l("Nothing more is planned. New calls about this place would start a new case.")
DONE = {
    "opened": _l("The calls about this place were put together as one case."),
    "recurred": _l("New calls came after the case was closed. It is open again."),
    "confirmed": _l("No new call came while the place was watched."),
}
"""Words for what the program itself does; what people write for the public is shown as they wrote it."""
_BLOCK = re.compile(r"(\d+) block of (.+)")
_BLOCKS = re.compile(r"(\d+) to (\d+) blocks of (.+)")
_NEAR = re.compile(r"Near (-?[\d.]+, -?[\d.]+) \(approximate\)")


def band_of(calls: int) -> int:
    """The number of the band that a count falls into, from 0."""
    return max(0, bisect_right(_BANDS, calls) - 1)


def bands_of(calls: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same for an array of shape (n,)."""
    return np.maximum(0, np.searchsorted(_BANDS, calls, side="right") - 1).astype(np.int64)


def say_band(band: int) -> str:
    """«4 to 9 calls», «100 or more calls»: never the count itself, from which a neighbor could tell a single call."""
    low = _BANDS[band]
    if band == 0:
        return str(gettext("a few calls"))
    if band == len(_BANDS) - 1:
        return str(gettext("%(low)s or more calls", low=low))
    return str(gettext("%(low)s to %(high)s calls", low=low, high=_BANDS[band + 1] - 1))


def say_times(band: int) -> str:
    """The same of how often people called: «4 to 9 times»."""
    low = _BANDS[band]
    if band == 0:
        return str(gettext("a few times"))
    if band == len(_BANDS) - 1:
        return str(gettext("%(low)s or more times", low=low))
    return str(gettext("%(low)s to %(high)s times", low=low, high=_BANDS[band + 1] - 1))


def say_month(day: date) -> str:
    """«May 2026» or «mayo de 2026»."""
    return str(format_skeleton("yMMMM", day, locale=get_locale()))


def say_days(days: Sequence[date]) -> str:
    """«Jun 3, 2026 and Jun 9, 2026», in the order in which they are given."""
    return str(format_list([say_day(day) for day in days], locale=get_locale()))


def say_day(day: date | int) -> str:
    """«Dec 31, 2011» or «31 dic 2011»; a number is an ordinal."""
    return str(format_date(date.fromordinal(day) if isinstance(day, int) else day, "medium"))


def say_label(label: str) -> str:
    """A public label, which is stored in English, in the page's language."""
    if match := _BLOCK.fullmatch(label):
        return str(gettext("%(number)s block of %(street)s", number=match[1], street=match[2]))
    if match := _BLOCKS.fullmatch(label):
        return str(gettext("%(low)s to %(high)s blocks of %(street)s", low=match[1], high=match[2], street=match[3]))
    if match := _NEAR.fullmatch(label):
        return str(gettext("Near %(point)s (approximate)", point=match[1]))
    return label


def names_a_block(label: str) -> bool:
    """Whether a public label is as fine as labels get: some blocks or a crossing, not a neighborhood or a square."""
    return bool(_BLOCK.fullmatch(label) or _BLOCKS.fullmatch(label) or " & " in label)
