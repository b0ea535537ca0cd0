"""The week, hour by hour: work is ordered, planned, done, disturbed, planned again, all through the pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from tests.pressing import Person
from tests.scheduling.week.checker import what_is_wrong
from tests.scheduling.week.city import MONDAY, City, on, utc
from tests.scheduling.week.residents import Residents
from tracker import jobs
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource
from tracker.staff.jobs.working_off_jobs import work_off_next

FRIDAY_BEFORE = MONDAY - timedelta(days=3)
WORK = {
    "Trees": ("Trim the tree", {"skill": "tree", "minutes": "90", "people": "2", "needs": "chipper"}),
    "Vehicles": ("Tow the car", {"skill": "tow", "minutes": "45"}),
    "Rodents": ("Set the bait", {"skill": "rodent", "minutes": "45"}),
    "Lights": ("Repair the lamp", {"skill": "light", "minutes": "60"}),
}
ABSENT = {MONDAY: "Haul 2", MONDAY + timedelta(days=3): "Light 1"}
"""Who calls in sick before the shift begins."""
STORM = MONDAY + timedelta(days=2)
GOES_ON = ("tree", "light")
BREAKS_DOWN, BROKEN_FROM = "Tow 1", on(MONDAY + timedelta(days=1), 9)
RETRIED, GIVEN_UP = 9, 17
"""Every so many orders cannot be done: some get a next try at once, some wait for the office."""
READ_ANEW = 8
"""At every so many bookings the crew reads its sheet before each step."""


@dataclass
class Ledger:
    """What was ordered, and what the crews told of it."""

    orders: dict[int, str] = field(default_factory=dict)
    """Each order's title by its number."""
    done: set[int] = field(default_factory=set)
    failed: list[int] = field(default_factory=list)
    arrived: dict[int, list[datetime]] = field(default_factory=dict)
    """When crews were at the place of an order."""


class Week:
    """The people of the city through a week; `clock` is everybody's."""

    def __init__(self, app: Flask, city: City, clock: Traveller, residents: Residents) -> None:
        self.app, self.city, self.clock, self.residents = app, city, clock, residents
        self.ledger = Ledger()
        self.sheets: dict[int, str] = {}
        """What a crew's phone showed when it set out for a booking."""

    def play(self) -> None:
        """Friday before, then Monday to Friday."""
        self.at(on(FRIDAY_BEFORE, 9))
        self.order_everything()
        self.agree_times()
        for offset in range(5):
            self.live(MONDAY + timedelta(days=offset))

    def at(self, local: datetime) -> None:
        """Time goes on, never back."""
        assert utc(local) >= utc_now() or utc_now() - utc(local) < timedelta(seconds=1), local
        if utc(local) - utc_now() > timedelta(minutes=20):
            for person in self.city.people.values():
                person.is_in = False  # whoever did nothing for half an hour is out; crews stay in for their shift
        self.clock.move_to(utc(local))

    def person(self, name: str) -> Person:
        """Somebody at her screen."""
        return self.city.people[name]

    def live(self, day: date) -> None:
        """One working day."""
        for person in (*self.city.people.values(), *self.city.crews.values()):
            person.is_in = False
        self.at(on(day, 6))
        if day in ABSENT:
            self.calls_in_sick(ABSENT[day], day)
        self.ask_again_for_what_failed()
        self.residents.read_mail()
        self.plan(day)
        self.residents.read_mail()
        self.check(f"morning of {day}")
        self.drive_out(day)
        self.at(on(day, 16))
        if day == STORM - timedelta(days=1):
            self.declare_storm(STORM)
        self.residents.read_mail()
        self.check(f"evening of {day}")

    def check(self, when: str) -> None:
        """Nothing overlaps, nothing is lost."""
        wrong = what_is_wrong()
        assert not wrong, f"{when}: " + "; ".join(wrong[:5])
        numbers = set(db.session.scalars(select(WorkOrder.id)))
        assert numbers == set(self.ledger.orders), when
        db.session.rollback()

    # The office.

    def order_everything(self) -> None:
        """Two hundred orders by hand: one for each case, and for dumping a second that waits for the first."""
        for name, (title, needs) in WORK.items():
            for number, case in enumerate(self.city.cases[name]):
                self.order(case.public_id, title, number, needs)
        for number, case in enumerate(self.city.cases["Dumping"]):
            first = self.order(case.public_id, "Look at what lies there", number, {"skill": "inspect", "minutes": "30"})
            self.order(
                case.public_id, "Haul it away", number, {"skill": "haul", "minutes": "60", "waits_for": str(first)}
            )
        assert len(self.ledger.orders) == 200

    def order(self, case: str, title: str, number: int, needs: dict[str, str]) -> int:
        """One order on the case's own page."""
        due = MONDAY + timedelta(days=2 + number % 5)
        changes = {"title": title, "due_on": due.isoformat(), "priority": str(2 + number % 3), **needs}
        where = self.person("Ana").press(f"/staff/cases/{case}/orders/new", "/orders/new", changes)
        made = re.search(r"/staff/orders/(\d+)", where)
        assert made, where
        self.ledger.orders[int(made[1])] = title
        return int(made[1])

    def agree_times(self) -> None:
        """Thirty residents want to be at home when the bait is set."""
        baits = [number for number, title in self.ledger.orders.items() if title == WORK["Rodents"][0]]
        for number, order in enumerate(baits[:30]):
            self.residents.offer(self.person("Ana"), order, number)
        self.residents.read_mail()

    def plan(self, day: date) -> None:
        """The scheduler asks for a plan of the rest of the week, looks at it, and takes it."""
        days = (MONDAY + timedelta(days=5) - day).days
        draft = self.person("Sam").press("/staff/plan", "/staff/plan", {"date": day.isoformat(), "days": str(days)})
        self.take(draft)

    def take(self, draft: str) -> None:
        """Wait until a draft is made, and book what it shows."""
        self.work_off()
        page = self.person("Sam").open(draft)
        shown = re.search(r'name="day" value="([-\d]+)"', page)
        if 'name="choice"' in page and shown:
            self.person("Sam").press(draft, draft, {}, of={"day": shown[1]})

    def work_off(self) -> None:
        """The worker beside the pages does what they asked for."""
        db.session.commit()
        with self.app.app_context():
            while work_off_next(jobs.ASKED_FOR):
                pass
            db.session.remove()

    def calls_in_sick(self, name: str, day: date) -> None:
        """Off today and tomorrow; what it was to do is asked for again."""
        page = f"/staff/resources/{self._crew(name)}/time-off"
        changes = {"first_day": day.isoformat(), "last_day": (day + timedelta(days=1)).isoformat(), "reason": "Flu"}
        html = self.person("Sam").open(page)
        if self._coming(name):
            html = self.person("Sam").press(page, "/time-off", changes, html=html, asks_back=True)
            changes = {**changes, "bookings": "release"}
        self.person("Sam").press(page, "/time-off", changes, html=html)

    def declare_storm(self, day: date) -> None:
        """Tomorrow nothing is done but what the storm asks for; the days after are planned anew."""
        asked = f"/staff/weather-days?first_day={day}&last_day={day}&reason=Storm"
        asked += "".join(f"&kept_skills={skill}" for skill in GOES_ON)
        self.person("Sam").press(asked, "/weather-days", {}, of={"reason": "Storm"})
        self.take(self.person("Sam").press("/staff/weather-days", "/plan", {}))

    def break_down(self) -> None:
        """A truck stands still in the middle of its day, until tomorrow noon."""
        page = f"/staff/resources/{self._crew(BREAKS_DOWN)}/out-of-action"
        until = {"until_day": (BROKEN_FROM.date() + timedelta(days=1)).isoformat(), "until_time": "12:00"}
        draft = self.person("Sam").press(page, "/out-of-action", {"reason": "The winch is torn", **until})
        if "/plan/" in draft:
            self.take(draft)

    def ask_again_for_what_failed(self) -> None:
        """The office asks again for what the crews could not do and gave no day for."""
        failed = select(WorkOrder.id).where(WorkOrder.status == WorkStatus.NOT_DONE)
        for number in list(db.session.scalars(failed.order_by(WorkOrder.id))):
            self.person("Ana").press(f"/staff/orders/{number}", "/again", {})

    # The crews.

    def drive_out(self, day: date) -> None:
        """Every crew does its day, step by step, all of them side by side."""
        told: set[tuple[int, str]] = set()
        broken = day != BROKEN_FROM.date()
        while (event := next(self._events(day, told), None)) is not None:
            local, booking, kind = event
            if not broken and local >= BROKEN_FROM:
                broken = True
                self.at(BROKEN_FROM)
                self.break_down()
                continue
            self.at(max(local, on(day, 6)))
            self.tell(booking, kind)
            told.add((booking.id, kind))

    def _events(self, day: date, told: set[tuple[int, str]]) -> Iterator[tuple[datetime, Booking, str]]:
        """What crews still tell today, the next first."""
        begin, end = utc(on(day, 0)), utc(on(day, 23))
        query = select(Booking.id, Booking.starts_at, Booking.ends_at)
        query = query.where(Booking.starts_at >= begin, Booking.starts_at < end)
        query = query.where(Booking.cancelled_at.is_(None), Booking.finished_at.is_(None))
        found = []
        for number, starts_at, ends_at in db.session.execute(query):
            steps = (("set_out", starts_at - timedelta(minutes=5)), ("arrive", starts_at),
                     ("finish", ends_at - timedelta(minutes=5)))  # fmt: skip
            kind, at = next((kind, at) for kind, at in steps if (number, kind) not in told)
            found.append((at.replace(tzinfo=None) - timedelta(hours=4), number, kind))
        for local, number, kind in sorted(found):
            yield max(local, self._now()), db.session.get_one(Booking, number, populate_existing=True), kind

    def _now(self) -> datetime:
        return utc_now().replace(tzinfo=None) - timedelta(hours=4)

    def tell(self, booking: Booking, kind: str) -> None:
        """One button on the crew's phone, on the sheet that it read when it set out."""
        order, changes = booking.work_order_id, {}
        if kind == "arrive":
            self.ledger.arrived.setdefault(order, []).append(utc_now())
        if kind == "finish" and self._cannot(order):
            kind = "could_not"
            changes = {"why": "nobody_home" if order in self.residents.people else "cars"}
            if order % RETRIED == 0:
                changes["next_try_on"] = (self._now().date() + timedelta(days=1)).isoformat()
            self.ledger.failed.append(order)
        elif kind == "finish":
            self.ledger.done.add(order)
        phone, of = self.city.crews[booking.resource_id], {"booking": str(booking.id), "kind": kind}
        number = booking.id
        db.session.rollback()
        if kind == "set_out" or number % READ_ANEW == 0 or number not in self.sheets or not phone.is_in:
            self.sheets[number] = phone.open("/staff/crew")
        phone.press("/staff/crew", "/crew/steps", changes, html=self.sheets[number], of=of)

    def _cannot(self, order: int) -> bool:
        return (order % RETRIED == 0 or order % GIVEN_UP == 0) and order not in self.ledger.failed

    def _crew(self, name: str) -> int:
        return db.session.scalars(select(CityResource.id).where(CityResource.name == name)).one()

    def _coming(self, name: str) -> bool:
        query = select(Booking.id).join(CityResource, CityResource.id == Booking.resource_id)
        query = query.where(CityResource.name == name, Booking.cancelled_at.is_(None), Booking.starts_at >= utc_now())
        found = db.session.scalars(query.limit(1)).first() is not None
        db.session.rollback()
        return found
