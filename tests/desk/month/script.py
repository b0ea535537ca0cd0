"""The month, day by day: what each of the sixty cases goes through, and what comes in between."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from time_machine import Traveller

from tests import factories as make
from tests.desk.month.city import EAST, PLACES, WEST, City, utc
from tests.desk.month.leading import Lead
from tests.desk.month.ledger import Known, on
from tests.desk.month.screen import read_list
from tests.desk.month.work import Work
from tracker import jobs

Act = Callable[[Work, Known], object]
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
"""A Monday, and a Tuesday."""
WAVES = {date(2026, 6, 1): range(0, 20), date(2026, 6, 3): range(20, 40), date(2026, 6, 9): range(40, 50),
         date(2026, 6, 24): range(50, 60)}  # fmt: skip
"""On which days which places have had enough calls."""
RECURS, MOVES, BESIDE = 15, 35, 0.0027
"""Which closed cases get a call, and get a neighbor: 300 m to the north."""
JOINED = {date(2026, 6, 10): (1, 2, 22), date(2026, 6, 17): (12, 26), date(2026, 6, 26): (3, 8)}
"""Open cases that get one more call."""
chance = random.Random(2026)


def soon(work: Work, least: int = 2) -> date:
    """A day about a week ahead."""
    return work.in_days(least + chance.randrange(4))


def _scanned(work: Work, case: Known) -> None:
    work.scan(case)
    work.go_on(case, "analysis")


def _analyzed(work: Work, case: Known) -> None:
    work.analyze(case)
    work.go_on(case, "response")


def _two_tasks(work: Work, case: Known) -> None:
    colleague = {"Ana": "Ben", "Ben": "Ana", "Cleo": "Dan", "Dan": "Cleo"}[case.owner]
    work.add_task(case, "Call the landlord", soon(work))
    work.add_task(case, "Ask the neighbors", soon(work, 9), colleague)


def _merge(work: Work, case: Known) -> None:
    work.merge(case, _other_of(work, case))


def _unmerge(work: Work, case: Known) -> None:
    if case is work.cases[37]:
        work.undo_merge(case, _other_of(work, case))


def _other_of(work: Work, case: Known) -> Known:
    """The case of the same round that only was accepted: it has the same family, and had the same owner."""
    number = work.cases.index(case)
    return work.cases[number - 16]


def _closed_too_early(work: Work, case: Known) -> None:
    if case is not work.cases[19]:
        work.close(case, 60, "reduced")


def _reopened(work: Work, case: Known) -> None:
    if case.status == "closed":
        work.reopen(case)


TO_RESPONSE: list[tuple[int, Act]] = [(1, _scanned), (2, _analyzed)]
TRACKS: dict[str, list[tuple[int, Act]]] = {
    "left alone": [],
    "accepted": [(1, lambda work, case: None), (9, Work.look_at)],
    "scanned": [(2, _scanned)],
    "analyzed": TO_RESPONSE,
    "two tasks": [*TO_RESPONSE, (3, _two_tasks), (6, lambda work, case: work.finish_task(case, "Call the landlord"))],
    "late": [*TO_RESPONSE, (3, lambda work, case: work.add_task(case, "Count the bags", soon(work)))],
    "playbook": [*TO_RESPONSE, (3, Work.apply_playbook),
                 (5, lambda work, case: work.finish_task(case, "Photograph it"))],
    "partner": [*TO_RESPONSE, (2, lambda work, case: work.ask_partner(case, soon(work))),
                (5, lambda work, case: work.note_promise(case, soon(work, 14)))],
    "visited": [(1, lambda work, case: work.plan_visit(case, "Which lamps are out?", soon(work, 3))),
                (3, Work.make_visit),
                (4, lambda work, case: work.plan_visit(case, "Is it clean?", soon(work, 12)))],
    "letter": [(1, Work.scan), (3, Work.write_letter), (4, Work.note)],
    "paused": [(2, Work.pause)],
    "resumed": [(1, Work.pause), (4, Work.resume)],
    "snoozed": [(2, _scanned), (3, lambda work, case: work.snooze(case, date(2026, 7, 15)))],
    "woken": [(1, lambda work, case: work.snooze(case, work.in_days(4)))],
    "dismissed": [(1, lambda work, case: work.scan(case, "harm")),
                  (2, lambda work, case: work.add_task(case, "Ask", soon(work))), (3, Work.dismiss)],
    "closed": [(1, lambda work, case: work.add_task(case, "Take down the sign", soon(work, 20))),
               (3, Work.follow), (3, lambda work, case: work.close(case, 90))],
    "confirmed": [(2, lambda work, case: work.close(case, 7))],
    "merged": [(2, _merge), (3, _unmerge)],
    "handed back": [(1, Work.hand_back)],
    "went back": [(1, _scanned), (2, lambda work, case: work.go_back(case, "scanning")), (3, _closed_too_early),
                  (4, _reopened)],
}  # fmt: skip


class Month:
    """Plays it."""

    def __init__(self, city: City, clock: Traveller) -> None:
        self.city, self.clock = city, clock
        self.work = Lead(city, on(FIRST))
        self.ahead: dict[str, list[tuple[int, Act]]] = {}
        self.opened_on: dict[str, date] = {}
        self.covered: dict[str, list[Known]] = {}
        self.told: list[str] = []
        """What its owner read on the day on which a case came back: her queue, and what she is told."""

    def play(self) -> None:
        """Every day of it."""
        day = FIRST
        while day <= LAST:
            self._at(day, 3)
            self._night()
            if day.weekday() < 5:
                self._day(day)
            day += timedelta(days=1)

    def _at(self, day: date, hour: int, minute: int = 0) -> None:
        self.work.now = on(day, hour, minute)
        self.clock.move_to(utc(self.work.now), tick=False)
        for person in self.city.people.values():
            person.is_in = False  # who did nothing for half an hour is out

    def _night(self) -> None:
        """What the worker does at three, and what follows: leaves are over, watches are over."""
        jobs.give_back_covers()
        jobs.run_nightly()
        if self.work.today == date(2026, 6, 15):
            self.work.gives_back(self.covered["Ben"], "Ben", "Ana")
        for case in self.work.cases:
            if case.watched_until and case.watched_until < self.work.now:
                case.is_confirmed = True

    def _day(self, day: date) -> None:
        self._at(day, 8)
        if day in WAVES:
            self._calls_come(WAVES[day])
        self._at(day, 9)
        self._supervise(day)
        self._at(day, 10, 30)
        for case in list(self.work.cases):
            self._go_on(case)
        if day == date(2026, 6, 16):
            self._takes_up_again()
        self._at(day, 15)
        self._aide(day)
        self._at(day, 17, 30)
        self._worker()

    def _worker(self) -> None:
        """What the worker does every five minutes."""
        jobs.group()
        jobs.watch_deadlines()

    def _calls_come(self, numbers: range) -> None:
        """Three callers a place within a week, known to the program since this morning."""
        for case in (self.work.cases[number] for number in numbers):
            for days in (5, 2, 0):
                at = self.work.now - timedelta(days=days, minutes=10)
                make.make_call(
                    service_type=self.city.types[case.family], lat=case.place[0], long=case.place[1],
                    address=case.address, address_key=case.address.upper(), requested_datetime=utc(at),
                )  # fmt: skip
        self._worker()
        self._find_opened()

    def _find_opened(self) -> None:
        """The numbers of cases that have just opened, as the list says them; by rule each has its contact, if there."""
        listed = read_list(self.work.person("Sue"), "/staff/cases?status=any")
        known = {case.number for case in self.work.cases}
        for number, cells in listed.items():
            if number not in known:
                new = [one for one in self.work.cases if not one.number]
                case = next(one for one in new if cells["Case"].startswith(f"{one.address} "))
                case.number = number
                place = self.work.cases.index(case)
                case.given(self._by_rule(case), self.work.now, by_person=False)
                self.opened_on[number] = self.work.today
                name = list(TRACKS)[place % 20] if place < PLACES else "left alone"
                self.ahead[number] = list(TRACKS[name])

    def _by_rule(self, case: Known) -> str:
        """The contact of its center who handles its family; while she is away, nobody."""
        from_center = {(WEST, "Graffiti"): "Ana", (WEST, "Illegal dumping"): "Ben", (EAST, "Graffiti"): "Cleo",
                       (EAST, "Illegal dumping"): "Dan"}  # fmt: skip
        owner = from_center[case.center, case.family]
        return "" if owner in self.work.away else owner

    def _go_on(self, case: Known) -> None:
        """What her story has in store for today; a case that she has not accepted she accepts first."""
        while case.owner and self.ahead.get(case.number) and self._workdays(case) >= self.ahead[case.number][0][0]:
            _, act = self.ahead[case.number].pop(0)
            if not case.is_accepted and case.status == "open":
                self.work.accept(case)
            act(self.work, case)

    def _takes_up_again(self) -> None:
        """Ben is back and accepts what came back to him."""
        for case in self.covered["Ben"]:
            if case.owner == "Ben" and case.status == "open" and not case.is_accepted:
                self.work.accept(case)

    def _workdays(self, case: Known) -> int:
        """Days since it opened on which people work."""
        opened = self.opened_on[case.number]
        days = (opened + timedelta(days=n) for n in range(1, (self.work.today - opened).days + 1))
        return sum(day.weekday() < 5 for day in days)

    def _supervise(self, day: date) -> None:
        work, cases = self.work, self.work.cases
        if day == date(2026, 6, 5):
            work.extend_scan(cases[21], date(2026, 6, 26))
            work.add_task(cases[2], "Order the paint", date(2026, 6, 18))  # goes along, comes back, and becomes late
            self.covered["Ben"] = work.hand_over("Ben", "Ana", date(2026, 6, 8), date(2026, 6, 14))
        if day == date(2026, 6, 10):
            work.bulk_assign([case for case in cases if case.number and not case.owner and case.center == WEST], "Ana")
        if day == date(2026, 6, 12):
            work.assign(cases[38], {WEST: "Ana", EAST: "Cleo"}[cases[38].center])
        if day == date(2026, 6, 16):
            work.bulk_assign([case for case in cases if case.owner == "Ana" and case.status == "open"][:3], "Ben")
        if day == date(2026, 6, 17):
            hers = [one for one in cases if one.owner == "Cleo" and one.status == "open" and one.phase == "scanning"]
            work.bulk_task(hers, "Write to the council", date(2026, 6, 26))
        if day == date(2026, 6, 19):
            self.covered["Dan"] = work.hand_over("Dan", "Cleo", date(2026, 6, 22), date(2026, 7, 10))
        if day == date(2026, 6, 25):
            waiting = [case for case in cases if case.number and not case.owner and case.center == EAST]
            work.bulk_assign(waiting[1:], "Cleo")
        if day == date(2026, 6, 29):
            work.answer(cases[0])
            work.move_task(cases[5], "Count the bags", date(2026, 7, 3), "Sue")

    def _aide(self, day: date) -> None:
        work = self.work
        for number in JOINED.get(day, ()):
            work.take_call(work.cases[number])
            work.cases[number].asleep_until = None
        if day == date(2026, 6, 18):
            case = work.cases[RECURS]
            assert case.status == "closed"
            work.take_call(case)
            case.open_again(work.now, by_person=False)
            owner = work.person(case.owner)
            self.told = [owner.open("/staff").split("Came back", 1)[1], owner.open("/staff/news")]
        if day == date(2026, 6, 22):
            closed = work.cases[MOVES]
            assert closed.status == "closed"
            lat, long = closed.place
            work.cases.append(Known("199 Elm St", closed.family, closed.center, (round(lat + BESIDE, 6), long)))
            for _ in range(3):
                work.take_call(work.cases[-1])
        if day in JOINED or day in (date(2026, 6, 18), date(2026, 6, 22)):
            self._worker()
            self._find_opened()
