"""What other systems may ask of requests, read from the arguments of an address. Every wrong value is refused. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ..errors import Invalid
from ..published.call_search import Box, CallSearch, Circle
from .w3c_time import read_day, read_first_day

SPAN = timedelta(days=90)
"""What one question may span, and what it spans when it names no dates: both by the specification."""
MOST = 1_000
PAGE_SIZE = 100
RADIUS_M = 500.0
_FARTHEST_M = 50_000.0
_LONGEST_WORDS, _MOST_WORDS = 120, 8
_YES_OR_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_STATUSES = {"open": False, "closed": True}
_TOO_LONG = f"Ask for at most {SPAN.days} days at once, or get everything from the bulk download."


@dataclass(frozen=True, slots=True)
class Known:
    """What values are held against: the codes of public services, the centers, the public day and the city's clocks."""

    codes: Sequence[str]
    centers: Sequence[str]
    today: date
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Question:
    """A search, which part of its answer is wanted, and whether the extensions are wanted with it."""

    search: CallSearch
    limit: int = MOST
    offset: int = 0
    is_extended: bool = False


def read_question(given: Mapping[str, str], known: Known) -> Question:
    """The question of a list; raises `Invalid`, saying what to do. A list of numbers overrides everything else."""
    values = _present(given)
    is_extended = _yes_or_no(values, "extensions") or False
    if numbers := _listed(values, "service_request_id"):
        if len(numbers) > MOST:
            raise Invalid(f"service_request_id lists too many. Ask for at most {MOST} at once.")
        return Question(CallSearch(numbers=numbers), is_extended=is_extended)
    limit, offset = _part(values)
    return Question(_search(values, known, is_all=False), limit, offset, is_extended)


def read_whole_search(given: Mapping[str, str], known: Known) -> CallSearch:
    """The same for a download of everything: without dates it spans all the years. Raises `Invalid`."""
    values = _present(given)
    if "agency_responsible" in values:
        raise Invalid("The bulk download cannot be narrowed by agency_responsible. Every line names it.")
    return _search(values, known, is_all=True)


def read_update_question(given: Mapping[str, str], known: Known) -> Question:
    """A window of updates: both of its ends have to be given. Raises `Invalid`."""
    values = _present(given)
    if "start_date" not in values or "end_date" not in values:
        raise Invalid("start_date and end_date are both needed: the window in which the updates were made.")
    # By whole days: who asks for the last two hours must not miss what was told of today.
    first, last = (read_day(name, values[name], known.zone) for name in ("start_date", "end_date"))
    _check_window("start_date", first, "end_date", last)
    limit, offset = _part(values)
    return Question(CallSearch(updated_from=first, updated_to=last, is_told=True, by_update=True), limit, offset)


def _present(given: Mapping[str, str]) -> dict[str, str]:
    """An empty argument is as good as none."""
    return {name: value.strip() for name, value in given.items() if value.strip()}


def _listed(values: Mapping[str, str], name: str, by: str = ",") -> tuple[str, ...]:
    return tuple(part.strip() for part in values.get(name, "").split(by) if part.strip())


def _search(values: Mapping[str, str], known: Known, *, is_all: bool) -> CallSearch:
    by_update = "updated_after" in values or "updated_before" in values
    updated_from, updated_to = _updates(values, known, is_all=is_all) if by_update else (None, None)
    has_dates = "start_date" in values or "end_date" in values
    first, last = (None, None) if (by_update or is_all) and not has_dates else _dates(values, known, is_all=is_all)
    return CallSearch(
        service_codes=_codes(values, known),
        is_closed=_status(values),
        first_day=first,
        last_day=last,
        updated_from=updated_from,
        updated_to=updated_to,
        box=_box(values),
        circle=_circle(values),
        words=_words(values),
        by_update=by_update,
        centers=_centers(values, known),
        has_photo=_yes_or_no(values, "has_photo"),
    )


def _dates(values: Mapping[str, str], known: Known, *, is_all: bool) -> tuple[date | None, date | None]:
    first = read_first_day("start_date", values["start_date"], known.zone) if "start_date" in values else None
    last = read_day("end_date", values["end_date"], known.zone) if "end_date" in values else None
    if is_all:
        return first, last
    if first is None:
        last = last or known.today
        return last - SPAN, last
    last = last or first + SPAN
    _check_window("start_date", first, "end_date", last)
    return first, last


def _updates(values: Mapping[str, str], known: Known, *, is_all: bool) -> tuple[date | None, date | None]:
    after, before = values.get("updated_after"), values.get("updated_before")
    first = read_day("updated_after", after, known.zone) if after else None
    last = read_day("updated_before", before, known.zone) if before else None
    if is_all:
        return first, last
    last = last or (known.today if first is None else max(known.today, first))
    first = first or last - SPAN
    _check_window("updated_after", first, "updated_before", last)
    return first, last


def _check_window(first_name: str, first: date, last_name: str, last: date) -> None:
    if first > last + timedelta(days=1):  # an instant within a day stands for the next one
        raise Invalid(f"{first_name} lies after {last_name}. Put the earlier one first.")
    if last - first > SPAN:
        raise Invalid(f"From {first_name} to {last_name} are more than {SPAN.days} days. {_TOO_LONG}")


def _part(values: Mapping[str, str]) -> tuple[int, int]:
    """Limit and offset: without `page` and `page_size` the newest thousand, or `max_requests` of them."""
    most = _whole(values, "max_requests", MOST)
    if "page" not in values and "page_size" not in values:
        return most or MOST, 0
    size = _whole(values, "page_size", MOST) or PAGE_SIZE
    offset = ((_whole(values, "page", 1_000_000) or 1) - 1) * size
    return (size if most is None else max(0, min(size, most - offset))), offset


def _whole(values: Mapping[str, str], name: str, most: int) -> int | None:
    text = values.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Invalid(f"{name} has to be a whole number from 1 to {most}.")
    return int(text)


def _yes_or_no(values: Mapping[str, str], name: str) -> bool | None:
    if name not in values:
        return None
    if (answer := _YES_OR_NO.get(values[name].lower())) is None:
        raise Invalid(f"{name} has to be true or false.")
    return answer


def _codes(values: Mapping[str, str], known: Known) -> tuple[str, ...]:
    codes = _listed(values, "service_code")
    if unknown := sorted(set(codes) - set(known.codes)):
        raise Invalid(f"There is no service with the code {unknown[0][:60]}. The list of services has those there are.")
    return codes


def _centers(values: Mapping[str, str], known: Known) -> tuple[str, ...]:
    names = _listed(values, "agency_responsible", "|")
    there = {name.casefold() for name in known.centers}
    if unknown := [name for name in names if name.casefold() not in there]:
        listed = ", ".join(known.centers) or "none"
        raise Invalid(f"{unknown[0][:60]} is not responsible for anything here. Those that are: {listed}.")
    return names


def _status(values: Mapping[str, str]) -> bool | None:
    asked = {text.lower() for text in _listed(values, "status")}
    if not asked <= set(_STATUSES):
        raise Invalid("status has to be open, closed, or both with a comma between.")
    return _STATUSES[asked.pop()] if len(asked) == 1 else None


def _words(values: Mapping[str, str]) -> str:
    words = values.get("q", "").split()
    if len(words) > _MOST_WORDS or sum(map(len, words)) > _LONGEST_WORDS:
        raise Invalid(f"q is too long. Search by at most {_MOST_WORDS} words of {_LONGEST_WORDS} letters in all.")
    return " ".join(words)


def read_degrees(name: str, text: str, most: float) -> float:
    """Latitude (`most` 90) or longitude (180) in degrees; raises `Invalid`."""
    number = _number(name, text)
    if abs(number) > most:
        raise Invalid(f"{name} has to lie between -{most:g} and {most:g} degrees.")
    return number


def _number(name: str, text: str) -> float:
    try:
        number = float(text) if text.isascii() and len(text) <= 40 else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Invalid(f"{name} has to be a number, such as 43.155.")
    return number


def read_point(values: Mapping[str, str]) -> tuple[float, float] | None:
    """`lat` and `long`, which only mean something together; None for neither. Raises `Invalid`."""
    values = _present(values)
    if ("lat" in values) != ("long" in values):
        raise Invalid("lat and long belong together: give both of them, or none.")
    if "lat" not in values:
        return None
    return read_degrees("lat", values["lat"], 90), read_degrees("long", values["long"], 180)


def _circle(values: Mapping[str, str]) -> Circle | None:
    point = read_point(values)
    if point is None:
        if "radius" in values:
            raise Invalid("radius needs lat and long: the place around which it is.")
        return None
    radius_m = _number("radius", values["radius"]) if "radius" in values else RADIUS_M
    if not 0 < radius_m <= _FARTHEST_M:
        raise Invalid(f"radius is in meters, and has to be more than 0 and at most {_FARTHEST_M:.0f}.")
    return Circle(*point, radius_m)


def _box(values: Mapping[str, str]) -> Box | None:
    if "bbox" not in values:
        return None
    edges = values["bbox"].split(",")
    if len(edges) != 4:
        raise Invalid("bbox has to be four numbers of degrees: west,south,east,north.")
    west, south, east, north = (
        read_degrees("bbox", edge.strip(), most) for edge, most in zip(edges, (180, 90, 180, 90), strict=True)
    )
    if west > east or south > north:
        raise Invalid("The edges of bbox are in the wrong order. They are west,south,east,north.")
    return Box(south, west, north, east)
