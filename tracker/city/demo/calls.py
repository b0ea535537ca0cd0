"""The year of calls in words: rows as any city's own system would export them, and the truth about them."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .areas import NEIGHBORHOODS, neighborhood_of
from .catalog import read_catalog
from .channels import CHANNELS
from .drafts import NOT_PLANTED
from .draw import LOCATED, NOWHERE, ON_HIDDEN_SINK, ON_SINK, WITHOUT_POINT, draw_calls
from .rhythm import Seconds, Year
from .sinks import HIDDEN_SINK, LISTED_SINK
from .spelling import say_crossing, say_house, say_nothing
from .town import Town, build_town
from .truth import DemoTruth, Planted
from .wording import Narrator

COLUMNS = (
    "source_id", "requested", "updated", "closed", "status", "service_name", "description", "address", "lat", "long",
    "zipcode", "channel",
)  # fmt: skip
FIRST_ID = 100_001


class DemoCall(NamedTuple):
    """One row of the file as text, and after it what only its maker knows."""

    source_id: str
    requested: str  # city-local "YYYY-MM-DD HH:MM:SS"
    updated: str
    closed: str
    status: str
    service_name: str
    description: str
    address: str
    lat: str
    long: str
    zipcode: str
    channel: str
    family: str
    weight: int
    counts: bool  # neither confidential nor a test
    problem: int  # index into the truth's planted problems; -1: none
    position: tuple[float, float] | None  # latitude, longitude where a perfect gazetteer places it; None: nowhere


def demo_calls(seed: int, until: datetime) -> Iterator[DemoCall]:
    """The calls of the 365 days up to `until` (aware), in order of time; the same arguments give the same calls."""
    drawn, town = draw_calls(seed, until), build_town(seed)
    services, narrator = read_catalog().services, Narrator(read_catalog())
    places = _Places(town)
    times = [_clock_texts(drawn.year, column) for column in (drawn.drafts.at, drawn.updated, drawn.closed)]
    columns = (
        drawn.drafts.service,
        drawn.drafts.spot,
        drawn.drafts.problem,
        drawn.fate,
        drawn.channel,
        drawn.positions,
    )
    rows = zip(*times, *(column.tolist() for column in columns), drawn.dice.tolist(), strict=True)
    for number, (requested, updated, closed, kind, spot, problem, fate, channel, position, dice) in enumerate(rows):
        service = services[kind]
        address, street, zipcode = places.say(spot, fate, dice[-1], dice[-2])
        lat, long = _given_point(fate, position)
        yield DemoCall(
            source_id=f"EF-{FIRST_ID + number}",
            requested=requested,
            updated=updated,
            closed=closed,
            status="Closed" if closed else "Open",
            service_name=service.name,
            description=narrator.tell(service, street, dice),
            address=address,
            lat=lat,
            long=long,
            zipcode=zipcode if fate in (LOCATED, WITHOUT_POINT) else "",
            channel=CHANNELS[channel],
            family=service.family,
            weight=service.weight,
            counts=service.counts,
            problem=problem,
            position=None if fate == NOWHERE else (position[0], position[1]),
        )


def demo_truth(seed: int, until: datetime) -> DemoTruth:
    """What is planted among the calls of `demo_calls` with the same arguments."""
    drawn, services = draw_calls(seed, until), read_catalog().services
    members: list[set[str]] = [set() for _ in drawn.problems]
    hushed = set()
    for number, (problem, kind) in enumerate(
        zip(drawn.drafts.problem.tolist(), drawn.drafts.service.tolist(), strict=True), FIRST_ID
    ):
        if problem != NOT_PLANTED:
            members[problem].add(f"EF-{number}")
        if not services[kind].counts:
            hushed.add(f"EF-{number}")
    planted = zip(drawn.problems, members, strict=True)
    return DemoTruth(tuple(Planted(one.family, frozenset(ids), one.kind) for one, ids in planted), frozenset(hushed))


def write_demo_calls(path: Path, seed: int, until: datetime) -> DemoTruth:
    """Write the calls as a CSV file (UTF-8, `COLUMNS`) and give the truth about them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(call[: len(COLUMNS)] for call in demo_calls(seed, until))
    return demo_truth(seed, until)


def _clock_texts(year: Year, at: Seconds) -> list[str]:
    """Instants of the year as the city's clocks show them; "" for one that has not come."""
    seconds = np.where(np.isinf(at), 0, at).astype(np.int64)
    texts = np.datetime_as_string(np.datetime64(year.start, "s") + seconds.astype("timedelta64[s]"))
    return [
        "" if missing else text.replace("T", " ")
        for text, missing in zip(texts.tolist(), np.isinf(at).tolist(), strict=True)
    ]


def _given_point(fate: int, position: list[float]) -> tuple[str, str]:
    """Latitude and longitude as the file has them."""
    if fate in (WITHOUT_POINT, NOWHERE):
        return "", ""
    lat, long = {ON_SINK: LISTED_SINK, ON_HIDDEN_SINK: HIDDEN_SINK}.get(fate, (position[0], position[1]))
    return f"{lat:.6f}", f"{long:.6f}"


class _Places:
    """The words for every spot of the town."""

    def __init__(self, town: Town) -> None:
        blocks, houses = town.network.blocks, town.houses
        self._numbers = houses.number.tolist()
        self._streets = [blocks[block].street for block in houses.block.tolist()]
        self._crossings = [crossing.streets for crossing in town.network.crossings]
        points = np.array([(crossing.x, crossing.y) for crossing in town.network.crossings])
        areas = np.concatenate([town.area, neighborhood_of(points)])
        self._zipcodes = [NEIGHBORHOODS[area].zipcode for area in areas.tolist()]

    def say(self, spot: int, fate: int, style: float, chance: float) -> tuple[str, str, str]:
        """Address as said, the street's name for the description, and the postcode."""
        zipcode = self._zipcodes[spot]
        if fate == NOWHERE:
            return say_nothing(chance), "", ""
        if spot >= len(self._numbers):
            streets = self._crossings[spot - len(self._numbers)]
            return say_crossing(streets, style, chance), streets[0], zipcode
        street = self._streets[spot]
        return say_house(self._numbers[spot], street, zipcode, style, chance), street, zipcode
