"""The feeds: the same bytes for everybody who asks the same, so that caches may keep them."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from ...config import Settings
from ...errors import Invalid
from ...outreach.subscriptions.wishing import open_ways
from ...places.areas import AreaIndex
from ...places.city import city_zone, the_city
from ...places.models import AreaKind
from ...published.call_search import Circle
from ...published.circles import read_radius
from ...published.event_facts import TITLES, EventSearch, PublicEvent
from ...published.events import find_area, find_events
from ...published.facts import public_day, public_families
from ...published.finding import LONGEST, find_place
from ...published.status import find_public_case
from ...published.words import say_label
from ...scheduling.appointments.contacting import LANGUAGES
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from .atom import AtomEntry, AtomFeed, write_atom

MOST_ENTRIES = 50


@blueprint.get("/feeds")
@requires(Permission.PUBLIC)
def feeds() -> ResponseReturnValue:
    """What feeds there are, for whom who wants to read them; a typed place gives the feed about it."""
    typed, radius = request.args.get("q", "").strip()[:LONGEST], read_radius(request.args.get("radius"))
    near = find_place(typed)
    return render_template(
        "public/feeds.html",
        typed=typed, near=near, radius=radius, families=public_families(), day=public_day(the_city()),
        ways=open_ways(current_app.config["SETTINGS"]),
        neighborhoods=AreaIndex.load(AreaKind.NEIGHBORHOOD).areas,
        centers=AreaIndex.load(AreaKind.SERVICE_CENTER).areas,
        near_url=url_for("public.near_feed", q=near.label, radius=radius) if near else "",
    )  # fmt: skip


@blueprint.get("/feeds/all.atom")
@requires(Permission.PUBLIC)
def all_feed() -> ResponseReturnValue:
    """What happens in the whole city."""
    return _answer(EventSearch(), "feeds/all", lambda: gettext("Neighborhood problems"), "public.map_page")


@blueprint.get("/feeds/cases/<public_id>.atom")
@requires(Permission.PUBLIC)
def case_feed(public_id: str) -> ResponseReturnValue:
    """What happens to one case; an old number leads on to the case that it was merged into."""
    case = find_public_case(public_id)
    key, family, label = f"feeds/cases/{case.public_id}", case.family.name, case.public_label or ""
    page = {"public_id": case.public_id}
    return _answer(
        EventSearch(case_id=case.id), key, lambda: f"{family}, {say_label(label)}", "public.show_case", page, page
    )


@blueprint.get("/feeds/near.atom")
@requires(Permission.PUBLIC)
def near_feed() -> ResponseReturnValue:
    """What happens around a place: the typed one is only used to find its public point, for which the feed stands."""
    near = find_place(request.args.get("q", ""))
    if near is None:
        raise Invalid(str(gettext("No place of this name is known. Type an address, a crossing or a neighborhood.")))
    radius = read_radius(request.args.get("radius"))
    return _answer(
        EventSearch(circle=Circle(near.lat, near.long, radius)),
        f"feeds/near/{near.lat:.6f},{near.long:.6f}/{radius}",
        lambda: gettext("%(meters)s meters around %(place)s", meters=radius, place=say_label(near.label)),
        "public.map_page", {"q": near.label}, {"q": near.label, "radius": radius},
    )  # fmt: skip


@blueprint.get("/feeds/neighborhoods/<code>.atom")
@requires(Permission.PUBLIC)
def neighborhood_feed(code: str) -> ResponseReturnValue:
    """What happens in a neighborhood."""
    return _area_feed(AreaKind.NEIGHBORHOOD, code, "feeds/neighborhoods")


@blueprint.get("/feeds/centers/<code>.atom")
@requires(Permission.PUBLIC)
def center_feed(code: str) -> ResponseReturnValue:
    """What happens in the district of a service center."""
    return _area_feed(AreaKind.SERVICE_CENTER, code, "feeds/centers")


def _area_feed(kind: AreaKind, code: str, key: str) -> ResponseReturnValue:
    area = find_area(kind, code)
    is_center = kind is AreaKind.SERVICE_CENTER
    page = {"center": code} if is_center else {"q": area.name}
    search = EventSearch(area_id=area.id)
    return _answer(search, f"{key}/{code}", lambda: area.name, "public.map_page", page, {"code": code})


def _answer(
    search: EventSearch, key: str, title: Any, page: str, of_page: dict[str, Any] | None = None,
    of_feed: dict[str, Any] | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """The feed in the asked language and of the asked family, or 304 when whoever asks has it already."""
    language = request.args.get("lang", "")
    language = language if language in LANGUAGES else LANGUAGES[0]
    family = request.args.get("family", "") if request.args.get("family", "") in public_families() else ""
    narrowed = {**(of_feed or {}), **({"family": family} if family else {}), "lang": language}
    city, settings = the_city(), current_app.config["SETTINGS"]
    with force_locale(language):
        events = find_events(EventSearch(search.case_id, search.circle, search.area_id, family), limit=MOST_ENTRIES)
        feed = AtomFeed(
            f"{key}{'/' + family if family else ''}", f"{city.name}: {title()}", city.name,
            _absolute(url_for(page, **(of_page or {})), settings),
            _absolute(url_for(request.endpoint or "", **narrowed), settings), language, public_day(city),
        )  # fmt: skip
        body = write_atom(feed, _entries(events, settings), _host(settings), city_zone(city))
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(sha256(body).hexdigest()[:32])
    return response.make_conditional(request)


def _entries(events: Sequence[PublicEvent], settings: Settings) -> list[AtomEntry]:
    return [
        AtomEntry(
            event.key, f"{TITLES[event.kind]}: {event.family_name}, {say_label(event.label)}", event.text,
            _absolute(url_for("public.show_case", public_id=event.case_number), settings), event.day, event.family_code,
        )
        for event in events
    ]  # fmt: skip


def _absolute(path: str, settings: Settings) -> str:
    return f"{settings.address or request.url_root.rstrip('/')}{path}"


def _host(settings: Settings) -> str:
    """In whose name ids are given: the city's, whichever address the feed is read under."""
    return the_city().jurisdiction_id or urlsplit(settings.address).hostname or ""
