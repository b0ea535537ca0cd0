"""How soon the map page with 50,000 open cases is ready in Chromium, beside clustering in the browser.

    python -m bench.map_page [--cases N] [--runs N]

A throwaway database is filled with public cases over a made-up city, the real server is started on loopback, and
Chromium opens the page. «Ready» is when the first cases are drawn (`data-map-ready`, milliseconds since navigation).
Beside it stands a page made here, which loads all the same cases and clusters them in the browser.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
from sqlalchemy import insert

from tests.serving import find_port
from tracker.app import create_app
from tracker.calls.models import Family, ServiceType
from tracker.cases.models import CaseStatus, GroupingRule, OwnerQueue, ProblemCase, SaraPhase
from tracker.clock import utc_now
from tracker.config import load_settings
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.migrating import upgrade_schema
from tracker.places.models import City, Street

try:
    from playwright.sync_api import Page, Response, sync_playwright
except ImportError:
    sync_playwright = None
try:
    from xstatic.pkg import leaflet, leaflet_markercluster
except ImportError:
    leaflet_markercluster = None

LAT, LONG, HALF = 42.0, -71.0, 0.07
FAMILIES, BLOCKS_ACROSS = 16, 60
TARGET_S, TARGET_BYTES = 0.6, 60_000
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATIENCE_S, POLL_MS = 120, 50
CLUSTERING_PAGE = """<!doctype html><meta charset="utf-8"><title>Clustering in the browser</title>
<link rel="stylesheet" href="leaflet/leaflet.css"><link rel="stylesheet" href="cluster/MarkerCluster.css">
<link rel="stylesheet" href="cluster/MarkerCluster.Default.css">
<style>html, body, #map { height: 100%; margin: 0 }</style><div id="map"></div>
<script src="leaflet/leaflet.js"></script><script src="cluster/leaflet.markercluster.js"></script>
<script>
const map = L.map("map", { preferCanvas: true, maxZoom: 19 });
fetch("cases.json").then((answer) => answer.json()).then((cases) => {
  const group = L.markerClusterGroup();
  group.addLayers(cases.map(([lat, long]) => L.marker([lat, long])));
  map.fitBounds(group.getBounds());
  map.addLayer(group);
  document.documentElement.dataset.mapReady = String(Math.round(performance.now()));
});
</script>
"""


def fill_city(count: int) -> list[tuple[float, float, str]]:
    """Write a city with a grid of streets and `count` public cases; gives (lat, long, public id) of each."""
    city = City(slug="bench", name="Bench City", time_zone="America/New_York", origin_lat=LAT, origin_long=LONG,
                south=LAT - HALF, north=LAT + HALF, west=LONG - HALF, east=LONG + HALF, is_live=True)  # fmt: skip
    db.session.add(city)
    families = [Family(code=f"family-{n}", name=f"Family {n}", color="#1565c0") for n in range(FAMILIES)]
    db.session.add_all(families)
    db.session.flush()
    types = [
        {"service_code": one.code, "service_name": one.name, "family_id": one.id, "is_public": True} for one in families
    ]
    db.session.execute(insert(ServiceType), types)
    rules = [GroupingRule(family=one, version=1, radius_m=50, window_days=400, threshold=4) for one in families]
    db.session.add_all(rules)
    db.session.execute(insert(Street), list(street_rows()))
    db.session.flush()
    rows = case_rows(count, [(rule.family_id, rule.id) for rule in rules])
    db.session.execute(insert(ProblemCase), rows)
    db.session.commit()
    return [(row["public_lat"], row["public_long"], row["public_id"]) for row in rows]


def street_rows() -> Iterator[dict[str, object]]:
    """Streets north to south and west to east, a segment per block, as many as a real city has."""
    edges = np.linspace(-HALF, HALF, BLOCKS_ACROSS + 1)
    for number, offset in enumerate(edges):
        for low, high in itertools.pairwise(edges):
            for name, line in (
                (f"{number} Ave", [[LONG + offset, LAT + low], [LONG + offset, LAT + high]]),
                (f"{number} St", [[LONG + low, LAT + offset], [LONG + high, LAT + offset]]),
            ):
                geometry = {"type": "LineString", "coordinates": line}
                priority = "residential" if number % 8 else "main"
                yield {"name": name, "key": name.upper(), "priority": priority, "geometry": geometry}


def case_rows(count: int, rules: list[tuple[int, int]]) -> list[dict[str, object]]:
    """Cases on block points, denser towards the middle."""
    chance = np.random.default_rng(311)
    offsets = np.clip(chance.normal(0, HALF / 2.5, (count, 2)), -HALF, HALF)
    spots = np.round(np.array([LAT, LONG]) + offsets, 3).tolist()
    ages = chance.integers(1, 360, count).tolist()
    now = utc_now()
    return [
        {
            "public_id": new_identifier(), "family_id": rules[n % FAMILIES][0], "rule_id": rules[n % FAMILIES][1],
            "anchor_x_dm": 0, "anchor_y_dm": 0, "anchor_cell": 0, "anchor_lat": LAT, "anchor_long": LONG,
            "address": "", "status": CaseStatus.OPEN, "phase": SaraPhase.SCANNING, "queue": OwnerQueue.CITY,
            "opened_at": now - timedelta(days=ages[n]), "first_call_at": now - timedelta(days=ages[n] + 3),
            "last_call_at": now - timedelta(days=ages[n]), "call_count": 4, "weight": 4, "is_public": True,
            "public_label": f"{n % 90}00 block of Bench St", "public_lat": lat, "public_long": long,
        }
        for n, (lat, long) in enumerate(spots)
    ]  # fmt: skip


@contextmanager
def serving_map(instance: Path) -> Iterator[str]:
    """The real server on loopback, warmed up by one request as a running city's is."""
    port = find_port()
    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--call", "tracker:create_app"]
    server = subprocess.Popen(command, env={**os.environ, "TRACKER_INSTANCE": str(instance)}, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    """Ask until somebody answers."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 (our own loopback address)
                answer.read()
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"Nobody answers at {address}")


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """A plain file server on loopback."""
    handler = partial(QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    """Says nothing about each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def write_clustering_page(folder: Path, cases: list[tuple[float, float, str]]) -> None:
    """The page that clusters in the browser, with the scripts and the same cases beside it."""
    shutil.copytree(leaflet.BASE_DIR, folder / "leaflet")
    shutil.copytree(leaflet_markercluster.BASE_DIR, folder / "cluster")
    (folder / "cases.json").write_text(json.dumps(cases, separators=(",", ":")))
    (folder / "index.html").write_text(CLUSTERING_PAGE)


def measure(page: Page, address: str) -> tuple[float, int]:
    """Seconds from navigation to «ready», and bytes of case data, in a browser that has kept nothing."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "cases.json" in answer.url else None)
    page.goto(address, wait_until="commit")
    end = time.monotonic() + PATIENCE_S
    while not (ready := page.evaluate("document.documentElement?.dataset.mapReady || ''")):
        if time.monotonic() > end:
            raise SystemExit(f"{address} was not ready in {PATIENCE_S} s")
        page.wait_for_timeout(POLL_MS)
    page.wait_for_load_state("networkidle")
    return int(ready) / 1000, sum(len(answer.body()) for answer in answers)


def bench(address: str, runs: int, chromium: str) -> tuple[float, int]:
    """Medians of several runs, each in a fresh browser profile; the first run warms the machine and does not count."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        found = []
        for _ in range(runs + 1):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            found.append(measure(page, address))
            page.context.close()
        browser.close()
    seconds, sizes = zip(*found[1:], strict=True)
    return statistics.median(seconds), int(statistics.median(sizes))


def main() -> None:
    """Print both pages' figures and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if sync_playwright is None or chromium is None:
        print("map page: skipped, playwright or Chromium is not installed")
        return
    with tempfile.TemporaryDirectory(prefix="map-page-") as name:
        instance, site = Path(name, "instance"), Path(name, "site")
        app = create_app(load_settings({"TRACKER_INSTANCE": str(instance)}))
        with app.app_context():
            upgrade_schema(app)
            cases = fill_city(options.cases)
        with serving_map(instance) as address:
            ours, ours_bytes = bench(address, options.runs, chromium)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; at rest it is below 1")
        print(f"{'':<28} {'cases':>8} {'ready s':>8} {'target':>7} {'ratio':>6} {'case data':>10} {'target':>7}")
        row = f"{'map page':<28} {options.cases:>8,} {ours:8.2f} {TARGET_S:7.2f} {ours / TARGET_S:6.2f}"
        print(f"{row} {ours_bytes:>10,} {TARGET_BYTES:>7,}", flush=True)
        if leaflet_markercluster is None:
            print("clustering in the browser: skipped, XStatic-Leaflet-MarkerCluster is not installed")
            return
        site.mkdir()
        write_clustering_page(site, cases)
        with serving_folder(site) as address:
            theirs, theirs_bytes = bench(address, options.runs, chromium)
        print(f"{'clustering in the browser':<28} {options.cases:>8,} {theirs:8.2f} {'':>14} {theirs_bytes:>10,}")
        print(f"ready {theirs / ours:.1f} times sooner, with {theirs_bytes / ours_bytes:.0f} times less case data")


if __name__ == "__main__":
    main()
