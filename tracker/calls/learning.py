"""What an import teaches the gazetteer, and which of its points look like a geocoder's «don't know»."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import distinct, func, insert, select, update

from ..clock import utc_now
from ..extensions import db
from ..places.addresses import NormalizedAddress
from ..places.gazetteer import LearnedAddress, learn_addresses
from ..places.privacy import build_public_points
from ..places.sinks import sink_positions
from .models import CallImport, Placement, ServiceRequest, SinkCandidate

SINK_CALLS = 30
SINK_TEXTS = 12
SINK_TYPES = 6
"""A point is a sink candidate from this many calls, different address texts and different types on."""


def finish_import(run: CallImport, normalize: Callable[[str], NormalizedAddress]) -> list[SinkCandidate]:
    """What follows the last recorded row: learn the file's addresses, find public points and sink candidates. Flushes.

    Only then may its calls be masked and taken. Of an import that was broken off it is done for as much as was read;
    doing it again does no harm.
    """
    learn_from_import(run, normalize)
    build_public_points()
    candidates = find_sink_candidates(run)
    run.finished_at = utc_now()
    db.session.flush()
    return candidates


def learn_from_import(run: CallImport, normalize: Callable[[str], NormalizedAddress]) -> int:
    """Put the addresses of an import's located calls into the gazetteer; returns how many were new. Flushes.

    An address lies where most of its calls lie; among equals, where the first of them does.
    """
    count, first = func.count(), func.min(ServiceRequest.requested_datetime)
    query = (
        select(
            ServiceRequest.address_key, func.min(ServiceRequest.address), ServiceRequest.x_dm, ServiceRequest.y_dm,
            func.min(ServiceRequest.lat), func.min(ServiceRequest.long),
        )
        .where(
            ServiceRequest.import_id == run.id, ServiceRequest.placement == Placement.SOURCE,
            ServiceRequest.address_key != "", ServiceRequest.is_outside.is_(False),
        )
        .group_by(ServiceRequest.address_key, ServiceRequest.x_dm, ServiceRequest.y_dm)
        .order_by(ServiceRequest.address_key, count.desc(), first, ServiceRequest.x_dm, ServiceRequest.y_dm)
    )  # fmt: skip
    db.session.flush()
    best: dict[str, LearnedAddress] = {}
    rows = db.session.connection().execute(query)  # no entities among them: past the ORM it takes half the time
    for key, text, x_dm, y_dm, lat, long in rows:
        if key not in best and lat is not None and long is not None and x_dm is not None and y_dm is not None:
            best[key] = LearnedAddress(normalize(text), lat, long, x_dm, y_dm)
    return learn_addresses(list(best.values()))


def find_sink_candidates(run: CallImport) -> list[SinkCandidate]:
    """Points of an import with many calls, address texts and types; new ones are recorded for a person to judge."""
    calls, texts = func.count().label("calls"), func.count(distinct(ServiceRequest.address_key)).label("texts")
    types = func.count(distinct(ServiceRequest.service_type_id)).label("types")
    lat, long = func.min(ServiceRequest.lat).label("lat"), func.min(ServiceRequest.long).label("long")
    query = (
        select(ServiceRequest.x_dm, ServiceRequest.y_dm, lat, long, calls, texts, types)
        .where(ServiceRequest.import_id == run.id, ServiceRequest.placement == Placement.SOURCE)
        .group_by(ServiceRequest.x_dm, ServiceRequest.y_dm)
        .having(calls >= SINK_CALLS, texts >= SINK_TEXTS, types >= SINK_TYPES)
        .order_by(calls.desc(), ServiceRequest.x_dm)
        .limit(50)
    )
    known = sink_positions()
    for place in db.session.execute(query).mappings():
        if (place["x_dm"], place["y_dm"]) not in known:
            _keep_candidate(dict(place))
    return open_candidates()


def open_candidates() -> list[SinkCandidate]:
    """Candidates nobody has judged, most calls first."""
    query = select(SinkCandidate).where(SinkCandidate.decided_at.is_(None)).order_by(SinkCandidate.calls.desc())
    return list(db.session.scalars(query.limit(50)))


def _keep_candidate(place: dict[str, Any]) -> None:
    at = (SinkCandidate.x_dm == place["x_dm"], SinkCandidate.y_dm == place["y_dm"])
    figures = {name: place[name] for name in ("calls", "texts", "types")}
    if db.session.execute(update(SinkCandidate).where(*at).values(figures)).rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result counts rows
        db.session.execute(insert(SinkCandidate).values(place))
