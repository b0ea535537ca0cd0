"""What the page of the map tells, wherever it is shown: on the city's own site or within another one."""

from typing import Any
from urllib.parse import urljoin

from flask import current_app, request, url_for
from flask_babel import format_decimal, get_locale

from ..config import Settings
from ..places.city import the_city
from ..places.models import City
from ..published.filters import AGES, EVERY, STATUSES, Filters, read_filters
from ..published.finding import LONGEST, Found, find_place
from ..published.keeping import current_basemap, current_snapshot
from ..published.snapshot import PublicCases, Snapshot
from .listing import page_of
from .map_data import bounds_of
from .neighborhoods import neighborhood_lines
from .time_line import months_of, say_chosen

_MOST_PAGES = 1_000_000
ASKED = frozenset(("q", "page", "heat", "lang", *Filters.__dataclass_fields__))
"""All that an address may ask of the map."""


def tell_map() -> dict[str, Any]:
    """All that the template of a map page needs, for the filters in the address of this request."""
    city, snapshot, filters = the_city(), current_snapshot(), read_filters(request.args)
    typed = request.args.get("q", "").strip()[:LONGEST]
    near = find_place(typed)
    cases = snapshot.about(filters)
    page = max(1, min(request.args.get("page", 1, type=int), _MOST_PAGES))
    with_heat = request.args.get("heat") == "1"
    return {
        "city": city, "snapshot": snapshot, "day": snapshot.day, "filters": filters, "typed": typed, "near": near,
        "statuses": STATUSES, "ages": AGES, "chosen": _in_words(cases, filters), "with_heat": with_heat,
        "months": months_of(cases, filters), "neighborhoods": neighborhood_lines(snapshot),
        "cases": page_of(cases, cases.select(filters), near, page),
        "basemap_url": url_for("public.basemap", digest=current_basemap().digest),
        "cases_url": _data_url("public.cases_json", filters), "around_url": _data_url("public.around_json", filters),
        "share": _share(filters, typed, page, with_heat=with_heat),
        "grouped": [format_decimal(number) for number in (1234, 12345)],  # how the language writes them, for scripts
        "bounds": _bounds(city, snapshot, filters), "point": _point(near),
    }  # fmt: skip


def page_language() -> str:
    """The language of this answer."""
    locale = get_locale()
    return locale.language if locale else "en"


def _data_url(endpoint: str, filters: Filters) -> str:
    query: dict[str, Any] = {"lang": page_language(), **filters.as_query()}
    return url_for(endpoint, **query)


def _share(filters: Filters, typed: str, page: int, *, with_heat: bool) -> str:
    """The whole address of exactly this view, on the city's own site; each reader sees it in her language."""
    settings: Settings = current_app.config["SETTINGS"]
    query: dict[str, Any] = {**filters.as_query(), "q": typed or None, "heat": 1 if with_heat else None}
    path = url_for("public.map_page", **query, page=page if page > 1 else None)
    return urljoin(settings.address or request.host_url, path)


def _in_words(cases: PublicCases, filters: Filters) -> list[str]:
    """The filters as a reader of the page, or of its paper, is told of them."""
    named = [
        next((one.name for one in known if one.code == code), "")
        for code, known in (
            (filters.family, cases.families),
            (filters.center, cases.centers),
            (filters.neighborhood, cases.neighborhoods),
        )
    ]
    age = str(AGES[filters.opened][2]) if filters.opened else ""
    return [word for word in (str(STATUSES[filters.status]), *named, age, say_chosen(filters)) if word]


def _bounds(city: City, snapshot: Snapshot, filters: Filters) -> str:
    """What the map shows first: where the cases are that pass, else where any are, else the whole city."""
    whole = (city.south, city.west, city.north, city.east)
    found = bounds_of(snapshot.about(filters), filters) or bounds_of(snapshot, Filters(status=EVERY)) or whole
    return ",".join(f"{edge:.5f}" for edge in found)


def _point(near: Found | None) -> str:
    return f"{near.lat:.5f},{near.long:.5f}" if near else ""
