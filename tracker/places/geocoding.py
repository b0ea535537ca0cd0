"""Ask outside geocoders, in the order the city configured: cached, paced, kept to the city. Off by default."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock

from flask import current_app
from geopy.exc import GeopyError
from geopy.geocoders import ArcGIS, Nominatim, Photon
from geopy.location import Location
from sqlalchemy import select

from ..batches import insert_missing
from ..clock import utc_now
from ..config import Settings
from ..errors import Invalid
from ..extensions import db
from .city import city_projection, is_in_bounds, the_city
from .gazetteer import Match
from .models import City, GeocodeAnswer

SCORE = 75.0
"""What an outside geocoder's word is worth: the services' own scores cannot be compared with ours."""
PACE = timedelta(seconds=1)
"""Nominatim's usage policy allows one request a second; the others get no more."""
_TIMEOUT_S = 5
_LONGEST = 400

Box = tuple[tuple[float, float], tuple[float, float]]
"""((south, west), (north, east)) in degrees."""
Asker = Callable[[str, Box], Location | None]


def _wait(seconds: float) -> None:
    Event().wait(seconds)


@dataclass(slots=True)
class Pace:
    """Lets one request through per `interval` in this process; `clock` and `wait` are exchanged by tests."""

    interval: timedelta = PACE
    clock: Callable[[], datetime] = utc_now
    wait: Callable[[float], None] = _wait
    _next: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def keep(self) -> None:
        """Return when the next request may go out."""
        with self._lock:
            now = self.clock()
            pause = min(self._next - now, self.interval) if self._next else timedelta(0)
            if pause > timedelta(0):
                self.wait(pause.total_seconds())
            self._next = max(now, now + pause) + self.interval


_paces: dict[str, Pace] = {}
"""One pace per provider, for as long as the process lives."""


def _ask_nominatim(settings: Settings) -> Asker:
    scheme, domain = _own_service(settings, "nominatim.openstreetmap.org")
    geocoder = Nominatim(domain=domain, scheme=scheme, user_agent=settings.geocoder_contact, timeout=_TIMEOUT_S)
    return lambda text, box: geocoder.geocode(text, viewbox=box, bounded=True)


def _ask_photon(settings: Settings) -> Asker:
    scheme, domain = _own_service(settings, "photon.komoot.io")
    geocoder = Photon(domain=domain, scheme=scheme, user_agent=settings.geocoder_contact, timeout=_TIMEOUT_S)
    return lambda text, box: geocoder.geocode(text, bbox=box)


def _ask_arcgis(settings: Settings) -> Asker:
    geocoder = ArcGIS(user_agent=settings.geocoder_contact, timeout=_TIMEOUT_S)
    return lambda text, box: geocoder.geocode(text)


def _own_service(settings: Settings, public: str) -> tuple[str, str]:
    """Scheme and host of the city's own service, else of the public one; https unless the setting says http://."""
    scheme, _, domain = (settings.geocoder_url or public).rpartition("://")
    return scheme or "https", domain.rstrip("/")


_PROVIDERS: dict[str, Callable[[Settings], Asker]] = {
    "nominatim": _ask_nominatim,
    "photon": _ask_photon,
    "arcgis": _ask_arcgis,
}


def geocode(text: str, *, paces: dict[str, Pace] | None = None) -> Match | None:
    """Where the first configured geocoder that knows `text` puts it within the city, or None.

    Every answer is kept, also that there is none, and never asked for again; a provider that fails or is silent for
    5 s is passed over and asked again next time. It waits for the network, so call it where no other writer waits for
    this transaction, one text per transaction. Raises `NotFound` when no city is loaded, `Invalid` for a provider
    that the settings misspell.
    """
    settings: Settings = current_app.config["SETTINGS"]
    query = " ".join(text.split())[:_LONGEST]
    if not query or not settings.geocoders:
        return None
    city = the_city()
    for provider in settings.geocoders:
        answer = _recall(provider, query) or _ask(settings, city, provider, query, _paces if paces is None else paces)
        if answer is not None and answer.lat is not None and answer.long is not None:
            x, y = city_projection(city).to_decimetres(answer.lat, answer.long)
            return Match(None, answer.lat, answer.long, x, y, SCORE, f"{provider}: {answer.label}")
    return None


def _recall(provider: str, query: str) -> GeocodeAnswer | None:
    kept = select(GeocodeAnswer).where(GeocodeAnswer.provider == provider, GeocodeAnswer.query == query)
    return db.session.scalars(kept).one_or_none()


def _ask(settings: Settings, city: City, provider: str, query: str, paces: dict[str, Pace]) -> GeocodeAnswer | None:
    """Ask one provider and keep what it says; None when it failed."""
    if provider not in _PROVIDERS:
        raise Invalid(f"TRACKER_GEOCODERS: there is no {provider!r}; choose from {', '.join(_PROVIDERS)}.")
    ask = _PROVIDERS[provider](settings)
    paces.setdefault(provider, Pace()).keep()
    box = ((city.south, city.west), (city.north, city.east))
    try:
        found = ask(_name_city(query, city), box)
    except (GeopyError, OSError, ValueError, KeyError, TypeError):  # an odd answer is no better than none
        return None
    _keep(city, provider, query, found)
    return _recall(provider, query)


def _name_city(query: str, city: City) -> str:
    return query if city.name.casefold() in query.casefold() else f"{query}, {city.name}"


def _keep(city: City, provider: str, query: str, found: Location | None) -> None:
    """Keep an answer; one outside the city's bounds counts as none."""
    row = {"provider": provider, "query": query, "lat": None, "long": None, "label": ""}
    if found is not None and is_in_bounds(city, found.latitude, found.longitude):
        row |= {"lat": found.latitude, "long": found.longitude, "label": str(found.address)[:_LONGEST]}
    insert_missing(GeocodeAnswer.metadata.tables[GeocodeAnswer.__tablename__], ["provider", "query"], [row])
