"""People at the desk as programs: they open the real pages over the network, type, decide, and wait for answers."""

import html
import itertools
import random
import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import requests

from bench.recent_boston import Script
from tracker.calls.transfers.hard_stops import HARD_STOPS
from tracker.calls.transfers.warm_transfer import STEPS
from tracker.clock import utc_now

PATIENCE_S = 120
"""How long a person sends the same thing again while nobody answers."""


@dataclass
class Times:
    """Seconds of every answer, by page, and how often nobody answered."""

    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    unanswered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, page: str, seconds: float) -> None:
        """Note one answer."""
        with self.lock:
            self.seen[page].append(seconds)

    def print(self) -> None:
        """A line for each page."""
        print(f"{'page':<26} {'answers':>8} {'median ms':>10} {'95 % ms':>9} {'worst ms':>9}")
        for page, seconds in sorted(self.seen.items()):
            ordered = sorted(seconds)
            worst_of_95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            print(f"{page:<26} {len(ordered):8} {1000 * statistics.median(ordered):10.0f} {1000 * worst_of_95:9.0f} "
                  f"{1000 * ordered[-1]:9.0f}")  # fmt: skip
        print(f"no answer: {self.unanswered} times")


class Person(threading.Thread):
    """Somebody at a browser, who tries again while the server is away."""

    def __init__(self, address: str, cookie: tuple[str, str], times: Times, work: Callable[["Person"], None]) -> None:
        super().__init__(daemon=True)
        self.address, self.times, self.work = address, times, work
        self.browser = requests.Session()
        self.browser.cookies.set(*cookie)
        self.token = ""
        self.error: Exception | None = None

    def run(self) -> None:
        """Work until it is done; what goes wrong is kept for the end."""
        try:
            self.work(self)
        except Exception as error:  # told at the end of the shift
            self.error = error

    def ask(self, page: str, method: str, path: str, **options: Any) -> requests.Response:
        """One request, sent again while nobody answers or the server says that it is busy."""
        end = time.monotonic() + PATIENCE_S
        while True:
            began = time.monotonic()
            try:
                answer = self.browser.request(method, self.address + path, timeout=30, allow_redirects=False, **options)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500:
                self.times.add(page, time.monotonic() - began)
                return answer
            self.times.unanswered += 1
            if time.monotonic() > end:
                raise RuntimeError(f"nobody answers {path}: {answer.status_code if answer is not None else 'nothing'}")
            threading.Event().wait(0.3)

    def open(self, page: str, path: str) -> str:
        """A page's text; its form token is kept."""
        text = self.ask(page, "GET", path).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return text

    def send(self, page: str, path: str, values: dict[str, str], **options: Any) -> requests.Response:
        """Send a form."""
        return self.ask(page, "POST", path, data={**values, "csrf_token": self.token}, **options)


def take_calls_at(scripts: list[Script], lock: threading.Lock, chance: random.Random) -> Callable[[Person], None]:
    """What an aide does: the next call on the line, until nobody waits."""

    def work(person: Person) -> None:
        while True:
            with lock:
                if not scripts:
                    return
                script = scripts.pop()
                is_doubled = chance.random() < 0.1
            take_one(person, script, is_doubled)

    return work


def take_one(person: Person, script: Script, is_doubled: bool) -> None:
    """Open the page, type, keep a draft, look at what is proposed, record; sometimes press twice."""
    person.open("new call", "/staff/calls/new")
    values = {
        "key": uuid4().hex, "channel": "phone", "language": "en", "assistance": "none", "address": script.address,
        "description": script.words, "service_type": str(script.type_id),
        "lat": "" if script.lat is None else str(script.lat), "long": "" if script.long is None else str(script.long),
    }  # fmt: skip
    person.send("draft", "/staff/calls/drafts", {**values, "number": "1"})
    panel = person.send("panel", "/staff/calls/panel", values).text
    likely = re.search(r"Likely, \d+ %.*?name=\"link\" value=\"([^\"]+)\"", panel, re.DOTALL)
    if likely:
        values["link"] = html.unescape(likely[1])
    for _ in range(1 + is_doubled):
        answer = person.send("record a call", "/staff/calls/new", values, headers={"Accept": "application/json"})
        if answer.status_code != 201:
            raise RuntimeError(f"a call was answered {answer.status_code}: {answer.text[:300]}")
    person.open("tell the caller", answer.json()["location"])


def review_transfers(type_id: int) -> Callable[[Person], None]:
    """What a PSA does: the next transfer, its hard stops, and one decision after the other."""
    tomorrow = utc_now() + timedelta(days=1)
    made = itertools.cycle([
        ("report_taken", {"service_type": str(type_id)}),
        ("case_proposed", {"service_type": str(type_id), "reason": "The same corner again."}),
        ("referred", {"agency": "County health", "told_caller": "yes"}),
        ("call_back", {"call_back_at": f"{tomorrow:%Y-%m-%dT%H:%M}", "reason": "Wants to be asked."}),
        ("advised", {"reason": "Told how to reach the landlord."}),
        ("closed_administratively", {"told_caller": "no", "reason": "Nothing there."}),
        ("", {}),
    ])  # fmt: skip

    def work(person: Person) -> None:
        person.open("triage queue", "/staff/triage")
        while True:
            answer = person.send("take the next transfer", "/staff/triage/next", {})
            number = answer.headers.get("Location", "").removeprefix("/staff/triage").strip("/")
            if not number:
                return
            decide_one(person, number, *next(made))

    return work


def decide_one(person: Person, number: str, decision: str, values: dict[str, str]) -> None:
    """Ask the hard stops, then decide; no decision means that a stop was answered yes."""
    page = f"/staff/triage/{number}"
    person.open("transfer", page)
    stops = {f"stops-{stop.code}": "no" for stop in HARD_STOPS}
    if not decision:
        stops["stops-weapon"] = "yes"
    person.send("hard stops", f"{page}/stops", stops)
    if decision:
        named = {f"{decision}-{name}": value for name, value in values.items()}
        answer = person.send("decide a transfer", f"{page}/decide/{decision}", named)
        if answer.status_code == 400:  # no case opens where nobody knows the place: the caller gets advice
            advice = {"advised-reason": "The place could not be found."}
            answer = person.send("decide a transfer", f"{page}/decide/advised", advice)
        if answer.status_code not in (302, 409):
            raise RuntimeError(f"{decision} was answered {answer.status_code}")
        return
    person.send("return to 911", f"{page}/return", {"return-reason": "A knife was seen."})
    for step in STEPS:
        person.send("hand-back step", f"{page}/steps/{step.code}", {})
