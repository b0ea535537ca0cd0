"""What the supervisor presses: owners, time, answers, and work on many cases at once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from tests.desk.month.city import CONTACTS
from tests.desk.month.ledger import ANY_TIME, TASK, Known, Step, on
from tests.desk.month.screen import read_pages
from tests.desk.month.work import Work


class Lead(Work):
    """The month's people, with their supervisor."""

    def assign(self, case: Known, owner: str) -> None:
        """The supervisor gives it to somebody."""
        number = self._contact_number(owner)
        changes = {"assign-contact": number, "assign-reason": "She has room."}
        self.press(case, "", "/assign", changes, who="Sue")
        case.given(owner, self.now)

    def extend_scan(self, case: Known, day: date) -> None:
        """The supervisor gives more time for the scanning, to the close of a day."""
        html = self.person("Sue").open(f"/staff/cases/{case.number}/deadlines")
        lines = re.findall(r"<li>(.*?)</li>", html, re.DOTALL)
        (number,) = (re.findall(r"extend-(\d+)-until", line)[0] for line in lines if "Finish scanning by" in line)
        changes = {f"extend-{number}-until": day.isoformat(), f"extend-{number}-words": "It rained."}
        self.press(case, "/deadlines", "/extend", changes, who="Sue", html=html)
        case.later["scan"] = on(day, 17)

    def answer(self, case: Known) -> None:
        """The supervisor answers for something that was escalated to her; that is no look at the case."""
        html = self.person("Sue").open(f"/staff/cases/{case.number}/deadlines")
        found = re.search(r'name="(answer-\d+-words)"', html)
        assert found, html
        self.press(case, "/deadlines", "/answer", {found[1]: "We are two short this month."}, who="Sue", html=html)

    def bulk(self, cases: list[Known], action: str, changes: Mapping[str, str]) -> str:
        """Tick these in the list, and do one thing to all."""
        sue = self.person("Sue")
        ticks = []
        for page in read_pages(sue, "/staff/cases?status=any"):
            for case in cases:
                ticks += re.findall(rf'value="(\d+-\d+)" aria-label="Select [^"]*{case.number}"', page)
        assert len(ticks) == len(cases)
        address = f"/staff/cases/bulk?{urlencode([('case', tick) for tick in ticks])}"
        self.count(f"bulk {action}")
        return sue.open(sue.press(address, f"/bulk/{action}", changes))

    def bulk_assign(self, cases: list[Known], owner: str) -> None:
        report = self.bulk(
            cases, "assign", {"assign-contact": self._contact_number(owner), "assign-reason": "So that it is even."}
        )
        assert report.count("Now with") == len(cases)
        for case in cases:
            case.given(owner, self.now)

    def bulk_task(self, cases: list[Known], what: str, due: date) -> None:
        report = self.bulk(cases, "task", {"task-title": what, "task-due_on": due.isoformat()})
        assert report.count("Task for") >= len(cases)
        for case in cases:
            case.steps.append(Step(due, TASK, ANY_TIME, what, case.owner))
            case.looked(self.now)

    def hand_over(self, giver: str, taker: str, first: date, last: date) -> list[Known]:
        """All live cases of somebody who will be away, with her open tasks, to a colleague."""
        hers = [case for case in self.cases if case.owner == giver and case.status == "open"]
        page = f"/staff/contacts/{self.person(giver).user_id}/hand-over"
        html = self.person("Sue").open(page)
        selects = re.findall(r'name="(to-\d+)"', html)
        assert len(selects) == len(hers), (len(selects), len(hers))
        changes = {"kind": "away", "first_day": first.isoformat(), "last_day": last.isoformat(), "reason": "Leave."}
        changes |= dict.fromkeys(selects, self._contact_number(taker))
        report = self.person("Sue").open(self.person("Sue").press(page, "/hand-over", changes, html))
        assert report.count("Now with") == len(hers)
        for case in hers:
            case.given(taker, self.now)
            case.along = self._pass_on(case, giver, taker)
        self.away.add(giver)
        return hers

    def gives_back(self, cases: list[Known], giver: str, taker: str) -> None:
        """What the night does on the day after a leave, to cases that are still open and with the colleague.

        What went along comes back; what the colleague has begun herself she ends herself.
        """
        self.away.discard(giver)
        for case in cases:
            if case.owner == taker and case.status == "open":
                case.given(giver, self.now)
                self._pass_on(case, taker, giver, only=case.along)

    def _pass_on(self, case: Known, before: str, after: str, only: list[str] | None = None) -> list[str]:
        """What is open changes hands: tasks, what partners were asked for, visits."""
        moved = [one for one in case.steps if one.whose == before and (only is None or one.what in only)]
        case.steps = [replace(one, whose=after) if one in moved else one for one in case.steps]
        return [one.what for one in moved]

    def _contact_number(self, name: str) -> str:
        """The value that stands for a contact in every select."""
        html = self.person("Sue").open("/staff/caseload")
        found = re.search(rf'<option value="(\d+)"[^>]*>{name}\b', html)
        assert found and name in CONTACTS, name
        return found[1]
