"""What was acknowledged survives a killed server, once: on both engines, under several writers at a time."""

import re
import signal
import threading

import pytest
import requests
from flask import Flask
from sqlalchemy import select, text

from tests.factories import make_case, make_city, make_user
from tests.serving import running_server
from tracker.config import Settings
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import LogEntry, Role
from tracker.staff.sessions import cookie_name, start_session

WRITERS = 4
ENOUGH = 40
"""Acknowledged notes after which the server is killed while more are on their way."""


class Writer(threading.Thread):
    """Writes one note after the other on a case of its own; keeps those that the server acknowledged."""

    def __init__(
        self, address: str, case: str, cookie: tuple[str, str], acknowledged: list[str], full: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.page = f"{address}/staff/cases/{case}"
        self.acknowledged, self.full, self.case = acknowledged, full, case
        self.browser = requests.Session()
        self.browser.cookies.set(*cookie)

    def run(self) -> None:
        for number in range(10_000):
            words = f"Note {number} on {self.case}"
            try:
                if not self.write(words):
                    return
            except requests.RequestException:
                return  # the server is gone
            self.acknowledged.append(words)
            if len(self.acknowledged) >= ENOUGH:
                self.full.set()

    def write(self, words: str) -> bool:
        page = self.browser.get(self.page, timeout=30).text
        form = re.search(r'<form[^>]*action="[^"]*/note".*?</form>', page, re.DOTALL)
        assert form, page[:2000]
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form.group()))
        answer = self.browser.post(
            f"{self.page}/note", data={**fields, "note-reason": words}, timeout=30, allow_redirects=False
        )
        return answer.status_code == 302


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_was_acknowledged_survives_a_killed_server_and_stands_once(
    engine: str, app: Flask, database: object, free_port: int
) -> None:
    if engine != db.engine.dialect.name:
        pytest.skip(f"this run is on {db.engine.dialect.name}")
    settings: Settings = app.config["SETTINGS"]
    make_city()
    supervisor = make_user(role=Role.SUPERVISOR)
    cases = [make_case(public_id=new_identifier()).public_id for _ in range(WRITERS)]
    cookie = (cookie_name(settings), start_session(supervisor))
    db.session.commit()
    db.session.remove()
    acknowledged: list[str] = []
    full = threading.Event()
    address = f"http://127.0.0.1:{free_port}"
    with running_server(settings, free_port) as server:
        writers = [Writer(address, case, cookie, acknowledged, full) for case in cases]
        for writer in writers:
            writer.start()
        assert full.wait(timeout=120), f"only {len(acknowledged)} notes were acknowledged"
        server.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.join(timeout=60)
    with running_server(settings, free_port):
        assert requests.get(f"{address}/staff/cases/{cases[0]}", cookies=dict([cookie]), timeout=30).status_code == 200
    written = list(db.session.scalars(select(LogEntry.text).where(LogEntry.verb == "noted")))
    assert set(acknowledged) <= set(written)
    assert len(written) == len(set(written))
    if engine == "sqlite":
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
