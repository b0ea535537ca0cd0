"""`scan --relocate`: what could not be placed is tried again by all that was learned; districts and masks follow."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from ..batches import update_rows
from ..calls.masking import refresh_masks
from ..calls.models import Placement, ServiceRequest
from ..calls.placing import Placer, Spot
from ..config import Settings
from ..extensions import db
from ..places.city import the_city
from ..places.geocoding import geocode
from ..places.privacy import build_public_points
from .districts import refresh_districts
from .masking import refresh_case_masks

_CHUNK = 2_000
GEOCODED_AT_ONCE = 500
"""Outside geocoders want few requests: at most this many texts a run."""


def relocate_calls() -> Iterator[int]:
    """Place what can now be placed, in steps that each say how many; the caller commits after each.

    The placed calls wait to be taken as late calls. Outside geocoders, if any are configured, are asked one text a
    step, so that no transaction waits for the network.
    """
    placer = Placer(the_city())
    after = 0
    while rows := _unlocated(after):
        after = rows[-1].id
        yield _place(placer, rows)
    yield from _ask_geocoders(placer)
    refresh_districts()
    build_public_points()
    refresh_masks()
    refresh_case_masks()
    yield 0


def _unlocated(after: int) -> list[Any]:
    query = select(ServiceRequest.id, ServiceRequest.address, ServiceRequest.source_lat, ServiceRequest.source_long)
    waiting = query.where(
        ServiceRequest.placement == Placement.UNLOCATED, ServiceRequest.id > after, ServiceRequest.address_key != ""
    )
    return list(db.session.execute(waiting.order_by(ServiceRequest.id).limit(_CHUNK)))


def _place(placer: Placer, rows: list[Any]) -> int:
    spots = [Spot(row.address, row.source_lat, row.source_long) for row in rows]
    changes = [
        {"id": row.id, "is_taken": False, **columns}
        for row, columns in zip(rows, placer.place(spots, learned=True), strict=True)
        if columns["placement"] is not Placement.UNLOCATED
    ]
    update_rows(ServiceRequest.__table__, changes)
    return len(changes)


def _ask_geocoders(placer: Placer) -> Iterator[int]:
    """Ask about the oldest texts that are still without a place; the answers are kept, so each is asked once."""
    settings: Settings = current_app.config["SETTINGS"]
    waiting = _unlocated(0)[:GEOCODED_AT_ONCE] if settings.geocoders else []
    for row in waiting:
        match = geocode(row.address)
        if match is None:
            yield 0
            continue
        columns = placer.place([Spot("", match.lat, match.long)])[0]
        for own in ("address", "address_key", "unit", "source_lat", "source_long", "is_on_sink"):
            del columns[own]
        columns |= {"placement": Placement.GEOCODER, "placement_score": match.score, "is_taken": False}
        db.session.execute(update(ServiceRequest).where(ServiceRequest.id == row.id).values(columns))
        yield 1
