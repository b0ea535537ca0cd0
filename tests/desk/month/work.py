"""What people press in the month. Each press goes through the real page, and then into the ledger."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tests.desk.month.city import City
from tests.desk.month.ledger import ANY_TIME, TASK, VISIT, Known, Step
from tests.pressing import Person

ELEMENTS = ("community", "harm", "expectation", "events", "recurring", "similarity")


class Work:
    """The month's people at work on its cases; `now` is the city's wall clock."""

    def __init__(self, city: City, now: datetime) -> None:
        self.city, self.now = city, now
        self.cases = city.places
        self.away: set[str] = set()
        self.did: dict[str, int] = {}

    @property
    def today(self) -> date:
        """The day on the city's calendar."""
        return self.now.date()

    def person(self, name: str) -> Person:
        """Somebody at her screen."""
        return self.city.people[name]

    def in_days(self, days: int) -> date:
        """A day from today."""
        return self.today + timedelta(days=days)

    def count(self, what: str) -> None:
        self.did[what] = self.did.get(what, 0) + 1

    def press(
        self, case: Known, page: str, action: str, changes: Mapping[str, str], who: str = "", html: str = ""
    ) -> str:
        self.count(action.rsplit("/", 1)[-1])
        person = self.person(who or case.owner)
        return person.press(f"/staff/cases/{case.number}{page}", action, changes, html)

    # On the case's own page.

    def accept(self, case: Known) -> None:
        self.press(case, "", "/accept", {})
        case.accepted(self.now)

    def hand_back(self, case: Known) -> None:
        self.press(case, "", "/hand-back", {"hand-back-reason": "I live next door."})
        case.given("", self.now)

    def note(self, case: Known, who: str = "") -> None:
        self.press(case, "", "/note", {"note-reason": "Spoke with the neighbors."}, who)
        case.looked(self.now)

    def follow(self, case: Known) -> None:
        self.press(case, "", "/follow", {})
        case.looked(self.now)

    def dismiss(self, case: Known) -> None:
        changes = {"dismiss-reason": "A mural that the owner wants."}
        self.press(case, "", "/dismiss", changes | self._call_off(case, "dismiss"))
        case.ended("dismissed", self.now)

    def _call_off(self, case: Known, action: str) -> dict[str, str]:
        """The box that is offered where something is open, and only there; what it calls off asks for nothing more."""
        if not case.steps:
            return {}
        case.steps.clear()
        return {f"{action}-call_off": "y"}

    def close(self, case: Known, days: int, outcome: str = "solved") -> None:
        changes = {"close-outcome": outcome, "close-reason": "Cleaned and lit.", "close-days": str(days)}
        self.press(case, "", "/close", changes | self._call_off(case, "close"))
        case.ended("closed", self.now)
        case.watched_until = self.now + timedelta(days=days)

    def reopen(self, case: Known) -> None:
        self.press(case, "", "/reopen", {"reopen-reason": "Closed too early."})
        case.open_again(self.now, by_person=True)

    def merge(self, case: Known, into: Known) -> None:
        self.press(case, "", "/merge", {"merge-number": into.number, "merge-reason": "One crew."})
        case.ended("merged", self.now)
        case.into = into.number
        case.carried, case.steps = case.steps, []
        into.steps += case.carried
        into.looked(self.now)

    def undo_merge(self, case: Known, into: Known) -> None:
        page = self.person(into.owner).open(f"/staff/cases/{into.number}")
        undo = re.search(r'/staff/cases/[^"]+(/undo/\d+)"', page)
        assert undo, page
        self.press(into, undo[1], undo[1], {"reason": "Two crews after all."})
        case.one_again(self.now)
        case.into = ""
        case.steps = [step for step in case.carried if step in into.steps]
        into.steps = [step for step in into.steps if step not in case.carried]
        into.looked(self.now)

    # Scanning, analysis, phases.

    def scan(self, case: Known, denied: str = "") -> None:
        changes = {f"{name}_answer": "no" if name == denied else "yes" for name in ELEMENTS}
        self.press(case, "/scanning", "/scanning", {**changes, "harm_words": "People avoid the corner."})
        case.looked(self.now)

    def go_on(self, case: Known, phase: str) -> None:
        """One phase forward."""
        page = {"analysis": "/scanning"}.get(phase, "/analysis")
        self.press(case, page, "/phase", {"phase-to": phase})
        case.goes_to(phase, self.now)

    def go_back(self, case: Known, phase: str) -> None:
        self.press(case, "/analysis", "/phase", {"phase-to": phase, "phase-reason": "The calls are of two kinds."})
        case.goes_to(phase, self.now)

    def analyze(self, case: Known) -> None:
        changes = {"hypothesis": "It comes back because the lamp is out.", "offender": "Night visitors"}
        self.press(case, "/analysis", "/analysis", changes)
        case.looked(self.now)

    # Response.

    def add_task(self, case: Known, what: str, due: date, whose: str = "") -> None:
        whose = whose or case.owner
        number = str(self.person(whose).user_id)
        changes = {"task-title": what, "task-due_on": due.isoformat(), "task-owner": number}
        self.press(case, "/response", "/tasks", changes)
        case.steps.append(Step(due, TASK, ANY_TIME, what, whose))
        case.looked(self.now)

    def finish_task(self, case: Known, what: str) -> None:
        step = next(one for one in case.steps if one.what == what)
        page = self._link(case, "/response", rf'href="/staff/cases/[^/]+(/tasks/\d+)">{re.escape(what)}<', step.whose)
        self.press(case, page, "/finish", {"finish-words": "Done."}, who=step.whose)
        case.steps.remove(step)
        case.looked(self.now)

    def move_task(self, case: Known, what: str, due: date, whose: str) -> None:
        """Another owner and day."""
        step = next(one for one in case.steps if one.what == what)
        page = self._link(case, "/response", rf'href="/staff/cases/[^/]+(/tasks/\d+)">{re.escape(what)}<', case.owner)
        changes = {"change-owner": str(self.person(whose).user_id), "change-due_on": due.isoformat(),
                   "change-words": "She is nearer."}  # fmt: skip
        self.press(case, page, "/change", changes)
        case.steps[case.steps.index(step)] = Step(due, TASK, ANY_TIME, what, whose)
        case.looked(self.now)

    def ask_partner(self, case: Known, due: date) -> None:
        what = "Light the lot"
        changes = {"ask-partner": self.city.partner, "ask-what": what, "ask-due_on": due.isoformat(),
                   "ask-owner": str(self.person(case.owner).user_id)}  # fmt: skip
        self.press(case, "/response", "/partner-requests", changes)
        case.steps.append(Step(due, TASK, ANY_TIME, f"The power company: {what}", case.owner))
        case.looked(self.now)

    def note_promise(self, case: Known, day: date) -> None:
        page = self._link(case, "/response", r'href="/staff/cases/[^/]+(/partner-requests/\d+)"', case.owner)
        changes = {"answer-words": "A crew comes.", "answer-promised_on": day.isoformat()}
        self.press(case, page, "/answer", changes)
        step = next(one for one in case.steps if one.what.startswith("The power company"))
        case.steps[case.steps.index(step)] = Step(day, TASK, ANY_TIME, step.what, step.whose)
        case.looked(self.now)

    def apply_playbook(self, case: Known) -> None:
        """All of it, as it proposes itself: a task in four days, a partner in nine."""
        self.press(case, "/playbook", "/playbook", {})
        case.steps.append(Step(self.in_days(4), TASK, ANY_TIME, "Photograph it", case.owner))
        case.steps.append(Step(self.in_days(9), TASK, ANY_TIME, "The power company: Light the place", case.owner))
        case.looked(self.now)

    # The file.

    def plan_visit(self, case: Known, what: str, day: date) -> None:
        self.press(case, "/visits/plan", "/visits/plan", {"planned_on": day.isoformat(), "purpose": what})
        case.steps.append(Step(day, VISIT, ANY_TIME, f"Visit: {what}", case.owner))
        case.looked(self.now)

    def make_visit(self, case: Known) -> None:
        page = self._link(case, "/file", r"(/visits/new\?planned=\d+)", case.owner)
        self.press(case, page, "/staff/cases/visits", {"seen": "Three bags below the bridge."})
        case.steps = [one for one in case.steps if one.kind != VISIT]
        case.looked(self.now)

    def write_letter(self, case: Known) -> None:
        """Choose, read as it will be sent, keep."""
        changes = {"template": self.city.template, "recipient_name": "The owner", "recipient_address": "1 Oak Ave"}
        merged = self.press(case, "/letters/new", "/letters/preview", changes)
        kept = self.press(case, "/letters/new", "/letters/new", {}, html=merged)
        assert "/letters/" in kept
        case.looked(self.now)

    # The clock and the list.

    def pause(self, case: Known) -> None:
        self.press(case, "/deadlines", "/deadlines/pause", {"pause-words": "The court hears it in July."})
        case.paused_at = self.now

    def resume(self, case: Known) -> None:
        self.press(case, "/deadlines", "/deadlines/resume", {"resume-words": "It was heard."})
        assert case.paused_at
        case.still.append((case.paused_at, self.now))
        case.paused_at = None

    def look_at(self, case: Known) -> None:
        self.press(case, "/deadlines", "/deadlines/look", {"look-words": "As it was."})
        case.looked(self.now)

    def snooze(self, case: Known, until: date) -> None:
        self.press(case, "/snooze", "/snooze", {"until": until.isoformat(), "reason": "The landlord answers then."})
        case.looked(self.now)
        case.asleep_until = until

    # Calls.

    def take_call(self, case: Known) -> None:
        """The aide records a call at the place of a case."""
        lat, long = case.place
        page = "/staff/calls/new"
        where = {"address": case.address, "lat": str(lat), "long": str(long)}
        what = {"description": "It is there again.", "service_type": str(self.city.types[case.family].id)}
        self.count("calls by the aide")
        taken = self.person("Amy").press(page, "/staff/calls/new", {**where, **what})
        assert taken.endswith("/taken"), taken

    # Where things stand on pages.

    def _link(self, case: Known, page: str, pattern: str, who: str) -> str:
        found = re.search(pattern, self.person(who).open(f"/staff/cases/{case.number}{page}"))
        assert found, (case.number, page, pattern)
        return found[1].replace("&amp;", "&")
