"""The residents of the week: thirty agree a time with the city, on the phone or by their link, and read their mail."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import Flask

from tests.outreach.mail_server import KeepingServer
from tests.pressing import Person
from tests.scheduling.week.city import MONDAY, on, utc
from tracker import jobs
from tracker.clock import utc_now
from tracker.config import Settings
from tracker.extensions import db

SITE = "https://cases.example.org"
CANNOT_KEEP = "cannot keep"
_LINK = re.compile(re.escape(SITE) + r"/appointments/([\w-]{43})")
_WINDOW = re.compile(r'name="window" value="([^"]+)"')


@dataclass
class Resident:
    """Somebody who is at home for work, and what was agreed with her."""

    address: str
    order: int
    secret: str = ""
    promised: list[datetime] = field(default_factory=list)
    """When each window begins that she confirmed."""
    read: int = 0
    told_of_moves: int = 0


class Residents:
    """All of them, and the worker that writes to them."""

    def __init__(self, app: Flask, keeper: KeepingServer, port: int) -> None:
        self.app, self.keeper = app, keeper
        settings: Settings = app.config["SETTINGS"]
        self.settings = app.config["SETTINGS"] = replace(
            settings, mail_host="127.0.0.1", mail_port=port, mail_tls="off", mail_from="city@example.org", address=SITE,
            plan_seconds=1,
        )  # fmt: skip
        self.screen = Person(app.test_client(), "a resident", 0, lambda person: None)
        self.people: dict[int, Resident] = {}

    def offer(self, staff: Person, order: int, number: int) -> None:
        """Every second one chooses on the phone, the others get a link."""
        her = self.people[order] = Resident(f"resident{number}@example.org", order)
        facts = {"name": f"Resident {number}", "email": her.address, "language": ("en", "es")[number % 2]}
        page = f"/staff/orders/{order}/appointment"
        if number % 2:
            staff.press(page, "/appointment", {**facts, "how": "link"})
            return
        where = staff.press(page, "/appointment", {**facts, "how": "phone"})
        windows = _soon(_WINDOW.findall(staff.open(where)))
        chosen = windows[(number * 5) % len(windows)]
        staff.press(where, "/choose", {"window": chosen})
        staff.press(where, "/confirm", {})
        her.promised.append(datetime.fromisoformat(chosen))

    def read_mail(self) -> None:
        """The worker writes and sends; whoever is asked to choose does so on her own page."""
        db.session.commit()  # the worker is another process, and waits for nobody here
        with self.app.app_context():
            jobs.keep_appointments(self.settings, utc_now())
            jobs.write_mail(self.settings, utc_now())
            jobs.send_mail(self.settings)
            db.session.remove()
        for her in self.people.values():
            mails = [mail for to, mail in self.keeper.kept if her.address in to]
            for mail in mails[her.read :]:
                self._answer(her, mail.get_content())  # type: ignore[attr-defined]  # of the modern policy
            her.read = len(mails)

    def _answer(self, her: Resident, text: str) -> None:
        if link := _LINK.search(text):
            her.secret = link[1]
        page = f"/appointments/{her.secret}"
        html = self.screen.open(page) if her.secret else ""
        if "to_move" in html or "cannot keep your appointment" in html or "No podemos" in html:
            her.told_of_moves += 1
            self._choose(her, page)
        elif her.secret and not her.promised:
            self._choose(her, page)

    def _choose(self, her: Resident, page: str) -> None:
        windows = _soon(_WINDOW.findall(self.screen.open(page)))
        if not windows:
            return
        chosen = windows[her.order % len(windows)]
        self.screen.press(page, "/choose", {"window": chosen})
        self.screen.press(page, "/confirm", {})
        her.promised.append(datetime.fromisoformat(chosen))


def _soon(windows: list[str]) -> list[str]:
    """Those of this week; where none is left, whatever is offered."""
    this_week = [one for one in windows if datetime.fromisoformat(one) < utc(on(MONDAY + timedelta(days=5)))]
    return this_week or windows
