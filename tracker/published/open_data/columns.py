"""The one table of the files' columns: the writers write by it, and the data dictionary is it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from ..words import PHASES, band_of, say_band
from .rows import CallRow, CaseRow

Row = TypeVar("Row")
Cell = str | float | None

_DECIMALS = 6
"""Of degrees: a tenth of a meter, finer than any public point means."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column. `kind` is text, date, date-time or number; `values` are all that can stand in it, if they are few."""

    name: str
    kind: str
    words: object
    read: Callable[[Row], Cell]
    values: tuple[str, ...] = ()
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """One file: its name without ending, and its columns in order."""

    name: str
    columns: tuple[Column[Row], ...]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _degrees(degrees: float) -> float:
    return round(degrees, _DECIMALS)


@cache
def _band(band: int) -> str:
    """A file is the same in every language."""
    with force_locale("en"):
        return say_band(band)


CASES: Table[CaseRow] = Table("cases", (
    Column("case_id", "text", _l("Number of the case; its page is /cases/ and this number."), lambda row: row.number),
    Column("status", "text",
           _l("open: being worked on. quiet: open, without new calls of late. watched: closed, and the place is being "
              "watched. solved: closed, and the problem did not come back. closed: closed for another reason."),
           lambda row: row.status, ("open", "quiet", "watched", "solved", "closed")),
    Column("phase", "text", _l("How far the work is: taking a first look, finding the cause, fixing it, checking."),
           lambda row: row.phase, tuple(phase.value for phase in PHASES)),
    Column("family_code", "text", _l("Code of the kind of problem."), lambda row: row.family_code),
    Column("family", "text", _l("Name of the kind of problem."), lambda row: row.family),
    Column("opened_date", "date", _l("Day since which it is a case."), lambda row: _day(row.opened_on)),
    Column("closed_date", "date", _l("Day on which it was closed; empty while it is open."),
           lambda row: _day(row.closed_on), may_be_empty=True),
    Column("calls", "text", _l("How many calls belong to it, as a range."), lambda row: _band(band_of(row.calls))),
    Column("address", "text", _l("The block, crossing or neighborhood; never a house."), lambda row: row.label),
    Column("lat", "number", _l("Latitude of the fixed point that stands for this place (WGS 84)."),
           lambda row: _degrees(row.lat)),
    Column("long", "number", _l("Longitude of the fixed point that stands for this place (WGS 84)."),
           lambda row: _degrees(row.long)),
    Column("center", "text", _l("Service center in whose area the fixed point lies; empty where there is none."),
           lambda row: row.center, may_be_empty=True),
))  # fmt: skip

CALLS: Table[CallRow] = Table("calls", (
    Column("service_request_id", "text", _l("Number of the report; it means nothing and follows no order of time."),
           lambda row: row.number),
    Column("status", "text", _l("open or closed."), lambda row: "closed" if row.is_closed else "open",
           ("open", "closed")),
    Column("service_code", "text", _l("Code of the type of report."), lambda row: row.service_code),
    Column("service_name", "text", _l("Name of the type of report."), lambda row: row.service_name),
    Column("service_group", "text", _l("Group of the type of report; may be empty."), lambda row: row.group,
           may_be_empty=True),
    Column("family_code", "text", _l("Code of the kind of problem."), lambda row: row.family_code),
    Column("family", "text", _l("Name of the kind of problem."), lambda row: row.family),
    Column("requested_date", "date", _l("Day on which the city was told."), lambda row: _day(row.requested_on)),
    Column("updated_date", "date", _l("Day of the last change of its status."), lambda row: _day(row.updated_on)),
    Column("closed_date", "date", _l("Day on which it was closed; empty while it is open."),
           lambda row: _day(row.updated_on) if row.is_closed else None, may_be_empty=True),
    Column("address", "text", _l("The block, crossing or neighborhood; never a house."), lambda row: row.label),
    Column("lat", "number", _l("Latitude of the fixed point that stands for this place (WGS 84)."),
           lambda row: _degrees(row.lat)),
    Column("long", "number", _l("Longitude of the fixed point that stands for this place (WGS 84)."),
           lambda row: _degrees(row.long)),
    Column("center", "text", _l("Service center in whose area the fixed point lies; empty where there is none."),
           lambda row: row.center, may_be_empty=True),
))  # fmt: skip

BULK: Table[CallRow] = Table("georeport-bulk", (
    Column("service_request_id", "text", _l("Number of the report; it means nothing and follows no order of time."),
           lambda row: row.number),
    Column("requested_datetime", "date-time", _l("Day on which the city was told, at midnight; the hour is not told."),
           lambda row: row.requested_midnight),
    Column("updated_datetime", "date-time", _l("Day of the last change of its status, at midnight."),
           lambda row: row.updated_midnight),
    Column("closed_date", "date-time", _l("Day on which it was closed, at midnight; empty while it is open."),
           lambda row: row.updated_midnight if row.is_closed else None, may_be_empty=True),
    Column("status_description", "text", _l("Open or Closed."), lambda row: "Closed" if row.is_closed else "Open",
           ("Open", "Closed")),
    Column("status_notes", "text", _l("Always empty: what people wrote is not published."), lambda row: None,
           may_be_empty=True),
    Column("source", "text", _l("Always empty: how somebody reached the city is not published."), lambda row: None,
           may_be_empty=True),
    Column("service_name", "text", _l("Name of the type of report."), lambda row: row.service_name),
    Column("service_subtype", "text", _l("Group of the type of report; may be empty."), lambda row: row.group,
           may_be_empty=True),
    Column("description", "text", _l("Always empty: what people wrote is not published."), lambda row: None,
           may_be_empty=True),
    Column("agency_responsible", "text",
           _l("Service center in whose area the fixed point lies; empty where there is none."),
           lambda row: row.center, may_be_empty=True),
    Column("address", "text", _l("The block, crossing or neighborhood; never a house."), lambda row: row.label),
    Column("lat", "number", _l("Latitude of the fixed point that stands for this place (WGS 84)."),
           lambda row: _degrees(row.lat)),
    Column("long", "number", _l("Longitude of the fixed point that stands for this place (WGS 84)."),
           lambda row: _degrees(row.long)),
))  # fmt: skip

TABLES: tuple[Table[Any], ...] = (CASES, CALLS, BULK)
"""Every file that there is."""
