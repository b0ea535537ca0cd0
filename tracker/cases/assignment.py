"""Who gets a case. Pure: the candidates and their loads come in, the choice and its reason in words go out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .models import OwnerQueue


@dataclass(slots=True)
class Candidate:
    """A contact as the choice sees her. `families` empty: all. `load` is the weighted load of her live cases."""

    contact_id: int
    name: str
    center_id: int
    families: frozenset[int]
    load: int
    last_assigned_at: datetime | None
    is_away: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The queue, the contact if there is one, and why."""

    queue: OwnerQueue
    contact_id: int | None
    reason: str


def case_load(priority: int) -> int:
    """What a live case adds to its owner's load: 5 for priority 1 down to 1 for priority 5."""
    return 6 - priority


def choose_owner(
    center_id: int | None, center_name: str, family_id: int, family_name: str, candidates: Sequence[Candidate]
) -> Choice:
    """The contact of the anchor's center who handles the family and carries the least load.

    Those away are skipped; equal loads go to the least recently assigned, then to the oldest account. None fits: the
    center's queue. Outside every center: the city-wide queue.
    """
    if center_id is None:
        return Choice(OwnerQueue.CITY, None, "The anchor lies in no service center's district: city-wide queue.")
    local = [c for c in candidates if c.center_id == center_id]
    able = [c for c in local if not c.families or family_id in c.families]
    present = [c for c in able if not c.is_away]
    if not present:
        return Choice(OwnerQueue.CENTER, None, _why_nobody(center_name, family_name, len(local), len(able)))
    best = min(present, key=lambda c: (c.load, c.last_assigned_at is not None, c.last_assigned_at or 0, c.contact_id))
    least = f"has the least load of live cases ({best.load}) of {len(present)} present"
    among = least if len(present) > 1 else "is the only one present"
    return Choice(
        OwnerQueue.CONTACT,
        best.contact_id,
        f"The anchor lies in {center_name}; {best.name} handles {family_name.lower()} there and {among}.",
    )


def _why_nobody(center_name: str, family_name: str, local: int, able: int) -> str:
    if not local:
        why = "has no contacts"
    elif not able:
        why = f"has no contact for {family_name.lower()}"
    else:
        why = f"has all contacts for {family_name.lower()} away"
    return f"The anchor lies in {center_name}, which {why}: the center's queue, to be assigned by hand."
