"""Ask the city's own road service how far and how long the ways are: OSRM or Valhalla, by configuration.

It is asked for blocks of 50 by 50 places, which both take as they are installed. When it fails, is silent for 10 s or
answers oddly, the whole plan is made with the straight line and its street factor, and says so: half a table would
favor whoever stands in the other half.
"""

import json
import logging
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import IO, Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

import numpy as np
from numpy.typing import NDArray

from ...batches import in_chunks
from ...config import Settings
from ...places.projection import Projection
from .facts import Facts
from .travel import STRAIGHT, Roads, Spot, TableRoads

log = logging.getLogger(__name__)

BLOCK = 50
TIMEOUT_S = 10
_MOST_BYTES = 20_000_000
UNREACHED = "The road service could not be asked, so the ways are straight lines with a street factor."

Degrees = tuple[float, float]
Table = NDArray[np.float64]
Asker = Callable[[str, Sequence[Degrees], Sequence[Degrees]], tuple[Table, Table]]
"""Metres and seconds, a row a start and a column a goal; NaN: no way is known."""


class _NoRedirect(HTTPRedirectHandler):
    """The places of the city's work go where the setting says, and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        return None


def find_roads(facts: Facts, settings: Settings, projection: Projection) -> tuple[Roads, str]:
    """The ways between everything in the facts, and a sentence when the service that is set could not be asked.

    It waits for the network, so call it where nobody waits for this transaction.
    """
    if not settings.routing:
        return STRAIGHT, ""
    every: list[Spot] = [*facts.orders, *facts.resources, *facts.stops]
    places = sorted({(spot.x_dm, spot.y_dm) for spot in every})
    try:
        table_m, table_s = _whole_table(places, settings, projection)
    except (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError) as why:  # an odd answer is none
        log.warning("the road service %s at %s failed: %r", settings.routing, settings.routing_url, why)
        return STRAIGHT, UNREACHED
    return TableRoads({place: row for row, place in enumerate(places)}, table_m, table_s), ""


def _whole_table(places: Sequence[tuple[int, int]], settings: Settings, projection: Projection) -> tuple[Table, Table]:
    ask = _SERVICES[settings.routing]
    degrees = [projection.to_degrees(*place) for place in places]
    table_m, table_s = (np.full((len(places), len(places)), np.nan) for _ in range(2))
    blocks = list(in_chunks(range(len(places)), BLOCK))
    for rows in blocks:
        for columns in blocks:
            metres, seconds = ask(
                settings.routing_url, [degrees[row] for row in rows], [degrees[one] for one in columns]
            )
            if metres.shape != (len(rows), len(columns)) or seconds.shape != metres.shape:
                raise ValueError(f"a table of {metres.shape} for {len(rows)} by {len(columns)} places")
            if (metres < 0).any() or (seconds < 0).any() or np.isinf(metres).any() or np.isinf(seconds).any():
                raise ValueError("a way shorter than nothing, or without an end")
            table_m[np.ix_(rows, columns)], table_s[np.ix_(rows, columns)] = metres, seconds
    return table_m, table_s


def _ask_osrm(url: str, starts: Sequence[Degrees], goals: Sequence[Degrees]) -> tuple[Table, Table]:
    """OSRM's table service: longitude first; `null` where there is no way."""
    places = ";".join(f"{long:.6f},{lat:.6f}" for lat, long in (*starts, *goals))
    first = ";".join(str(number) for number in range(len(starts)))
    second = ";".join(str(len(starts) + number) for number in range(len(goals)))
    asked = f"sources={first}&destinations={second}&annotations=duration,distance"
    answer = _fetch(Request(f"{url}/table/v1/driving/{places}?{asked}"))  # noqa: S310  # checked by the settings
    if answer["code"] != "Ok":
        raise ValueError(f"it answered {str(answer['code'])[:80]}")
    return _table(answer["distances"]), _table(answer["durations"])


def _ask_valhalla(url: str, starts: Sequence[Degrees], goals: Sequence[Degrees]) -> tuple[Table, Table]:
    """Valhalla's time-distance matrix: kilometers and seconds, in lists of entries or, when terse, in two lists."""
    sources, targets = ([{"lat": lat, "lon": long} for lat, long in places] for places in (starts, goals))
    asked = {"sources": sources, "targets": targets, "costing": "auto", "units": "kilometers", "verbose": True}
    head = {"Content-Type": "application/json"}
    request = Request(f"{url}/sources_to_targets", json.dumps(asked).encode(), head)  # noqa: S310  # as above
    found = _fetch(request)["sources_to_targets"]
    if isinstance(found, dict):
        return _table(found["distances"]) * 1000, _table(found["durations"])
    kilometers, seconds = ([[entry[name] for entry in row] for row in found] for name in ("distance", "time"))
    return _table(kilometers) * 1000, _table(seconds)


def _table(rows: Sequence[Sequence[float | None]]) -> Table:
    return np.array([[np.nan if entry is None else float(entry) for entry in row] for row in rows], dtype=np.float64)


def _fetch(request: Request) -> Any:
    with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
        return json.loads(answer.read(_MOST_BYTES))


_SERVICES: dict[str, Asker] = {"osrm": _ask_osrm, "valhalla": _ask_valhalla}
