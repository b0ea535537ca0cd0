"""Where new calls lie: at the source's own coordinates unless those are a sink, else where the gazetteer says."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..change_marks import Marks, current_marks
from ..places.addresses import NormalizedAddress, normalize_address
from ..places.areas import AreaIndex
from ..places.city import city_projection
from ..places.gazetteer import Match, place_addresses
from ..places.models import AreaKind, City
from ..places.projection import cell_of
from ..places.sinks import sink_positions
from .models import Placement

_REMEMBERED = 200_000


class Spot(NamedTuple):
    """What is known of one call's place before it is placed: its text, and degrees if the source gave any."""

    address: str
    lat: float | None
    long: float | None


class Placer:
    """Places calls of one delivery. Reads sinks and polygons once; normalizes each distinct text once."""

    def __init__(self, city: City, marks: Marks | None = None) -> None:
        """`marks` are those of this transaction, if known."""
        marks = marks or current_marks()
        self._south, self._west, self._north, self._east = city.south, city.west, city.north, city.east
        self._projection = city_projection(city)
        self._localities = frozenset(city.localities)
        self._sinks = sink_positions(marks)
        self._centers = AreaIndex.load(AreaKind.SERVICE_CENTER, marks)
        self._neighborhoods = AreaIndex.load(AreaKind.NEIGHBORHOOD, marks)
        self._read: dict[str, NormalizedAddress] = {}
        self.by_key: dict[str, NormalizedAddress] = {}
        """What was read so far, by key."""

    def remember(self, addresses: Mapping[str, NormalizedAddress]) -> None:
        """Take over what texts mean, from one who has read them."""
        if len(self._read) >= _REMEMBERED:
            self._read.clear()
            self.by_key.clear()
        self._read.update(addresses)
        self.by_key.update((address.key, address) for address in addresses.values())

    def normalize(self, text: str) -> NormalizedAddress:
        """The normalized address; texts already seen are not read again."""
        found = self._read.get(text)
        if found is None:
            found = normalize_address(text, localities=self._localities)
            self.remember({text: found})
        return found

    def place(self, spots: Sequence[Spot], *, learned: bool = False) -> list[dict[str, Any]]:
        """Per spot the columns of `ServiceRequest` that say where it is.

        With `learned`, addresses that were learned from located calls place calls too (`scan --relocate`).
        """
        columns = self.place_columns(spots, learned=learned)
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def place_columns(self, spots: Sequence[Spot], *, learned: bool = False) -> dict[str, list[Any]]:
        """The same column by column, as an import writes them."""
        normalized = [self.normalize(spot.address) for spot in spots]
        xs, ys = self._project(spots)
        columns: dict[str, list[Any]] = {
            "address": [spot.address.strip() for spot in spots],
            "address_key": [n.key[:200] for n in normalized],
            "unit": [n.unit[:40] for n in normalized],
            "source_lat": [spot.lat for spot in spots],
            "source_long": [spot.long for spot in spots],
            "is_on_sink": [False] * len(spots),
            "address_id": [None] * len(spots),
            "placement_score": [None] * len(spots),
            "placement": [Placement.SOURCE] * len(spots),
            "lat": [spot.lat for spot in spots],
            "long": [spot.long for spot in spots],
            "x_dm": xs,
            "y_dm": ys,
            "cell": [cell_of(x, y) for x, y in zip(xs, ys, strict=True)],
        }
        self._place_by_text(normalized, columns, learned=learned)
        self._add_areas(columns)
        return columns

    def _project(self, spots: Sequence[Spot]) -> tuple[list[int], list[int]]:
        lat = np.array([spot.lat if spot.lat is not None else 0.0 for spot in spots])
        long = np.array([spot.long if spot.long is not None else 0.0 for spot in spots])
        x_dm, y_dm = self._projection.many_to_decimetres(lat, long)
        return x_dm.tolist(), y_dm.tolist()

    def _place_by_text(
        self, normalized: Sequence[NormalizedAddress], columns: dict[str, list[Any]], *, learned: bool
    ) -> None:
        """Where the source gives no position, or a sink, the gazetteer says where the address is; else nobody does."""
        spots = enumerate(zip(columns["lat"], columns["x_dm"], columns["y_dm"], strict=True))
        others = [index for index, (lat, x, y) in spots if lat is None or (x, y) in self._sinks]
        wanted = {normalized[index].key: normalized[index] for index in others if normalized[index].key}
        matches = place_addresses(list(wanted.values()), learned=learned) if wanted else {}
        for index in others:
            columns["is_on_sink"][index] = columns["source_lat"][index] is not None
            for name, value in _columns_of(matches.get(normalized[index].key)).items():
                columns[name][index] = value

    def _add_areas(self, columns: dict[str, list[Any]]) -> None:
        lat, long = np.array(columns["lat"], dtype=float), np.array(columns["long"], dtype=float)  # None becomes NaN
        inside = (self._south <= lat) & (lat <= self._north) & (self._west <= long) & (long <= self._east)
        columns["is_outside"] = (~inside & ~np.isnan(lat)).tolist()
        columns["center_id"] = [area or None for area in self._centers.locate(lat, long).tolist()]
        columns["neighborhood_id"] = [area or None for area in self._neighborhoods.locate(lat, long).tolist()]


def _columns_of(match: Match | None) -> dict[str, Any]:
    if match is None:
        nothing = dict.fromkeys(("lat", "long", "x_dm", "y_dm", "cell", "address_id", "placement_score"))
        return {**nothing, "placement": Placement.UNLOCATED}
    return {
        "lat": match.lat,
        "long": match.long,
        "x_dm": match.x_dm,
        "y_dm": match.y_dm,
        "cell": cell_of(match.x_dm, match.y_dm),
        "address_id": match.address_id,
        "placement_score": match.score,
        "placement": Placement.GAZETTEER,
    }
