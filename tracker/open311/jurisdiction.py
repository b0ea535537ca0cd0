"""The city as other systems name it: one installation serves one, so the argument may be left out."""

from collections.abc import Mapping

from ..errors import NotFound
from ..places.city import the_city


def check_jurisdiction(values: Mapping[str, str]) -> None:
    """Raise `NotFound` for another city's `jurisdiction_id`. A city that names none of its own takes any."""
    given, own = _bare(values.get("jurisdiction_id", "")), _bare(the_city().jurisdiction_id)
    if given and own and given != own:
        raise NotFound(f"jurisdiction_id is not known here. This server answers for {own}; it may be left out.")


def _bare(name: str) -> str:
    return name.strip().casefold().removeprefix("www.")
