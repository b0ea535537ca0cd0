"""Partner agencies: added, changed, retired, brought back. Every change is in their history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...formatters import fold
from ...staff.log import append_log
from ...staff.models import User
from .models import PartnerAgency, PartnerFamily

SHOWN = 500


@dataclass(frozen=True, slots=True)
class PartnerEntry:
    """What is known of an agency; no families: it helps with every one."""

    name: str
    purpose: str = ""
    contact_person: str = ""
    phone: str = ""
    email: str = ""
    families: frozenset[int] = frozenset()


def add_partner(entry: PartnerEntry, actor: User) -> PartnerAgency:
    """Add an agency; raises `Invalid` when the name is taken."""
    partner = PartnerAgency(edited_at=utc_now())
    _fill_free(partner, entry)
    append_log("partner", partner.id, "added", "Added.", actor=actor)
    return partner


def change_partner(partner: PartnerAgency, entry: PartnerEntry, actor: User) -> None:
    """Change what is known of it; from then on no profile changes it. Raises `Invalid` when the name is taken."""
    _fill_free(partner, entry)
    _touch(partner, actor, "changed", "Changed.")


def retire_partner(partner: PartnerAgency, actor: User) -> None:
    """No case may ask it any more; what was asked stays."""
    partner.retired_at = partner.retired_at or utc_now()
    _touch(partner, actor, "retired", "Retired.")


def restore_partner(partner: PartnerAgency, actor: User) -> None:
    """Cases may ask it again."""
    partner.retired_at = None
    _touch(partner, actor, "restored", "In use again.")


def require_partner_version(partner: PartnerAgency, seen: int | None) -> None:
    """Raise `Conflict` when somebody changed it since."""
    if seen != partner.version:
        raise Conflict("Somebody changed this partner while you were at it. Look at what it says now, then send again.")


def fill_partner(partner: PartnerAgency, entry: PartnerEntry) -> None:
    """Write the entry into the row; who may, asks whoever calls."""
    partner.name, partner.purpose, partner.contact_person = entry.name, entry.purpose, entry.contact_person
    partner.phone, partner.email = entry.phone, entry.email
    if partner.family_ids != entry.families:
        partner.families = [PartnerFamily(family_id=number) for number in sorted(entry.families)]


def names_in_use() -> dict[str, int]:
    """Every partner's name as names are compared, retired ones' too, and whose it is."""
    return {fold(name): number for number, name in db.session.execute(select(PartnerAgency.id, PartnerAgency.name))}


def name_is_taken(name: str, own_id: int | None, names: Mapping[str, int] | None = None) -> bool:
    """Whether a partner other than `own_id` is called so; who asks for many reads `names_in_use` once."""
    holder = (names_in_use() if names is None else names).get(fold(name))
    return holder is not None and holder != own_id


def find_partner(partner_id: int, *, lock: bool = False) -> PartnerAgency:
    """The agency; raises `NotFound`."""
    query = select(PartnerAgency).where(PartnerAgency.id == partner_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    partner = db.session.scalars(query).first()
    if partner is None:
        raise NotFound("There is no such partner. Look for it in the list of partners.")
    return partner


def list_partners(*, family_id: int | None = None, with_retired: bool = False) -> Sequence[PartnerAgency]:
    """Agencies by name; with a family, those that help with it come first."""
    query = select(PartnerAgency).order_by(func.lower(PartnerAgency.name)).limit(SHOWN)
    found = db.session.scalars(query if with_retired else query.where(PartnerAgency.retired_at.is_(None))).all()
    return sorted(found, key=lambda partner: not _helps(partner.family_ids, family_id))


def _helps(families: Collection[int], family_id: int | None) -> bool:
    return family_id is None or not families or family_id in families


def _fill_free(partner: PartnerAgency, entry: PartnerEntry) -> None:
    taken = Invalid(f"«{entry.name}» is in the list of partners already.")
    if name_is_taken(entry.name, partner.id):
        raise taken
    try:
        with db.session.begin_nested():
            fill_partner(partner, entry)
            db.session.add(partner)
    except IntegrityError as error:  # somebody gave another one this name at the same moment
        raise taken from error


def _touch(partner: PartnerAgency, actor: User, verb: str, text: str) -> None:
    partner.version += 1
    partner.edited_at = utc_now()
    append_log("partner", partner.id, verb, text, actor=actor)
    db.session.flush()
