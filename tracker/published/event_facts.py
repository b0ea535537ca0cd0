"""What happens to a case in public: the kinds of events, their words, and one event as strangers may know it. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from ..cases.models import SaraPhase
from .call_search import Circle
from .words import DONE, PHASES


class EventKind(StrEnum):
    """What happened; in the order in which things of one day and one case are told."""

    OPENED = "opened"
    PHASE = "phase"
    NEWS = "news"
    VISIT_PLANNED = "visit_planned"
    VISIT_MADE = "visit_made"
    CLOSED = "closed"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    RECURRED = "recurred"


_RANK = {kind: rank for rank, kind in enumerate(EventKind)}
TITLES = {
    EventKind.OPENED: _l("New case"),
    EventKind.PHASE: _l("Next step"),
    EventKind.NEWS: _l("News"),
    EventKind.VISIT_PLANNED: _l("Visit planned"),
    EventKind.VISIT_MADE: _l("Work done"),
    EventKind.CLOSED: _l("Closed"),
    EventKind.CONFIRMED: _l("It stayed quiet"),
    EventKind.REOPENED: _l("Open again"),
    EventKind.RECURRED: _l("It came back"),
}
WORDS = {
    EventKind.OPENED: DONE["opened"],
    EventKind.VISIT_PLANNED: _l("A visit of a crew is planned."),
    EventKind.VISIT_MADE: _l("A crew was at the place and did its work."),
    EventKind.CLOSED: _l("The case was closed."),
    EventKind.CONFIRMED: DONE["confirmed"],
    EventKind.REOPENED: _l("The case was opened again."),
    EventKind.RECURRED: DONE["recurred"],
}
"""Our own words: what staff noted about it stays with them. `NEWS` alone is told as it was written, for the public."""
KIND_OF_VERB = {
    "opened": EventKind.OPENED,
    "recurred": EventKind.RECURRED,
    "closed": EventKind.CLOSED,
    "confirmed": EventKind.CONFIRMED,
    "reopened": EventKind.REOPENED,
    "work_booked": EventKind.VISIT_PLANNED,
    "work_done": EventKind.VISIT_MADE,
    **{f"began_{phase.value}": EventKind.PHASE for phase in SaraPhase},
}
"""What an entry of a case's log tells; any other verb tells only what is marked as public, as news."""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One thing that happened to one public case; place and day are the masked ones."""

    key: str
    """The same for the same event whenever it is asked for, and nothing else: its case, its kind, its day."""
    kind: EventKind
    day: date
    text: str
    case_number: str
    label: str
    lat: float
    long: float
    family_code: str
    family_name: str

    @property
    def order(self) -> tuple[date, str, int, str]:
        """Sorted down by this, events tell no hour: of one day by the cases' random numbers."""
        return self.day, self.case_number, _RANK[self.kind], self.key


@dataclass(frozen=True, slots=True)
class EventSearch:
    """Whose events: of one case, of the public points in a circle or in an area, or of all; of one family if named."""

    case_id: int | None = None
    circle: Circle | None = None
    area_id: int | None = None
    family: str = ""


def text_of(kind: EventKind, verb: str, written: str) -> str:
    """What is told of an event, in the page's language."""
    if kind is EventKind.NEWS:
        return written
    return str(PHASES[SaraPhase(verb.removeprefix("began_"))] if kind is EventKind.PHASE else WORDS[kind])
