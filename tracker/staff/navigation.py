"""The entries of both menus, as one table. An entry shows when its page exists and the person may use it."""

from collections.abc import Container
from dataclasses import dataclass
from itertools import groupby

from flask_babel import lazy_gettext as _l

from .models import Role
from .permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a menu."""

    endpoint: str
    label: str
    permission: Permission
    group: str = ""
    """The name of the group under which it is folded; empty: it stands in the menu itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are folded under one name; without a name, a single entry that stands for itself."""

    name: str
    entries: list[Entry]

    def holds(self, endpoint: str | None) -> bool:
        """Whether the page of this endpoint is one of its own."""
        return any(entry.endpoint == endpoint for entry in self.entries)


STAFF = (
    Entry("desk.queue", "My queue", Permission.SEE_CASES),
    Entry("desk.new_call", "New call", Permission.TAKE_CALLS),
    Entry("desk.triage", "911 triage", Permission.TRIAGE),
    Entry("cases.caseload", "Caseload", Permission.WORK_CASES),
    Entry("cases.board", "Board", Permission.WORK_CASES),
    Entry("cases.news", "Told", Permission.SEE_CASES),
    Entry("cases.list_cases", "All cases", Permission.SEE_CASES, "Cases"),
    Entry("cases.list_problems", "Problems", Permission.SEE_CASES, "Cases"),
    Entry("cases.list_late", "Late", Permission.WORK_CASES, "Cases"),
    Entry("desk.list_photos", "Photos to look at", Permission.WORK_CASES, "Cases"),
    Entry("desk.list_calls", "All calls", Permission.SEE_CASES, "Calls"),
    Entry("desk.list_callers", "Callers", Permission.SEE_CALLERS, "Calls"),
    Entry("desk.unlocated", "Unlocated", Permission.PLACE_CALLS, "Calls"),
    Entry("desk.unsorted", "Unsorted", Permission.SET_RULES, "Calls"),
    Entry("desk.sinks", "Sinks", Permission.SET_RULES, "Calls"),
    Entry("scheduling.day", "Day", Permission.SEE_SCHEDULE, "Schedule"),
    Entry("scheduling.week", "Week", Permission.SEE_SCHEDULE, "Schedule"),
    Entry("scheduling.plan_page", "Plan", Permission.SCHEDULE, "Schedule"),
    Entry("scheduling.list_appointments", "Appointments", Permission.ORDER_WORK, "Schedule"),
    Entry("scheduling.crew_day", "Crews today", Permission.DO_WORK, "Schedule"),
    Entry("scheduling.weather_page", "Storm days", Permission.SCHEDULE, "Schedule"),
    Entry("scheduling.list_resources", "Resources", Permission.SEE_SCHEDULE, "Schedule"),
    Entry("desk.contacts", "Contacts", Permission.SEE_CASES, "Look up"),
    Entry("cases.list_partner_agencies", "Partners", Permission.SEE_CASES, "Look up"),
    Entry("desk.list_answers_page", "Answers", Permission.SEE_CASES, "Look up"),
    Entry("outreach.list_messages", "Messages", Permission.SEE_CASES, "Look up"),
    Entry("nuisance.list_properties", "Nuisance", Permission.ENFORCE),
    Entry("cases.letter_templates", "Letters", Permission.SET_RULES, "Set up"),
    Entry("scheduling.list_playbooks_page", "Playbooks", Permission.SET_RULES, "Set up"),
    Entry("cases.set_deadlines", "Deadlines", Permission.SET_RULES, "Set up"),
    Entry("desk.city", "City", Permission.SET_RULES, "Set up"),
    Entry("staff.list_users", "People", Permission.ADMINISTER, "Set up"),
    Entry("staff.list_keys", "API keys", Permission.ADMINISTER, "Set up"),
    Entry("staff.list_audit", "Audit", Permission.ADMINISTER, "Set up"),
)
"""What is used all day stands in the menu itself, the rest in groups; entries of a group stand together."""
PUBLIC = (
    Entry("public.map_page", _l("Map"), Permission.PUBLIC),
    Entry("public.report_problem", _l("Report a problem"), Permission.PUBLIC),
    Entry("public.track", _l("Track a report"), Permission.PUBLIC),
    Entry("public.subscribe", _l("Follow"), Permission.PUBLIC),
    Entry("public.open_data", _l("Open data"), Permission.PUBLIC),
)


def visible_entries(entries: tuple[Entry, ...], role: Role | None, endpoints: Container[str]) -> list[Entry]:
    """The entries whose page is among `endpoints` and open to `role`, in the table's order."""
    return [entry for entry in entries if entry.endpoint in endpoints and may(role, entry.permission)]


def in_groups(entries: list[Entry]) -> list[Group]:
    """The entries by their groups, in order; a group of which one entry is left is that entry itself."""
    found = []
    for name, some in groupby(entries, key=lambda entry: entry.group):
        own = list(some)
        found += [Group(name, own)] if name and len(own) > 1 else [Group("", [entry]) for entry in own]
    return found
