"""Ways from OSRM and Valhalla, asked of a stand-in on this machine that answers as they do."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.scheduling.test_planner import CREW, DAYS, ORDER
from tracker.config import Settings, load_settings
from tracker.places.projection import Projection
from tracker.scheduling.planning.facts import Facts
from tracker.scheduling.planning.planner import propose
from tracker.scheduling.planning.road_service import UNREACHED, find_roads
from tracker.scheduling.planning.travel import STRAIGHT

PLANE = Projection(42.35, -71.06)
FACTS = Facts(DAYS, (replace(ORDER, x_dm=20_000), replace(ORDER, id=2, y_dm=-30_000)), (CREW,), ())
Answer = Callable[[str, bytes], Any]


class StandIn(BaseHTTPRequestHandler):
    """Answers with what `answer` makes of the address and the body."""

    answer: Answer

    def do_GET(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        self._reply(self.rfile.read(int(self.headers["Content-Length"])))

    def _reply(self, body: bytes) -> None:
        told = type(self).answer(self.path, body)
        self.send_response(told if isinstance(told, int) else 200)
        if told == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of a stand-in."""
    handler = type("Handler", (StandIn,), {"answer": staticmethod(answer)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def grid_m(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Metres along a grid of streets, north and east, between (lat, long) and (lat, long)."""
    (x1, y1), (x2, y2) = PLANE.to_decimetres(*one), PLANE.to_decimetres(*two)
    return (abs(x1 - x2) + abs(y1 - y2)) / 10


def osrm(path: str, body: bytes) -> Any:
    asked = urlsplit(path)
    start, _, places = asked.path.rpartition("/")
    assert start == "/table/v1/driving"
    points = [tuple(map(float, pair.split(",")))[::-1] for pair in places.split(";")]
    query = parse_qs(asked.query)
    assert query["annotations"] == ["duration,distance"]
    rows, columns = ([points[int(one)] for one in query[name][0].split(";")] for name in ("sources", "destinations"))
    metres = [[grid_m(one, two) for two in columns] for one in rows]
    return {"code": "Ok", "distances": metres, "durations": [[way / 5 for way in row] for row in metres]}


def valhalla(path: str, body: bytes) -> Any:
    assert path == "/sources_to_targets"
    asked = json.loads(body)
    rows, columns = ([(at["lat"], at["lon"]) for at in asked[name]] for name in ("sources", "targets"))
    ways = [[grid_m(one, two) for two in columns] for one in rows]
    return {"sources_to_targets": [[{"distance": way / 1000, "time": way / 5} for way in row] for row in ways]}


def valhalla_terse(path: str, body: bytes) -> Any:
    ways = valhalla(path, body)["sources_to_targets"]
    kilometers, seconds = ([[one[name] for one in row] for row in ways] for name in ("distance", "time"))
    return {"sources_to_targets": {"distances": kilometers, "durations": seconds}}


def settings(folder: Path, routing: str, url: str) -> Settings:
    return load_settings({"TRACKER_INSTANCE": str(folder), "TRACKER_ROUTING": routing, "TRACKER_ROUTING_URL": url})


@pytest.mark.parametrize(("routing", "answer"), [("osrm", osrm), ("valhalla", valhalla), ("valhalla", valhalla_terse)])
def test_the_ways_are_those_of_the_service(tmp_path: Path, routing: str, answer: Answer) -> None:
    with serving(answer) as url:
        roads, problem = find_roads(FACTS, settings(tmp_path, routing, url + "/"), PLANE)
    one, two = FACTS.orders
    assert problem == ""
    assert roads.metres(one, two) == pytest.approx(5_000, abs=2)
    assert roads.slots(one, two) == 2  # 1,000 seconds
    assert roads.slots(one, one) == 0
    proposal = propose(FACTS, limit=9, patience=50, roads=roads)
    assert proposal.distance_km == pytest.approx(10, abs=0.01)  # 2 + 5 + 3 along the grid


def test_many_places_are_asked_for_in_blocks(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(path: str, body: bytes) -> Any:
        asked.append(path)
        assert path.count(";") < 300
        return osrm(path, body)

    orders = tuple(replace(ORDER, id=number, x_dm=1_000 * number) for number in range(1, 60))
    with serving(answer) as url:
        roads, _ = find_roads(replace(FACTS, orders=orders), settings(tmp_path, "osrm", url), PLANE)
    assert len(asked) == 4
    assert roads.metres(orders[0], orders[-1]) == pytest.approx(5_800, abs=2)
    assert roads.metres(orders[-1], orders[0]) == pytest.approx(5_800, abs=2)


def test_where_the_service_knows_no_way_the_straight_line_is_taken(tmp_path: Path) -> None:
    def answer(path: str, body: bytes) -> Any:
        told = osrm(path, body)
        told["distances"][0][1] = told["durations"][0][1] = None
        return told

    with serving(answer) as url:
        roads, _ = find_roads(FACTS, settings(tmp_path, "osrm", url), PLANE)
    first, second = sorted({(o.x_dm, o.y_dm) for o in (*FACTS.orders, CREW)})[:2]
    ends = [replace(ORDER, x_dm=x_dm, y_dm=y_dm) for x_dm, y_dm in (first, second)]
    assert roads.metres(*ends) == STRAIGHT.metres(*ends)
    assert roads.metres(ends[1], ends[0]) != STRAIGHT.metres(ends[1], ends[0])


@pytest.mark.parametrize(
    "told",
    [
        500,
        302,
        b"not json",
        [],
        {"code": "TooBig"},
        {"code": "Ok", "distances": [[0]], "durations": [[0]]},
        {"code": "Ok", "distances": [["far"] * 3] * 3, "durations": [[0] * 3] * 3},
        {"code": "Ok", "distances": [[-1] * 3] * 3, "durations": [[0] * 3] * 3},
        {"code": "Ok", "distances": [[math.inf] * 3] * 3, "durations": [[0] * 3] * 3},
    ],
)
def test_a_service_that_fails_is_passed_over_and_the_plan_says_so(
    tmp_path: Path, told: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(lambda path, body: told) as url:
        roads, problem = find_roads(FACTS, settings(tmp_path, "osrm", url), PLANE)
    assert (roads, problem) == (STRAIGHT, UNREACHED)
    assert f"the road service osrm at {url} failed" in caplog.text


def test_a_service_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    with serving(osrm) as url:
        pass
    assert find_roads(FACTS, settings(tmp_path, "osrm", url), PLANE) == (STRAIGHT, UNREACHED)


def test_without_a_setting_nobody_is_asked(tmp_path: Path) -> None:
    assert find_roads(FACTS, settings(tmp_path, "", ""), PLANE) == (STRAIGHT, "")


@pytest.mark.parametrize(
    ("routing", "url", "words"),
    [("google", "http://localhost", "TRACKER_ROUTING is one of"), ("osrm", "", "TRACKER_ROUTING_URL is an address"),
     ("osrm", "localhost:5000", "begins with http"), ("osrm", "file:///etc/passwd", "begins with http")],
)  # fmt: skip
def test_a_setting_that_means_nothing_is_refused(tmp_path: Path, routing: str, url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        settings(tmp_path, routing, url)
