"""Where new calls lie: at the source's own coordinates unless those are a sink, else where the gazetteer says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..places.addresses import NormalizedAddress, normalize_address
from ..places.areas import AreaIndex
from ..places.city import city_projection
from ..places.gazetteer import Match, place_addresses
from ..places.models import AreaKind, City
from ..places.projection import cell_of
from ..places.sinks import sink_positions
from .models import Placement

_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Spot:
    """What is known of one call's place before it is placed: its text, and degrees if the source gave any."""

    address: str
    lat: float | None
    long: float | None


class Placer:
    """Places calls of one delivery. Reads sinks and polygons once; normalizes each distinct text once."""

    def __init__(self, city: City) -> None:
        self._south, self._west, self._north, self._east = city.south, city.west, city.north, city.east
        self._projection = city_projection(city)
        self._localities = frozenset(city.localities)
        self._sinks = sink_positions()
        self._centers = AreaIndex.load(AreaKind.SERVICE_CENTER)
        self._neighborhoods = AreaIndex.load(AreaKind.NEIGHBORHOOD)
        self._read: dict[str, NormalizedAddress] = {}
        self.by_key: dict[str, NormalizedAddress] = {}
        """What was read so far, by key."""

    def normalize(self, text: str) -> NormalizedAddress:
        """The normalized address; texts already seen are not read again."""
        found = self._read.get(text)
        if found is None:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
                self.by_key.clear()
            found = self._read[text] = normalize_address(text, localities=self._localities)
            self.by_key[found.key] = found
        return found

    def place(self, spots: Sequence[Spot], *, learned: bool = False) -> list[dict[str, Any]]:
        """Per spot the columns of `ServiceRequest` that say where it is.

        With `learned`, addresses that were learned from located calls place calls too (`scan --relocate`).
        """
        normalized = [self.normalize(spot.address) for spot in spots]
        xs, ys = self._project(spots)
        from_source = [
            spot.lat is not None and (int(x), int(y)) not in self._sinks
            for spot, x, y in zip(spots, xs, ys, strict=True)
        ]
        wanted = {n.key: n for n, own in zip(normalized, from_source, strict=True) if not own and n.key}
        matches = place_addresses(list(wanted.values()), learned=learned) if wanted else {}
        placed = [
            self._columns(spot, n, own, int(x), int(y), matches.get(n.key))
            for spot, n, own, x, y in zip(spots, normalized, from_source, xs, ys, strict=True)
        ]
        self._add_areas(placed)
        return placed

    def _project(self, spots: Sequence[Spot]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        lat = np.array([spot.lat if spot.lat is not None else 0.0 for spot in spots])
        long = np.array([spot.long if spot.long is not None else 0.0 for spot in spots])
        return self._projection.many_to_decimetres(lat, long)

    def _columns(
        self, spot: Spot, normalized: NormalizedAddress, own: bool, x: int, y: int, match: Match | None
    ) -> dict[str, Any]:
        columns: dict[str, Any] = {
            "address": spot.address.strip(),
            "address_key": normalized.key[:200],
            "unit": normalized.unit[:40],
            "source_lat": spot.lat,
            "source_long": spot.long,
            "is_on_sink": spot.lat is not None and not own,
            "address_id": None,
            "placement_score": None,
        }
        if own:
            return columns | self._position(Placement.SOURCE, spot.lat, spot.long, x, y)
        if match is None:
            return columns | self._position(Placement.UNLOCATED, None, None, None, None)
        columns |= {"address_id": match.address_id, "placement_score": match.score}
        return columns | self._position(Placement.GAZETTEER, match.lat, match.long, match.x_dm, match.y_dm)

    def _position(
        self, placement: Placement, lat: float | None, long: float | None, x: int | None, y: int | None
    ) -> dict[str, Any]:
        outside = lat is not None and long is not None and not self._holds(lat, long)
        return {
            "placement": placement,
            "lat": lat,
            "long": long,
            "x_dm": x,
            "y_dm": y,
            "cell": cell_of(x, y) if x is not None and y is not None else None,
            "is_outside": outside,
        }

    def _holds(self, lat: float, long: float) -> bool:
        """As `places.city.is_in_bounds`, without asking the city's row 50,000 times for its edges."""
        return self._south <= lat <= self._north and self._west <= long <= self._east

    def _add_areas(self, placed: list[dict[str, Any]]) -> None:
        located = [row for row in placed if row["lat"] is not None]
        lat = np.array([row["lat"] for row in located], dtype=float)
        long = np.array([row["long"] for row in located], dtype=float)
        for row in placed:
            row["center_id"] = row["neighborhood_id"] = None
        for name, index in (("center_id", self._centers), ("neighborhood_id", self._neighborhoods)):
            for row, area in zip(located, index.locate(lat, long).tolist() if located else [], strict=True):
                row[name] = area or None
