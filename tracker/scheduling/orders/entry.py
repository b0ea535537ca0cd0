"""What a person says about a piece of work, and whether that can be meant. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ...clock import can_be_meant, local_date
from ...errors import Invalid
from ..resources.limits import MOST_PEOPLE

LONGEST_MINUTES = 7 * 24 * 60
MOST_NEEDS = 20
LONGEST_TITLE, LONGEST_SKILL, LONGEST_PLACE = 160, 60, 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where work is done that is not done at its case's own address: in words, and in decimetres from the origin."""

    label: str
    x_dm: int
    y_dm: int


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """Everything that is said about work; instants are aware."""

    title: str
    skill: str
    minutes: int
    due_on: date
    priority: int | None = None
    """None: the case's."""
    needs: tuple[str, ...] = ()
    """Further skills and equipment beside the skill itself."""
    people: int = 1
    load: int = 0
    place: Place | None = None
    """None: at the case's own address."""
    earliest_at: datetime | None = None
    latest_at: datetime | None = None


def read_needs(text: str, skill: str = "") -> tuple[str, ...]:
    """The needs of a line with commas between them, without doubles and without the skill itself."""
    parts = (part.strip() for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part and part != skill))


def check_entry(entry: OrderEntry, zone: ZoneInfo) -> None:
    """Raise `Invalid`, with what to mend, for work that cannot be meant."""
    for text, longest, what in ((entry.title, LONGEST_TITLE, "what is to be done"), (entry.skill, LONGEST_SKILL,
                                "the skill it needs")):  # fmt: skip
        if not text.strip():
            raise Invalid(f"Say {what}.")
        if len(text) > longest:
            raise Invalid(f"Say {what} in at most {longest} characters.")
    _check_amounts(entry)
    _check_times(entry, zone)


def _check_amounts(entry: OrderEntry) -> None:
    if entry.minutes < 1:
        raise Invalid("Work takes at least a minute; say how long.")
    if entry.minutes > LONGEST_MINUTES:
        raise Invalid("Work takes a week at most. Order it in parts, one waiting for the other.")
    if not 1 <= entry.people <= MOST_PEOPLE:
        raise Invalid(f"Work needs between 1 and {MOST_PEOPLE} people.")
    if entry.load < 0:
        raise Invalid("A load cannot be less than nothing.")
    if len(entry.needs) > MOST_NEEDS or any(len(need) > LONGEST_SKILL for need in entry.needs):
        raise Invalid(f"Name at most {MOST_NEEDS} further needs, each in at most {LONGEST_SKILL} characters.")


def _check_times(entry: OrderEntry, zone: ZoneInfo) -> None:
    if not can_be_meant(entry.due_on):
        raise Invalid(f"Work cannot be due on {entry.due_on}. Check the year.")
    for instant in (entry.earliest_at, entry.latest_at):
        if instant is not None and not can_be_meant(local_date(instant, zone)):
            raise Invalid(f"Work cannot begin on {local_date(instant, zone)}. Check the year.")
    if entry.earliest_at and entry.latest_at and entry.latest_at < entry.earliest_at:
        raise Invalid("The latest time to begin lies before the earliest. Change one of the two.")
    if entry.earliest_at and local_date(entry.earliest_at, zone) > entry.due_on:
        raise Invalid("It may not begin before the day on which it is due is over. Change one of the two.")
