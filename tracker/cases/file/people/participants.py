"""People of a case: added, changed, taken off. The log says what they are, never who."""

from dataclasses import asdict, dataclass

from ....clock import utc_now
from ....errors import Conflict, Invalid, NotFound
from ....extensions import db
from ....staff.models import User
from ...models import ProblemCase
from ...touching import touch_case
from ..privacy import Privacy
from ..standing import require_own_file
from .models import ROLE_LABELS, CaseParticipant, ParticipantRole
from .same_owner import write_marks


@dataclass(frozen=True, slots=True)
class ParticipantEntry:
    """What a form says of a participant."""

    role: ParticipantRole
    name: str = ""
    organization: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"
    note: str = ""
    privacy: Privacy = Privacy.WORKERS


def add_participant(case: ProblemCase, entry: ParticipantEntry, *, actor: User, key: str = "") -> CaseParticipant:
    """Add somebody to the people of a case. Flushes.

    Raises `Invalid` when neither person nor organization is named, `Conflict` when the case was merged.
    """
    require_own_file(case)
    _require_name(entry)
    row = CaseParticipant(case_id=case.id, added_by_id=actor.id, **asdict(entry))
    db.session.add(row)
    write_marks(row)
    touch_case(case, actor, "participant_added", f"{_unnamed(row)} was added to its people.", key=key)
    return row


def change_participant(row: CaseParticipant, entry: ParticipantEntry, *, actor: User, seen_version: int) -> bool:
    """Change what is known of somebody; False when nothing is different.

    Raises `Conflict` when somebody else changed it since `seen_version`, or took the person off.
    """
    _require_present(row)
    if seen_version != row.version:
        raise Conflict("Somebody changed this person's entry meanwhile. What stands now is said at each field.")
    _require_name(entry)
    changes = {name: value for name, value in asdict(entry).items() if getattr(row, name) != value}
    if not changes:
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    write_marks(row)
    what = ", ".join(_FIELD_WORDS[name] for name in changes)
    touch_case(row.case, actor, "participant_changed", f"{_unnamed(row)} was changed: {what}.")
    return True


def take_off_participant(row: CaseParticipant, *, reason: str, actor: User) -> None:
    """Take somebody off the people of a case; the row stays, with the reason."""
    _require_present(row)
    if not reason.strip():
        raise Invalid("Say why this person has nothing to do with the case any more.")
    row.left_at, row.left_by_id, row.left_reason = utc_now(), actor.id, reason.strip()
    row.version += 1
    write_marks(row)
    touch_case(row.case, actor, "participant_left", f"{_unnamed(row)} was taken off its people.")


def find_participant(case: ProblemCase, participant_id: int) -> CaseParticipant:
    """A participant of this case; raises `NotFound`."""
    row = db.session.get(CaseParticipant, participant_id)
    if row is None or row.case_id != case.id:
        raise NotFound("The case has no such person. Look at its people as they stand now.")
    return row


_FIELD_WORDS = {
    "role": "role", "name": "name", "organization": "organization", "address": "address", "phone": "phone",
    "email": "e-mail", "language": "language", "note": "note", "privacy": "who may see it",
}  # fmt: skip


def _unnamed(row: CaseParticipant) -> str:
    return f"A participant ({ROLE_LABELS[row.role].lower()})"


def _require_name(entry: ParticipantEntry) -> None:
    if not (entry.name or entry.organization):
        raise Invalid("Name the person or the organization.")


def _require_present(row: CaseParticipant) -> None:
    if row.left_at is not None:
        raise Conflict("This person was taken off the case. Add the person anew if that was wrong.")
