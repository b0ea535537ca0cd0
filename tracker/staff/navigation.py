"""The entries of both menus, as one table. An entry shows when its page exists and the person may use it."""

from collections.abc import Container
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from .models import Role
from .permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a menu."""

    endpoint: str
    label: str
    permission: Permission


STAFF = (
    Entry("desk.queue", "My queue", Permission.SIGNED_IN),
    Entry("desk.new_call", "New call", Permission.TAKE_CALLS),
    Entry("desk.triage", "911 triage", Permission.TRIAGE),
    Entry("cases.caseload", "Caseload", Permission.WORK_CASES),
    Entry("cases.board", "Board", Permission.WORK_CASES),
    Entry("cases.news", "Told", Permission.SEE_CASES),
    Entry("cases.list_cases", "Cases", Permission.SEE_CASES),
    Entry("cases.list_problems", "Problems", Permission.SEE_CASES),
    Entry("cases.list_late", "Late", Permission.WORK_CASES),
    Entry("desk.list_calls", "Calls", Permission.SEE_CASES),
    Entry("desk.list_callers", "Callers", Permission.SEE_CALLERS),
    Entry("desk.unlocated", "Unlocated", Permission.PLACE_CALLS),
    Entry("desk.unsorted", "Unsorted", Permission.SET_RULES),
    Entry("desk.sinks", "Sinks", Permission.SET_RULES),
    Entry("desk.contacts", "Contacts", Permission.SEE_CASES),
    Entry("desk.list_answers_page", "Answers", Permission.SEE_CASES),
    Entry("outreach.list_messages", "Messages", Permission.SIGNED_IN),
    Entry("scheduling.week", "Schedule", Permission.SEE_SCHEDULE),
    Entry("scheduling.plan_page", "Plan", Permission.SCHEDULE),
    Entry("scheduling.list_resources", "Resources", Permission.SEE_SCHEDULE),
    Entry("nuisance.list_properties", "Nuisance", Permission.ENFORCE),
    Entry("cases.letter_templates", "Letters", Permission.SET_RULES),
    Entry("scheduling.list_playbooks_page", "Playbooks", Permission.SET_RULES),
    Entry("cases.list_partner_agencies", "Partners", Permission.SEE_CASES),
    Entry("desk.city", "City", Permission.SET_RULES),
    Entry("cases.set_deadlines", "Deadlines", Permission.SET_RULES),
    Entry("staff.list_users", "People", Permission.ADMINISTER),
    Entry("staff.list_audit", "Audit", Permission.ADMINISTER),
)
PUBLIC = (Entry("public.map_page", _l("Map"), Permission.PUBLIC),)


def visible_entries(entries: tuple[Entry, ...], role: Role | None, endpoints: Container[str]) -> list[Entry]:
    """The entries whose page is among `endpoints` and open to `role`, in the table's order."""
    return [entry for entry in entries if entry.endpoint in endpoints and may(role, entry.permission)]
