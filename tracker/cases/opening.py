"""The rows of cases that a rule opens: anchor, address, district, masked place."""

from collections import Counter
from typing import Any

import numpy as np
from sqlalchemy import insert

from ..clock import from_microseconds
from ..extensions import db
from ..identifiers import new_identifier
from ..places.addresses import NormalizedAddress, normalize_address
from ..places.areas import AreaIndex
from ..places.city import city_projection, the_city
from ..places.models import AreaKind, City
from ..places.privacy import PlaceToMask, mask_places
from ..places.projection import cell_of
from .grouping import Grouping
from .ledger import CallRow, Delivery
from .models import CaseStatus, OwnerQueue, ProblemCase, SaraPhase
from .rules import RuleInForce


def open_cases(family_id: int, rule: RuleInForce, delivery: Delivery, grouping: Grouping) -> list[int]:
    """Insert every case that the kernel opened, in opening order; returns their ids in that order."""
    if not len(grouping.opened_by):
        return []
    city = the_city()
    discs = discs_of(grouping, len(delivery.cases))
    rows = []
    for number, (opener, anchor) in enumerate(zip(grouping.opened_by.tolist(), grouping.anchor.tolist(), strict=True)):
        at_anchor = calls_at(delivery, discs[number], anchor)
        text = name_of_place([delivery.rows[index] for index in at_anchor])
        rows.append(
            {
                "family_id": family_id,
                "rule_id": rule.id,
                "opened_at": from_microseconds(int(delivery.arrays.at_us[opener])),
                **anchor_columns(city, delivery.rows[anchor].x_dm, delivery.rows[anchor].y_dm, text),
            }
        )
    add_places(city, rows)
    returning = insert(ProblemCase).returning(ProblemCase.id, sort_by_parameter_order=True)
    return list(db.session.scalars(returning, rows))


def discs_of(grouping: Grouping, starting_cases: int) -> list[list[int]]:
    """Per opened case the calls linked as part of its disc, in order key."""
    discs: list[list[int]] = [[] for _ in grouping.opened_by]
    founding = np.flatnonzero((grouping.case_of >= starting_cases) & ~grouping.joined)
    for index in founding.tolist():
        discs[int(grouping.case_of[index]) - starting_cases].append(index)
    return discs


def calls_at(delivery: Delivery, disc: list[int], anchor: int) -> list[int]:
    """The disc's calls at the anchor's own site."""
    x, y = delivery.rows[anchor].x_dm, delivery.rows[anchor].y_dm
    return [index for index in disc if delivery.rows[index].x_dm == x and delivery.rows[index].y_dm == y]


def name_of_place(calls: list[CallRow]) -> str:
    """The address that most of the calls name (tie: the latest), spelled as the latest of them spells it."""
    named = [call for call in calls if call.address_key]
    if not named:
        return next((call.address for call in reversed(calls) if call.address), "")
    counts = Counter(call.address_key for call in named)
    most = max(counts.values())
    return next(call.address for call in reversed(named) if counts[call.address_key] == most)


def anchor_columns(city: City, x_dm: int, y_dm: int, text: str) -> dict[str, Any]:
    """A new case's columns that its anchor decides. `text` is the address as callers said it; it is shown tidied up."""
    lat, long = city_projection(city).to_degrees(x_dm, y_dm)
    normalized = normalize_address(text, localities=frozenset(city.localities))
    return {
        "public_id": new_identifier(),
        "anchor_x_dm": x_dm,
        "anchor_y_dm": y_dm,
        "anchor_cell": cell_of(x_dm, y_dm),
        "anchor_lat": lat,
        "anchor_long": long,
        "address": (normalized.display if normalized.key else text) or "Unnamed place",
        "normalized": normalized,
        "status": CaseStatus.OPEN,
        "phase": SaraPhase.SCANNING,
        "queue": OwnerQueue.CITY,
    }


def add_places(city: City, rows: list[dict[str, Any]]) -> None:
    """Complete new cases' rows with their district, neighborhood and masked place, all rows at once."""
    lat = np.array([row["anchor_lat"] for row in rows])
    long = np.array([row["anchor_long"] for row in rows])
    for column, kind in (("center_id", AreaKind.SERVICE_CENTER), ("neighborhood_id", AreaKind.NEIGHBORHOOD)):
        for row, area in zip(rows, AreaIndex.load(kind).locate(lat, long).tolist(), strict=True):
            row[column] = area or None
    masks = mask_places([_place(row, row.pop("normalized")) for row in rows])
    for row, mask in zip(rows, masks, strict=True):
        row |= {"public_label": mask.label, "public_lat": mask.lat, "public_long": mask.long}


def _place(row: dict[str, Any], normalized: NormalizedAddress) -> PlaceToMask:
    return PlaceToMask(
        address_key=normalized.key, normalized=normalized, lat=row["anchor_lat"], long=row["anchor_long"]
    )
