"""A person decides whether a point is a geocoder's «don't know»; confirming one places its calls again."""

from typing import Any

from sqlalchemy import delete, select, update

from ..calls.models import Placement, ServiceRequest, SinkCandidate
from ..calls.placing import Placer, Spot
from ..calls.public_days import MASK_COLUMNS
from ..clock import utc_now
from ..errors import Conflict, NotFound
from ..extensions import db
from ..formatters import plural
from ..places.city import the_city
from ..places.models import Address, AddressSource
from ..places.sinks import add_sink
from ..staff.log import append_log
from ..staff.models import User
from .intake import take_calls
from .models import ProblemCase
from .releasing import chunks, in_touched_cases, release_calls

_APART = {"synchronize_session": False}


def find_candidate(candidate_id: int) -> SinkCandidate:
    """The candidate with this number; raises `NotFound`."""
    candidate = db.session.get(SinkCandidate, candidate_id, with_for_update=True)
    if candidate is None:
        raise NotFound("There is no such candidate. Look at the list of sinks again.")
    return candidate


def decline_sink(candidate: SinkCandidate, *, actor: User) -> None:
    """Say that a point is a real place with many calls: they stay, and it is not asked about again."""
    _decide(candidate, actor, is_sink=False)
    append_log("city", 1, "declined_sink", f"{_spot(candidate)} is a real place, not a sink.", actor=actor)
    db.session.flush()


def confirm_sink(candidate: SinkCandidate, *, actor: User) -> dict[str, int]:
    """Say that a point is a sink. Its calls leave untouched cases and are placed again from their text, then taken.

    Calls in cases that a person has touched stay as they are. Returns how many calls `stayed`, were `placed` again
    and are now `unlocated`. Flushes.
    """
    _decide(candidate, actor, is_sink=True)
    add_sink(candidate.lat, candidate.long, note=f"Confirmed by {actor.display_name}.")
    _forget_addresses_at(candidate)
    here = list(
        db.session.scalars(
            select(ServiceRequest.id).where(
                ServiceRequest.x_dm == candidate.x_dm,
                ServiceRequest.y_dm == candidate.y_dm,
                ServiceRequest.placement != Placement.STAFF,
            )
        )
    )
    staying = in_touched_cases(here)
    released = [call_id for call_id in here if call_id not in staying]
    release_calls(released, why="its place was found to be a geocoder's «don't know»")
    placed = _place_again(released)
    counts = {"stayed": len(staying), "placed": placed, "unlocated": len(released) - placed}
    append_log("city", 1, "confirmed_sink", _summary(candidate, counts), actor=actor)
    take_calls()
    return counts


def _decide(candidate: SinkCandidate, actor: User, *, is_sink: bool) -> None:
    if candidate.decided_at is not None:
        raise Conflict("Somebody has decided about this point already; look at the list again.")
    candidate.decided_at, candidate.decided_by_id, candidate.is_sink = utc_now(), actor.id, is_sink


def _forget_addresses_at(candidate: SinkCandidate) -> None:
    """Addresses learned from calls at the sink would put later calls right back on it."""
    learned = select(Address.id).where(
        Address.x_dm == candidate.x_dm, Address.y_dm == candidate.y_dm, Address.source == AddressSource.LEARNED
    )
    ids = list(db.session.scalars(learned))
    for some in chunks(ids):
        for table in (ServiceRequest, ProblemCase):
            forget = update(table).where(table.address_id.in_(some)).values(address_id=None)
            db.session.execute(forget, execution_options=_APART)
        db.session.execute(delete(Address).where(Address.id.in_(some)), execution_options=_APART)


def _place_again(call_ids: list[int]) -> int:
    placer = Placer(the_city())
    placed = 0
    for some in chunks(call_ids):
        columns = (ServiceRequest.id, ServiceRequest.address, ServiceRequest.source_lat, ServiceRequest.source_long)
        rows = db.session.execute(select(*columns).where(ServiceRequest.id.in_(some))).all()
        spots = [Spot(row.address, row.source_lat, row.source_long) for row in rows]
        changes: list[dict[str, Any]] = [
            {"id": row.id, **dict.fromkeys(MASK_COLUMNS), **place}
            for row, place in zip(rows, placer.place(spots), strict=True)
        ]
        db.session.execute(update(ServiceRequest), changes)
        placed += sum(change["placement"] is not Placement.UNLOCATED for change in changes)
    return placed


def _spot(candidate: SinkCandidate) -> str:
    return f"The point {candidate.lat:.5f}, {candidate.long:.5f}"


def _summary(candidate: SinkCandidate, counts: dict[str, int]) -> str:
    return (
        f"{_spot(candidate)} is a sink: {plural(counts['placed'], 'call')} placed again from the text, "
        f"{counts['unlocated']:,} now unlocated, {counts['stayed']:,} stayed in cases that people work on."
    )
