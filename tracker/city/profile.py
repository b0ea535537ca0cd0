"""`read_profile`: a folder becomes a `CityProfile`, every file checked by itself and against the others. Pure."""

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ..errors import ProfileError
from ..places.models import AreaKind
from . import keys
from .address_rows import check_addresses
from .answers import read_answers
from .checks import check_city, check_inside, check_same_city
from .contents import NOTHING_KNOWN, Bounds, CityFacts, CityProfile, Known, RuleBook, SinkFacts
from .entries import read_entry
from .lines import read_streets
from .people import read_resources, read_staff
from .polygons import read_areas
from .reading import read_toml
from .responses import read_playbooks
from .services import read_rules, read_service_types
from .working_time import read_deadlines

T = TypeVar("T")

REQUIRED_ONCE = ("service_types.toml", "rules.toml")
"""What a city needs before it can be loaded; later folders may leave it out."""


def read_profile(folder: Path, known: Known = NOTHING_KNOWN) -> CityProfile:
    """Read and check the profile in `folder`; `known` is what the database already holds of this city.

    Raises `ProfileError` with one line that names file and line, key or feature, and `Conflict` for another city.
    """
    if not folder.is_dir():
        raise ProfileError(f"{folder}: there is no such folder. new-city FOLDER writes one to start from")
    city, sinks = read_city(folder / "city.toml")
    check_same_city(known.slug, city.slug)
    _check_names(folder, known)
    return _read_files(folder, city, sinks, known)


def _read_files(folder: Path, city: CityFacts, sinks: tuple[SinkFacts, ...], known: Known) -> CityProfile:
    """The other files, in the order in which they refer to each other."""

    def optional(name: str, read: Callable[..., T], *context: Any) -> T | None:
        return read(folder / name, *context) if _has(folder, name) else None

    areas = optional("areas.geojson", read_areas, city.bounds)
    families, types = optional("service_types.toml", read_service_types) or (None, None)
    family_codes = known.families | {family.code for family in families or ()}
    centers = known.centers | {area.code for area in areas or () if area.kind is AreaKind.SERVICE_CENTER}
    rules = optional("rules.toml", read_rules, family_codes)
    _check_new_families(family_codes - known.families, rules)
    responses = optional("playbooks.toml", read_playbooks, family_codes, known.partners)
    partners, playbooks = responses or (None, None)
    resources = optional("resources.toml", read_resources, centers, city.bounds)
    resource_codes = known.resources | {resource.code for resource in resources or ()}
    return CityProfile(
        city=city,
        sinks=sinks,
        areas=areas,
        families=families,
        service_types=types,
        answers=optional("answers.toml", read_answers),
        rules=rules,
        deadlines=optional("deadlines.toml", read_deadlines, family_codes),
        partners=partners,
        playbooks=playbooks,
        staff=optional("staff.toml", read_staff, centers, family_codes, resource_codes),
        resources=resources,
        streets=optional("streets.geojson", read_streets, city.bounds),
        addresses=optional("addresses.csv", check_addresses, city.bounds),
    )


def read_city(path: Path) -> tuple[CityFacts, tuple[SinkFacts, ...]]:
    """`city.toml`: the city and its sinks."""
    name = path.name
    values = read_entry(read_toml(path), keys.CITY, name)
    origin = read_entry(values["origin"], keys.ORIGIN, f"{name}: origin")
    bounds = Bounds(**read_entry(values["bounds"], keys.BOUNDS, f"{name}: bounds"))
    localities = tuple(" ".join(locality.upper().split()) for locality in values["localities"])
    city = CityFacts(
        name=values["name"], slug=values["slug"], time_zone=values["time_zone"], localities=localities,
        origin_lat=origin["lat"], origin_long=origin["long"], bounds=bounds, phone_prefix=values["phone_prefix"],
        jurisdiction_id=values["jurisdiction_id"], contact=values["contact"], data_license=values["data_license"],
    )  # fmt: skip
    check_city(city, name)
    return city, tuple(_read_sink(entry, f"{name}: sink {n}", bounds) for n, entry in enumerate(values["sinks"], 1))


def _read_sink(entry: Any, where: str, bounds: Bounds) -> SinkFacts:
    sink = SinkFacts(**read_entry(entry, keys.SINK, where))
    check_inside(sink.lat, sink.long, bounds, where)
    return sink


def _has(folder: Path, name: str) -> bool:
    return (folder / name).exists()


def _check_names(folder: Path, known: Known) -> None:
    """Refuse a missing file that a first load needs, and a file whose name nearly is one of ours."""
    for name in REQUIRED_ONCE:
        if known.slug is None and not _has(folder, name):
            raise ProfileError(f"{name}: is missing in {folder}; a city that is not loaded yet needs it")
    missing = [name for name in keys.FILES if not _has(folder, name)]
    for path in sorted(folder.iterdir()):
        near = difflib.get_close_matches(path.name.lower(), missing, n=1, cutoff=0.9)
        if near and path.name not in keys.FILES:
            raise ProfileError(f"{path.name}: is no file of a profile; did you mean {near[0]}?")


def _check_new_families(new: frozenset[str], rules: RuleBook | None) -> None:
    if new and rules is None:
        raise ProfileError(
            f"rules.toml: is missing, and {min(new)} in service_types.toml is a new family; add the file"
        )
