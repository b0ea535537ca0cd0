"""Write a checked profile into the database: whole or not at all, and again in place.

Nothing is deleted: what a later profile leaves out stays, for calls, cases and accounts may refer to it. Only the
streets, to which nothing refers, are replaced as a whole. Everything flushes; the command commits once.
"""

from collections.abc import Callable

from ...extensions import db
from ...places.city import city_projection
from ...places.privacy import build_public_points
from ..contents import CityProfile
from .addresses import load_addresses
from .answers import load_answers
from .crossings import load_crossings
from .known import find_known
from .people import load_crews, load_resources, load_staff
from .places import load_areas, load_city, load_sinks, load_streets
from .questions import load_questions
from .responses import load_responses
from .retyping import retake_calls
from .services import load_families, load_rules, load_service_types
from .working_time import load_deadlines

__all__ = ["find_known", "load_profile"]


def load_profile(profile: CityProfile, on_row: Callable[[int], None] = lambda rows: None) -> dict[str, int]:
    """Insert or update the profile's city and everything in it; returns how many of each the profile brought.

    `on_row` is told now and then how many rows of `addresses.csv` are done.

    Raises `Conflict` when the database holds another city, or when calls stand on facts that the profile would change.
    """
    city = load_city(profile.city)
    areas, families = load_areas(profile.areas or ()), load_families(profile.families or ())
    retypings = load_service_types(profile.service_types or ())
    counts = {
        "areas": areas,
        "families": families,
        "service_types": len(profile.service_types or ()),
        "questions": load_questions(profile.service_types or ()),
        "answers": load_answers(profile.answers or ()),
        "rules": load_rules(profile.rules),
        "deadlines": load_deadlines(profile.deadlines),
        **load_responses(profile.partners or (), profile.playbooks or ()),
        "staff": load_staff(profile.staff or ()),
        "resources": load_resources(profile.resources or ()),
        "streets": load_streets(profile.streets),
        "addresses": 0,
        "sinks": load_sinks(profile.sinks, city_projection(city)),
    }
    load_crews(profile.staff or ())
    db.session.flush()
    if profile.addresses is not None:
        counts["addresses"] += load_addresses(profile.addresses, profile.city, on_row)
    if profile.streets is not None:
        counts["addresses"] += load_crossings(profile.streets, profile.city)
    if profile.areas or profile.addresses or profile.streets:
        build_public_points()
    retake_calls(retypings)
    return counts
