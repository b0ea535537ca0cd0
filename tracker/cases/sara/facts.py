"""What the calls of a case say by themselves: in numbers, and in words beside each question of the scanning. Pure."""

from dataclasses import dataclass
from datetime import date

from ...formatters import plural
from .cheers import Element
from .concentration import Ranked, concentration_words
from .times import Times

_TYPES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """The calls of one case in numbers. `types` are (name, calls, per cent)."""

    calls: int
    first: date | None
    last: date | None
    dates: list[date]
    """The city-local date of each call."""
    days: int
    quiet_days: int
    """The longest time between two days with calls."""
    callers: int
    of_known: int
    most_by_one: int
    types: list[tuple[str, int, float]]
    places: list[Ranked]
    times: Times
    is_cut: bool
    """True: the case has more calls than were counted."""

    @property
    def concentration(self) -> str:
        """How few places give most of the calls."""
        return concentration_words(self.places)


def facts_of(figures: Figures, family: str, harm_weight: int) -> dict[Element, list[str]]:
    """Sentences for each element, from the calls alone."""
    return {
        Element.COMMUNITY: _who_called(figures),
        Element.HARM: [f"«{family}» is rated {harm_weight} of 5 for the harm of one call."],
        Element.EXPECTATION: _what_is_asked(figures),
        Element.EVENTS: [
            f"{name}: {plural(calls, 'call')}, {share:.0f} %" for name, calls, share in figures.types[:_TYPES_SHOWN]
        ]
        or ["No calls are linked."],
        Element.RECURRING: _how_often(figures),
        Element.SIMILARITY: _how_alike(figures),
    }


def _who_called(figures: Figures) -> list[str]:
    unknown = figures.calls - figures.of_known
    if not figures.calls:
        return ["No calls are linked."]
    if not figures.callers:
        places = plural(len(figures.places), "address", "addresses")
        return [f"No caller is known; the calls name {places}."]
    facts = [f"{plural(figures.callers, 'known caller')} made {plural(figures.of_known, 'call')}."]
    if figures.most_by_one > 1 and figures.callers > 1:
        facts.append(f"One of them made {figures.most_by_one:,}.")
    if unknown:
        facts.append(f"Of {plural(unknown, 'call')} nobody knows who called.")
    return facts


def _what_is_asked(figures: Figures) -> list[str]:
    if not figures.types:
        return ["No calls are linked."]
    return [f"{plural(figures.calls, 'call')} asked the city to act, most of them for «{figures.types[0][0]}»."]


def _how_often(figures: Figures) -> list[str]:
    if figures.first is None or figures.last is None:
        return ["No calls are linked."]
    if figures.days == 1:
        return [f"{plural(figures.calls, 'call')}, all on {figures.first:%-d %b %Y}."]
    months = ((figures.last - figures.first).days + 1) / 30
    monthly = figures.calls / months
    often = f", about {monthly:,.{0 if monthly >= 10 else 1}f} in 30 days" if months >= 1 else ""
    return [
        f"{plural(figures.calls, 'call')} on {plural(figures.days, 'day')}, {figures.first:%-d %b %Y} to"
        f" {figures.last:%-d %b %Y}{often}.",
        f"The longest quiet time was {plural(figures.quiet_days, 'day')}.",
    ]


def _how_alike(figures: Figures) -> list[str]:
    if not figures.types:
        return ["No calls are linked."]
    name, _, percent = figures.types[0]
    return [f"{percent:.0f} % are «{name}».", figures.concentration, figures.times.sentence]
