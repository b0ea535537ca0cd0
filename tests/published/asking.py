"""Every question that a stranger can ask with GET, made of the URL map and of the tables below.

A public page without a line in `ASKED` fails the test: whoever adds it says which parameters it reads.
"""

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from flask import Flask

from tests.factories import ORIGIN
from tracker.staff.permissions import Permission, declared_permission

_AROUND = [
    f"{ORIGIN[1] - size:.5f},{ORIGIN[0] - size:.5f},{ORIGIN[1] + size:.5f},{ORIGIN[0] + size:.5f}"
    for size in (0.05, 0.01, 0.006, 0.003, 0.0015)
]
VALUES: Mapping[str, Sequence[str]] = {
    "lang": ["en", "es"],
    "family": ["lights", "water", "trash", "care", "no-such"],
    "type": ["lights-1", "water-2", "secret-kind"],
    "year": ["2026", "2025", "1999"],
    "status": ["open", "solved", "every", "closed", "open,closed"],
    "center": ["north", "south"],
    "neighborhood": ["elm-hill"],
    "opened": ["week", "month", "quarter", "older", "year"],
    "month": ["2026-06", "2026-05"],
    "heat": ["1"],
    "q": [
        "137 Elm St",
        "100 block of Oak St",
        "Elm St",
        "Secret kind",
        "barks",
        "Roe",
        "5550137",
        "lamp",
        "North Center",
    ],
    "page": ["1", "2", "999"],
    "page_size": ["1", "5", "1000"],
    "bbox": _AROUND,
    "zoom": ["2", "11", "14", "16", "19"],
    "square": [f"{math.floor(ORIGIN[0] * 50)},{math.floor(ORIGIN[1] * 50)}"],
    "lat": [f"{ORIGIN[0]:.4f}", f"{ORIGIN[0] + 0.002:.4f}"],
    "long": [f"{ORIGIN[1]:.4f}", f"{ORIGIN[1] + 0.002:.4f}"],
    "radius": ["50", "250", "5000"],
    "start_date": ["2026-05-01T00:00:00Z", "2026-06-14T17:00:00-04:00"],
    "end_date": ["2026-06-15T23:59:59Z", "2026-06-14T17:20:00-04:00"],
    "updated_after": ["2026-06-14T17:00:00-04:00"],
    "updated_before": ["2026-06-15T12:00:00-04:00"],
    "service_code": ["lights-1", "lights-1,water-2", "secret-kind"],
    "max_requests": ["3", "1000"],
    "has_photo": ["true", "false"],
    "agency_responsible": ["North Center", "South Center"],
    "extensions": ["true", "false"],
    "jurisdiction_id": ["testville.example"],
    "number": [],
    "case": [],
    "call": [],
    "width": ["480"],
    "v": ["0"],
}
"""What is tried for each parameter of a query; the world adds its own numbers (`more`)."""
_FILTERS = "lang family status center neighborhood opened month"
_OF_REQUESTS = (
    "service_request_id service_code status start_date end_date updated_after updated_before lat long radius bbox q "
    "page page_size max_requests has_photo agency_responsible extensions jurisdiction_id"
)  # fmt: skip
ASKED: Mapping[str, tuple[str, int]] = {
    "/": (f"{_FILTERS} heat q page", 560),
    "/embed": (f"{_FILTERS} heat q page", 20),
    "/map/basemap-{digest}.js": ("", 2),
    "/map/cases.json": (f"bbox! zoom! {_FILTERS}", 350),
    "/map/around.json": (f"square! {_FILTERS}", 20),
    "/map/solved.json": ("lang", 2),
    "/cases/{public_id}": ("lang", 12),
    "/photos/{photo_id}.jpg": ("width v", 12),
    "/privacy": ("lang", 2),
    "/accessibility": ("lang", 2),
    "/data": ("year family type lang", 160),
    "/data/cases.csv": ("year family", 20),
    "/data/cases.geojson": ("year family", 20),
    "/data/calls.csv": ("year family type", 60),
    "/data/calls.geojson": ("year family type", 60),
    "/data/georeport-bulk.csv": ("year family type", 60),
    "/data/dictionary.csv": ("", 1),
    "/developers": ("lang", 2),
    "/openapi.json": ("", 1),
    "/track": ("number lang", 60),
    "/report": ("q lang", 4),
    "/subscribe": ("case call q neighborhood center family radius lang", 30),
    "/feeds": ("q radius lang", 12),
    "/feeds/all.atom": ("family lang", 8),
    "/feeds/near.atom": ("q! radius family lang", 30),
    "/feeds/cases/{public_id}.atom": ("lang", 40),
    "/feeds/neighborhoods/{code}.atom": ("family lang", 12),
    "/feeds/centers/{code}.atom": ("family lang", 12),
    "/open311": ("lang", 2),
    "/open311/v2/discovery.{suffix}": ("", 2),
    "/open311/v2/bulk/requests.{kind}": (_OF_REQUESTS, 60),
    "/open311/v2/services.{suffix}": ("lat long jurisdiction_id", 12),
    "/open311/v2/services/{service_code}.{suffix}": ("jurisdiction_id", 40),
    "/open311/v2/requests.{suffix}": (_OF_REQUESTS, 400),
    "/open311/v2/requests/{number}.{suffix}": ("extensions", 200),
    "/open311/v2/requests.rss": (_OF_REQUESTS, 30),
    "/open311/v2/requests.atom": (_OF_REQUESTS, 30),
    "/open311/v2/tokens/{token}.{suffix}": ("jurisdiction_id", 4),
    "/open311/v2/servicerequestupdates.{suffix}": ("start_date! end_date! page page_size jurisdiction_id", 30),
    "/staff/sign-in": ("lang", 2),
}
"""The query parameters of each public path («!»: always sent), and how many questions are asked of it at most."""
OWN = {
    "/appointments/{secret}", "/appointments/{secret}/appointment.ics", "/reports/{secret}",
    "/reports/{secret}/photos/{photo_id}", "/subscriptions/{secret}", "/subscriptions/{secret}/leave",
    "/subscriptions/{secret}/confirm", "/staff/invitation/{token}", "/calendars/{secret}.ics",
}  # fmt: skip
"""Behind a secret link: what a stranger gets there without the secret is asked for too."""
FILES = ("/static/{}", "/bootstrap/static/{}", "/assets/")
"""The program's own files, in which nothing of a city is."""


def path_of(rule: str) -> str:
    """A rule without its converters: `/x/<int:id>.<any(xml, json):suffix>` is `/x/{id}.{suffix}`."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule)


def public_paths(app: Flask) -> list[str]:
    """Every path that a stranger can ask for with GET, but for the program's own files."""
    paths = {
        path_of(rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "path:" not in rule.rule and not rule.rule.startswith(FILES)
        and declared_permission(app.view_functions[rule.endpoint]) is Permission.PUBLIC
    }  # fmt: skip
    return sorted(paths)


def questions(path: str, parts: Mapping[str, Sequence[str]], more: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Addresses below one path: each part of the path, without a query, with each value alone, then with several.

    The same ones on each run; `parts` are the values of what stands in the path.
    """
    names, most = ASKED.get(path, ("lang", 2))
    values = {**VALUES, **more}
    filled = [dict(zip(_parts(path), one, strict=True)) for one in product(*(parts[name] for name in _parts(path)))]
    always = [name.rstrip("!") for name in names.split() if name.endswith("!")]
    others = [name for name in names.split() if not name.endswith("!")]
    chance = random.Random(path)
    asked = [
        path.format(**one) + query for query, one in product(_queries(always, others, values, chance, most), filled)
    ]
    yield from islice(dict.fromkeys(asked), most)


def _parts(path: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", path)


def _queries(
    always: list[str], others: list[str], values: Mapping[str, Sequence[str]], chance: random.Random, most: int
) -> list[str]:
    needed = [list(zip(always, one, strict=True)) for one in product(*(values[name] for name in always))]
    queries = [_query(one) for one in needed]
    queries += [_query([*needed[0], (name, value)]) for name in others for value in values[name]]
    for _ in range(most):
        some = chance.sample(others, chance.randint(min(2, len(others)), min(4, len(others))))
        chosen = [(name, chance.choice(values[name])) for name in some if values[name]]
        queries.append(_query([*chance.choice(needed), *chosen]))
    return queries


def _query(pairs: list[tuple[str, str]]) -> str:
    text = "&".join(f"{name}={value.replace(' ', '+').replace(':', '%3A')}" for name, value in pairs)
    return f"?{text}" if text else ""
