"""Writing transfers down: each once, placed and ranked, however often and by how many it is sent. Flushes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ...clock import utc_now
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.log import append_log
from ..importing.records import Refusal
from ..importing.rejects import RejectsFile
from ..models import Caller, Placement
from ..placing import Placer, Spot
from ..sent_callers import find_or_make_callers
from .demands import Decision
from .drafts import TransferDraft
from .files import read_transfers
from .models import Direction, ReviewStatus, TransferReview
from .ordering import rank_transfer

_CHUNK = 200


@dataclass(slots=True)
class Counts:
    """What became of a file's rows so far: rows = accepted + duplicates + rejected."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0

    @property
    def rows(self) -> int:
        """How many were read."""
        return self.accepted + self.duplicates + self.rejected


def import_transfers(path: Path, rejects: Path) -> Iterator[Counts]:
    """Take in a file of transfers, a portion at a time; the caller commits after each. Refused rows go to `rejects`.

    Raises `ImportRefused` for a file that cannot be read as a whole. Taking it in again adds nothing.
    """
    city, counts = the_city(), Counts()
    found = read_transfers(path, city_zone(city), utc_now())
    placer = Placer(city)
    with RejectsFile(rejects, found.header) as file:
        while portion := list(islice(found.items, _CHUNK)):
            for item in portion:
                if isinstance(item, Refusal):
                    file.add(item)
                    counts.rejected += 1
            drafts = [item for item in portion if isinstance(item, TransferDraft)]
            accepted = record_transfers(drafts, placer)
            counts.accepted += accepted
            counts.duplicates += len(drafts) - accepted
            yield counts
    yield counts


def record_transfers(drafts: Sequence[TransferDraft], placer: Placer) -> int:
    """Write down the transfers that are not yet known; returns how many those were."""
    known = _known(drafts)
    fresh: dict[tuple[str, str], TransferDraft] = {}
    for draft in drafts:
        if (draft.source, draft.source_id) not in known:
            fresh.setdefault((draft.source, draft.source_id), draft)
    new = list(fresh.values())
    places = placer.place([Spot(one.address, one.lat, one.long) for one in new], learned=True) if new else []
    callers = find_or_make_callers({(one.phone, one.name) for one in new if one.phone or one.name})
    return sum(_record(one, place, callers) for one, place in zip(new, places, strict=True))


def _known(drafts: Sequence[TransferDraft]) -> set[tuple[str, str]]:
    ids = [draft.source_id for draft in drafts]
    query = select(TransferReview.source, TransferReview.source_id).where(
        TransferReview.source.in_({draft.source for draft in drafts}), TransferReview.source_id.in_(ids)
    )
    return {(source, source_id) for source, source_id in db.session.execute(query)}


def _record(draft: TransferDraft, place: dict[str, object], callers: dict[tuple[str, str], Caller]) -> bool:
    """Write one down; False when somebody else has done so in this moment."""
    transfer = _row(draft, place)
    transfer.caller = callers.get((draft.phone, draft.name))
    try:
        with db.session.begin_nested():
            db.session.add(transfer)
    except IntegrityError:
        return False
    append_log("transfer", transfer.id, "received", f"Sent by {draft.source}.")
    return True


def _row(draft: TransferDraft, place: dict[str, object]) -> TransferReview:
    rank = rank_transfer(
        received_at=draft.received_at, code=draft.incident_code, narrative=f"{draft.incident_text} {draft.narrative}",
        priority=draft.priority, has_place=place["placement"] is not Placement.UNLOCATED,
    )  # fmt: skip
    columns = ("address", "address_id", "source_lat", "source_long", "lat", "long", "placement", "placement_score")
    transfer = TransferReview(
        source=draft.source, source_id=draft.source_id, received_at=draft.received_at, priority=draft.priority,
        incident_code=draft.incident_code, incident_text=draft.incident_text, narrative=draft.narrative,
        **{name: place[name] for name in columns}, **rank.as_columns(),
    )  # fmt: skip
    if not draft.is_from_911:  # it went back before it came here: on record, and nothing is left to decide
        transfer.direction, transfer.status = Direction.BACK_TO_911, ReviewStatus.DONE
        transfer.decision, transfer.decided_at = Decision.RETURNED_TO_911, draft.received_at
    return transfer
