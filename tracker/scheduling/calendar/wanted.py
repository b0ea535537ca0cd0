"""Which days and which resources a page of the calendar is asked for: everything stands in its address."""

from datetime import date, timedelta

from flask import request
from sqlalchemy import Select

from ...identifiers import read_number
from ...places.city import city_today
from ..queries import find_resources
from ..resources.models import CityResource

A_LIFETIME = timedelta(days=36_525)
FILTERS = ("center", "resource", "skill", "kind")


def wanted_day(name: str) -> date:
    """The date of `?name=`, or today where there is none, it cannot be read, or it is a lifetime away.

    A month («2026-06») stands for its first day.
    """
    text, now = request.args.get(name, ""), city_today()
    try:
        wanted = date.fromisoformat(f"{text}-01" if len(text) == len("2026-06") else text)
    except ValueError:
        return now
    return wanted if abs(wanted - now) < A_LIFETIME else now


def wanted_resources() -> Select[CityResource]:
    """The query for the resources that the filters in the address keep."""
    args = request.args
    return find_resources(
        kind=args.get("kind", ""),
        skill=args.get("skill", ""),
        center_id=args.get("center", type=read_number),
        resource_id=args.get("resource", type=read_number),
    )


def kept_filters() -> dict[str, str]:
    """The filters as they stand in the address, for links to other pages of the calendar."""
    return {name: value for name in FILTERS if (value := request.args.get(name, ""))}
